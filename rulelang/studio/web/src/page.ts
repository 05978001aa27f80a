// The frame of the page: the top, the rules with what is wrong with them, and the views of what the rules do.
import type { DataRead, Diagnostic, Listed } from "./answers";
import { capital, count, fill, h, menu, words } from "./dom";

export const TABS = ["impact", "lea", "scenarios", "full", "examples"] as const;
export type Tab = (typeof TABS)[number];
const TITLES: Record<Tab, string> = { impact: "Impact", lea: "One LEA", scenarios: "Scenarios", full: "Rules in full", examples: "Examples" };
const SIDES = ["rules", "results"] as const;
export type Side = (typeof SIDES)[number];
const SIDE_TITLES: Record<Side, string> = { rules: "Rules", results: "Results" };
const FILES = "Use the state’s files…";
const SLOW = 1000;

export interface Actions {
  tab(tab: Tab): void;
  ruleset(name: string): void;
  openRules(files: Iterable<File>): void;
  undo(): void;
  saveRules(): void;
  saveResults(format: "xlsx" | "csv"): void;
  share(): void;
  tour(): void;
  dropped(items: DataTransfer): void;
  picked(files: Iterable<File>): void;
  sample(): void;
  stop(): void;
  lea(name: string): void;
}

export class Frame {
  readonly editor = h("div", { class: "editor" });
  readonly problems = h("div", { class: "problems", role: "region", "aria-label": "Problems in the rules" });
  readonly leaPage = h("div");
  readonly views: Record<Tab, HTMLElement>;
  private readonly names = h("datalist", { id: "leas" });
  private readonly select: HTMLSelectElement;
  private readonly edited: HTMLElement;
  private readonly status = h("p", { class: "status", role: "status" });
  private readonly bar = h("progress", { max: 1, hidden: true, "aria-label": "Progress" });
  private readonly stopButton: HTMLButtonElement;
  private readonly about = h("p", { class: "about-data" });
  private readonly sampleButton: HTMLButtonElement;
  private readonly filesButton: HTMLButtonElement;
  private readonly said = h("div", { class: "said" });
  private readonly staleNote = h("p", { class: "stale", hidden: true }, "The rules have errors, so these results are for your last version without errors.");
  private readonly invited = h("div");
  private readonly note = h("div", { class: "shared", hidden: true });
  private readonly tabs: Record<Tab, HTMLButtonElement>;
  private readonly sides: Record<Side, HTMLButtonElement>;
  private readonly main: HTMLElement;
  private readonly results: HTMLElement;
  private readonly scrolled = record(TABS, () => 0);
  private tab: Tab = "impact";

  constructor(
    place: HTMLElement,
    private readonly actions: Actions,
  ) {
    this.select = h("select", { onchange: () => actions.ruleset(this.select.value) });
    this.edited = h("span", { class: "edited", hidden: true }, h("span", { class: "badge" }, "Edited"), h("button", { class: "link", onclick: () => actions.undo() }, "Undo all edits"));
    this.stopButton = h("button", { hidden: true, onclick: () => actions.stop() }, "Stop");
    this.filesButton = h("button", { onclick: () => pick("", true, (files) => actions.picked([...files])) }, FILES);
    this.sampleButton = h("button", { class: "link", hidden: true, onclick: () => actions.sample() }, "Use the made-up state");
    const tab = (name: Tab) => h("button", { role: "tab", id: `tab-${name}`, "aria-controls": `view-${name}`, onclick: () => actions.tab(name) }, TITLES[name]);
    this.tabs = record(TABS, tab);
    this.sides = record(SIDES, (side) => h("button", { onclick: () => this.side(side) }, SIDE_TITLES[side]));
    const view = (name: Tab, ...children: HTMLElement[]) => h("div", { role: "tabpanel", id: `view-${name}`, "aria-labelledby": `tab-${name}`, tabindex: 0, class: "view" }, children);
    this.views = record(TABS, (name) => (name === "lea" ? view(name, this.search(), this.names, this.leaPage) : view(name)));
    this.results = this.right();
    this.main = h("main", { class: "panes" }, this.left(), this.results);
    place.replaceChildren(this.top(), h("nav", { class: "sides", "aria-label": "Show" }, SIDES.map((side) => this.sides[side])), this.main, this.work());
    this.keys();
    this.drops(place.ownerDocument);
    this.show("impact");
    this.side("results");
  }

  private top(): HTMLElement {
    const { actions } = this;
    return h(
      "header",
      { class: "top" },
      h("h1", {}, "rulelang studio"),
      h("p", { class: "tagline" }, "Change a policy’s rules, and see who is affected"),
      h(
        "div",
        { class: "buttons" },
        h("button", { onclick: () => pick(".rules,.txt", true, (files) => actions.openRules([...files])) }, "Open rules…"),
        menu("Save", [
          ["Rules", "to open again here, or to send", () => actions.saveRules()],
          ["Results for Excel", "every LEA with its reasons, one workbook", () => actions.saveResults("xlsx")],
          ["Results as CSV", "the same tables as text files", () => actions.saveResults("csv")],
        ]),
        h("button", { onclick: () => actions.share() }, "Share…"),
        h("button", { onclick: () => actions.tour() }, "Tour"),
      ),
    );
  }

  private left(): HTMLElement {
    return h(
      "section",
      { class: "left", "aria-label": "The rules" },
      h("div", { class: "pane-head" }, h("label", {}, h("span", { class: "heard" }, "Rules"), this.select), this.edited),
      this.editor,
      this.problems,
    );
  }

