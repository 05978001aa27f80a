// The frame of the page: what stands at the top, the editor with what is wrong, and the views behind tabs.
import type { DataRead, Diagnostic, Listed, Problem } from "./answers";
import { count, h, words } from "./dom";

export const TABS = ["impact", "lea", "examples"] as const;
export type Tab = (typeof TABS)[number];
const TITLES: Record<Tab, string> = { impact: "Who moves", lea: "One LEA", examples: "Examples" };

export const MADE_UP_NOTE = "Every LEA here is made up. Drop the state’s files anywhere on this page to use real ones: they stay on this computer.";
export const PRIVATE_NOTE = "These files stay on this computer: the page cannot send anything anywhere.";
const SLOW = 1000;

export interface Actions {
  tab(tab: Tab): void;
  ruleset(name: string): void;
  openFile(file: File): void;
  saveRules(): void;
  saveResults(): void;
  dropped(items: DataTransfer): void;
  picked(files: Iterable<File>): void;
  sample(): void;
  stop(): void;
  lea(name: string): void;
}

export class Frame {
  readonly editor = h("div", { class: "editor" });
  readonly problems = h("div", { class: "problems", role: "region", "aria-label": "What is wrong with the rules" });
  readonly leaPage = h("div", {}, h("p", { class: "note" }, "Choose an LEA here, or in the table of who moves."));
  readonly views: Record<Tab, HTMLElement>;
  private readonly names = h("datalist", { id: "leas" });
  private readonly select: HTMLSelectElement;
  private readonly status = h("p", { class: "status", role: "status" });
  private readonly bar = h("progress", { max: 1, hidden: true, "aria-label": "How far it is" });
  private readonly stopButton: HTMLButtonElement;
  private readonly note = h("p", { class: "note" });
  private readonly about = h("p", { class: "about-data" });
  private readonly said = h("div", { class: "said" });
  private readonly staleNote = h("p", { class: "stale", hidden: true }, "The rules have errors. What stands here is by the last rules without.");
  private readonly tabs: Record<Tab, HTMLButtonElement>;
  private readonly main: HTMLElement;

  constructor(place: HTMLElement, actions: Actions) {
    this.select = h("select", { onchange: () => actions.ruleset(this.select.value) });
    this.stopButton = h("button", { hidden: true, onclick: () => actions.stop() }, "Stop");
    const tab = (name: Tab) => h("button", { role: "tab", id: `tab-${name}`, "aria-controls": `view-${name}`, onclick: () => actions.tab(name) }, TITLES[name]);
    this.tabs = Object.fromEntries(TABS.map((name) => [name, tab(name)])) as Record<Tab, HTMLButtonElement>;
    const view = (name: Tab, ...children: HTMLElement[]) => h("div", { role: "tabpanel", id: `view-${name}`, "aria-labelledby": `tab-${name}`, tabindex: 0, class: "view" }, children);
    const search = h("label", { class: "find-lea" }, h("span", {}, "LEA"), h("input", { type: "search", list: "leas", placeholder: "name or code", onchange: (event) => actions.lea((event.target as HTMLInputElement).value) }));
    this.views = { impact: view("impact"), lea: view("lea", search, this.names, this.leaPage), examples: view("examples") };
    this.main = h("main", { class: "panes" }, this.left(), this.right());
    place.replaceChildren(this.top(actions), this.main, this.foot());
    this.keys(actions);
    this.drops(place.ownerDocument, actions);
    this.show("impact");
  }

  private top(actions: Actions): HTMLElement {
    const pick = (accept: string, multiple: boolean, take: (files: FileList) => void) => {
      const input = h("input", { type: "file", accept, multiple, onchange: () => input.files?.length && take(input.files) });
      input.click();
    };
    return h(
      "header",
      { class: "top" },
      h("h1", {}, "rulelang studio"),
      h("label", {}, h("span", {}, "Rules"), this.select),
      h("div", { class: "buttons" }, h("button", { onclick: () => pick(".rules,.txt", false, (files) => actions.openFile(files[0]!)) }, "Open …"), h("button", { onclick: () => actions.saveRules() }, "Save rules"), h("button", { onclick: () => actions.saveResults() }, "Save results")),
      h("div", { class: "data" }, this.about, h("button", { onclick: () => pick("", true, (files) => actions.picked([...files])) }, "Use the state’s files …"), h("button", { "data-sample": "", hidden: true, onclick: () => actions.sample() }, "Back to the made-up state")),
    );
  }

  private left(): HTMLElement {
    return h("section", { class: "left", "aria-label": "The rules" }, h("h2", { class: "heard" }, "The rules"), this.editor, this.problems);
  }

  private right(): HTMLElement {
    return h(
      "section",
      { class: "right", "aria-label": "What the rules do" },
      h("h2", { class: "heard" }, "What the rules do"),
      h("div", { role: "tablist", "aria-label": "What the rules do", class: "tabs" }, TABS.map((name) => this.tabs[name])),
      this.staleNote,
      this.said,
      TABS.map((name) => this.views[name]),
    );
  }