  private right(): HTMLElement {
    return h(
      "section",
      { class: "right", "aria-label": "What the rules do" },
      h("div", { class: "pane-head data" }, this.about, this.sampleButton, this.filesButton),
      h("div", { role: "tablist", "aria-label": "What the rules do", class: "tabs" }, TABS.map((name) => this.tabs[name])),
      this.invited,
      this.note,
      this.staleNote,
      this.said,
      TABS.map((name) => this.views[name]),
    );
  }

  private search(): HTMLElement {
    const input = h("input", { type: "search", list: "leas", placeholder: "Type a name or code", onchange: () => this.actions.lea(input.value) });
    return h("label", { class: "find-lea" }, h("span", {}, "Find an LEA"), input);
  }

  private work(): HTMLElement {
    return h("div", { class: "work" }, this.status, this.bar, this.stopButton);
  }

  private keys(): void {
    for (const [at, name] of TABS.entries()) {
      this.tabs[name].addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const next = step && TABS[(at + step + TABS.length) % TABS.length];
        if (!next) return;
        this.actions.tab(next);
        this.tabs[next].focus();
      });
    }
  }

  private drops(page: Document): void {
    const over = (is: boolean) => page.body.classList.toggle("dropping", is);
    page.addEventListener("dragover", (event) => (event.preventDefault(), over(true)));
    page.addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
    page.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (event.dataTransfer) this.actions.dropped(event.dataTransfer);
    });
  }

  // ---- what is shown ----

  /** Shows a view where it was left, however far the one before was scrolled. */
  show(tab: Tab): void {
    this.scrolled[this.tab] = this.results.scrollTop;
    this.tab = tab;
    for (const name of TABS) {
      this.tabs[name].setAttribute("aria-selected", String(name === tab));
      this.tabs[name].tabIndex = name === tab ? 0 : -1;
      this.views[name].hidden = name !== tab;
    }
    this.results.scrollTop = this.scrolled[tab];
  }

  /** Shows the rules or the results where there is room for one of them only. */
  side(side: Side): void {
    for (const name of SIDES) this.sides[name].setAttribute("aria-pressed", String(name === side));
    this.main.dataset.side = side;
  }

  rulesets(listed: Listed[], chosen: string, isFile: boolean): void {
    const families = new Map<string, Listed[]>();
    for (const one of listed) {
      const family = one.name.slice(0, one.name.lastIndexOf("/"));
      families.set(family, [one, ...(families.get(family) ?? [])]);
    }
    const option = (one: Listed) => h("option", { value: one.name }, [one.title ?? one.name, one.year].filter(Boolean).join(" "));
    this.select.replaceChildren(...[...families].map(([family, some]) => h("optgroup", { label: family }, some.map(option))));
    if (isFile) this.named(chosen);
    else this.choose(chosen);
  }

  /** Shows a file of one's own as what is worked on; null for none. */
  named(file: string | null): void {
    this.select.querySelector("[data-file]")?.remove();
    if (file === null) return;
    this.select.prepend(h("option", { value: file, "data-file": "" }, file));
    this.choose(file);
  }

  choose(name: string): void {
    this.select.value = name;
  }

  /** Returns what the rules that are chosen are called. */
  get title(): string {
    return this.select.selectedOptions[0]?.text ?? "";
  }

  changed(isChanged: boolean): void {
    this.edited.hidden = !isChanged;
  }

  stale(isStale: boolean): void {
    this.staleNote.hidden = !isStale;
  }

  /** Shows what the rules are tried on: the made-up state, or how many files were given. */
  data(read: DataRead, given: number): void {
    const what = read.made_up ? "A made-up state" : `Your ${count(given, "file")}`;
    fill(this.about, h("strong", {}, what), ` · ${count(read.leas.length, "LEA")}`, !read.made_up && h("span", { class: "kind" }, "kept on this computer"));
    this.sampleButton.hidden = read.made_up && given === 0; // which also takes away files that were refused
    this.filesButton.textContent = read.made_up ? FILES : "Add files…";
    this.names.replaceChildren(...read.leas.map(([code, lea]) => h("option", { value: lea ? `${lea}, ${code}` : code })));
  }

  /** Shows what is to be said of the files. */
  dataWrong(said: Diagnostic[], isRefused: boolean): void {
    const line = (one: Diagnostic) => [h("strong", {}, capital(one.severity), ": "), dataPlace(one), words(one.message), ". ", one.help && h("span", { class: "note" }, words(capital(one.help)), ".")];
    const all = () => h("details", { open: isRefused || said.some((one) => one.severity === "error") }, h("summary", {}, `${count(said.length, "message")} about the files`), h("ul", {}, said.map((one) => h("li", {}, line(one)))));
    fill(this.said, said.length === 1 ? h("p", {}, line(said[0]!)) : said.length > 1 && all());
  }

  /** Shows an invitation, or takes away the one that is there. */
  invite(invitation?: HTMLElement): void {
    this.invited.replaceChildren(...(invitation ? [invitation] : []));
  }

  /** Shows what somebody says who shares the page. */
  shared(title: string, note: string): void {
    this.note.hidden = !title && !note;
    fill(this.note, title && h("h2", {}, title), ...note.split("\n").filter(Boolean).map((one) => h("p", {}, one)));
  }

  // ---- what is going on ----

  busy(what: string): void {
    this.status.textContent = what && `${capital(what)}…`;
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

function record<Name extends string, What>(names: readonly Name[], make: (name: Name) => What): Record<Name, What> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, What>;
}

function pick(accept: string, multiple: boolean, take: (files: FileList) => void): void {
  const input = h("input", { type: "file", accept, multiple, onchange: () => input.files?.length && take(input.files) });
  input.click();
}

function dataPlace({ data }: Diagnostic): string {
  if (!data) return "";
  const file = data.file.split("/").pop()!;
  return `${[file, data.row !== null && `row ${data.row}`, data.column].filter(Boolean).join(", ")}: `;
}