  private foot(): HTMLElement {
    return h("footer", { class: "foot" }, this.note, h("div", { class: "work" }, this.status, this.bar, this.stopButton));
  }

  private keys(actions: Actions): void {
    for (const [at, name] of TABS.entries()) {
      this.tabs[name].addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const next = step && TABS[(at + step + TABS.length) % TABS.length];
        if (!next) return;
        actions.tab(next);
        this.tabs[next].focus();
      });
    }
  }

  private drops(page: Document, actions: Actions): void {
    page.addEventListener("dragover", (event) => event.preventDefault());
    page.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer) actions.dropped(event.dataTransfer);
    });
  }

  // ---- what is shown ----

  show(tab: Tab): void {
    for (const name of TABS) {
      this.tabs[name].setAttribute("aria-selected", String(name === tab));
      this.tabs[name].tabIndex = name === tab ? 0 : -1;
      this.views[name].hidden = name !== tab;
    }
  }

  rulesets(listed: Listed[], chosen: string, isFile: boolean): void {
    const families = new Map<string, Listed[]>();
    for (const one of listed) {
      const family = one.name.slice(0, one.name.lastIndexOf("/"));
      families.set(family, [...(families.get(family) ?? []), one]);
    }
    const option = (one: Listed) => h("option", { value: one.name, title: one.title ?? "" }, one.name);
    this.select.replaceChildren(...[...families].map(([family, some]) => h("optgroup", { label: family }, some.map(option))));
    if (isFile) this.named(chosen);
    else this.choose(chosen);
  }

  /** Shows a file of one's own as what is worked on. */
  named(file: string): void {
    this.select.querySelector("[data-file]")?.remove();
    this.select.prepend(h("option", { value: file, "data-file": "" }, file));
    this.choose(file);
  }

  choose(name: string): void {
    this.select.value = name;
  }

  stale(isStale: boolean): void {
    this.staleNote.hidden = !isStale;
    this.main.classList.toggle("is-stale", isStale);
  }

  data(read: DataRead, note: string): void {
    const what = read.made_up ? "a made-up state" : count(read.files.length, "file");
    this.about.textContent = `${count(read.leas.length, "LEA")}, ${what}`;
    this.note.textContent = note;
    document.querySelector<HTMLElement>("[data-sample]")!.hidden = read.made_up;
    this.names.replaceChildren(...read.leas.map(([code, lea]) => h("option", { value: lea ? `${lea}, ${code}` : code })));
  }

  /** Shows what is to be said of the files. */
  dataWrong(said: Diagnostic[]): void {
    const line = (one: Diagnostic) => h("li", {}, h("strong", {}, one.severity), ` ${dataPlace(one)}`, words(one.message), one.help && h("span", { class: "note" }, " ", words(one.help)));
    this.said.replaceChildren(...(said.length ? [h("details", { open: said.some((one) => one.severity === "error") }, h("summary", {}, `${count(said.length, "message")} about the files`), h("ul", {}, said.map(line)))] : []));
  }

  // ---- what is going on ----

  busy(what: string): void {
    this.status.textContent = `${what} …`;
  }

  progress(what: string, done: number, all: number): void {
    this.bar.hidden = false;
    this.bar.max = all;
    this.bar.value = done;
    if (what) this.busy(what);
  }

  /** Says what is being done once it takes longer than people like to wait, and offers to stop it. */
  async during(what: string, work: () => Promise<void>): Promise<void> {
    const timer = setTimeout(() => {
      this.busy(what);
      this.stopButton.hidden = false;
    }, SLOW);
    try {
      await work();
      this.status.textContent = "";
    } finally {
      clearTimeout(timer);
      this.stopButton.hidden = this.bar.hidden = true;
    }
  }

  failed(message: string): void {
    this.status.textContent = `Something went wrong: ${message.trim().split("\n").pop()}. Your text is kept.`;
  }
}

export function frame(place: HTMLElement, actions: Actions): Frame {
  return new Frame(place, actions);
}

function dataPlace({ data }: Diagnostic): string {
  if (!data) return "";
  const file = data.file.split("/").pop()!;
  return `${[file, data.row !== null && `row ${data.row}`, data.column].filter(Boolean).join(", ")}: `;
}

export function problemList(place: HTMLElement, problems: Problem[], go: (one: Problem) => void, mend: (one: Problem) => void): void {
  const errors = problems.filter((one) => one.severity === "error").length;
  const warnings = problems.length - errors;
  const counted = [errors && count(errors, "error"), warnings && count(warnings, "warning")].filter(Boolean).join(", ");
  const line = (one: Problem) =>
    h(
      "li",
      { class: one.severity },
      h("button", { class: "link", onclick: () => go(one) }, `line ${one.range.start.line + 1}`),
      " ",
      words(one.message),
      one.help && h("p", { class: "note" }, words(one.help)),
      one.edits.length > 0 && h("button", { class: "small", onclick: () => mend(one) }, "Mend it"),
    );
  place.replaceChildren(h("p", { class: problems.length ? "problem-count" : "note" }, counted || "Nothing is wrong with the rules."), h("ul", {}, problems.map(line)));
}
