// The studio: rules on the left, and on the right what they make of a state, of an LEA and of the examples.
import { type Completion, type DataRead, type Diagnostic, type Example, type Hover, type Impact, type InFull, isOfLevels, isWrong, type Lea, type LeaAnswer, type LeaLevels, type Listed, type Opened, type Outcomes, type Position, type Problem, type Ways, type Wrong } from "./answers";
import { Assets, bytesOf } from "./assets";
import { changeable, type InForce, undone } from "./change";
import { Editor } from "./editor";
import { CrashedError, Engine, StoppedError } from "./engine";
import { exampleList } from "./examples";
import { filesDropped, filesGiven, Kept, save, type Work } from "./files";
import { ImpactView } from "./impact";
import { fullText } from "./full";
import { leaPage, levelsPage, noLea, notFound, waysList } from "./lea";
import { Frame, type Tab } from "./page";
import { isOfExample, problemList } from "./problems";
import type { FileGiven } from "./questions";
import { Rounds } from "./rounds";
import { type Scenario, ScenariosView } from "./scenarios";
import { askWhatToShare, newId, read, type Shared, written } from "./share";
import { invitation, Tour } from "./tour";

const STORE = "rulelang-studio";
const SOON = 20_000;

type OpenedRules = ((Opened | Wrong) & { text: string; name?: string }) | { refused: Diagnostic[] };

/** A file of rules that cannot be opened; its message says why. */
class RefusedError extends Error {
  constructor(said: Diagnostic[]) {
    super(said.map((one) => [one.message, one.help].filter(Boolean).join(". ")).join("\n\n") || "There are no rules in these files.");
  }
}

class Studio {
  private readonly frame: Frame;
  private readonly editor: Editor;
  private readonly impactView: ImpactView;
  private readonly scenariosView: ScenariosView;
  private readonly tour: Tour;
  private readonly assets = new Assets(document);
  private engine!: Engine;
  private kept!: Kept;
  private crashed = -SOON;
  private ready = false;
  private ruleset = "";
  /** The files of rules that were opened, null for a ruleset that comes with rulelang. */
  private opened: FileGiven[] | null = null;
  /** The text that was opened, and the last that was saved, by which one sees whether there is something to lose. */
  private original = "";
  private saved = "";
  private data: DataRead | undefined;
  private files: FileGiven[] = [];
  private scenarios: Scenario[] = [];
  private tab: Tab = "impact";
  private lea: string | undefined;
  /** What somebody chose to look at, where rules determine nobody, and what is shown. */
  private what: string | undefined;
  private shown: string | undefined;
  /** The LEAs of the data, or what else has a row each in the views. */
  private units: Lea[] = [];
  /** Of which LEA, text and data the page of one LEA is. */
  private drawn: unknown[] = [];
  /** The last text that could be understood, which is what the right side shows. */
  private understood = "";
  /** What was that before Python was started anew, or the page was loaded again. */
  private earlier = "";
  private readonly rounds = new Rounds((text, isLatest) => this.round(text, isLatest));

  constructor(place: HTMLElement) {
    this.frame = new Frame(place, {
      tab: (tab) => this.show(tab),
      ruleset: (name) => this.choose(name),
      openRules: (files) => this.openRules(files),
      undo: () => this.editor.replace(this.original),
      saveRules: () => this.saveRules(),
      saveResults: (format) => this.saveResults(format),
      share: () => void this.guarded(() => this.share()),
      tour: () => this.tour.begin(),
      dropped: async (items) => this.take(await filesDropped(items)),
      picked: (files) => this.take(files),
      sample: () => this.useSample(),
      stop: () => this.stop(),
      lea: (name) => this.findLea(name),
    });
    this.editor = new Editor(this.frame.editor, {
      changed: (text) => this.edited(text),
      complete: async (text, at) => (this.ready ? this.engine.ask<Completion[]>("complete", { text, ...at }) : []),
      hover: async (text, at) => (this.ready ? this.engine.ask<Hover | null>("hover", { text, ...at }) : null),
    });
    this.tour = new Tour(place, (side, tab) => {
      this.frame.side(side);
      this.show(tab);
    });
    this.impactView = new ImpactView(this.frame.views.impact, (code) => this.openLea(code), (what) => this.look(what));
    this.scenariosView = new ScenariosView(this.frame.views.scenarios, {
      keep: (name) => this.keepScenarios([...this.scenarios.filter((one) => one.name !== name), { name, text: this.editor.text }]),
      edit: ({ text }) => this.editor.replace(text),
      remove: ({ name }) => this.keepScenarios(this.scenarios.filter((one) => one.name !== name)),
      openLea: (code) => this.openLea(code),
    });
  }

  async start(): Promise<void> {
    this.frame.busy("Starting");
    this.impactView.wait();
    this.engine = new Engine(await this.assets.worker(), () => this.assets.python());
    this.engine.onProgress = ({ what, done, all }) => this.frame.progress(what, done, all);
    this.engine.onCrash = (error) => this.failed(error);
    this.impactView.map = await this.assets.map();
    const work = await this.work();
    this.ruleset = work.ruleset ?? "";
    this.opened = Array.isArray(work.opened) ? work.opened : null;
    this.files = work.data ?? [];
    this.scenarios = work.scenarios ?? [];
    this.understood = work.understood ?? "";
    if (work.text !== undefined) this.editor.put(work.text);
    else this.invite();
    await this.guarded(() => this.begin(work.text));
  }

  /** Returns the work that the browser has kept of this page, or else what was shared with it. */
  private async work(): Promise<Partial<Work>> {
    const text = await this.assets.work();
    const shared: Partial<Shared> = text === undefined ? {} : read(text);
    this.kept = new Kept([STORE, shared.id].filter(Boolean).join("-"));
    this.frame.shared(shared.title ?? "", shared.note ?? "");
    if (shared.title) document.title = shared.title;
    return { ...shared, ...(await this.kept.all()) };
  }

  /** Offers the tour to somebody who opens the studio for the first time. */
  private invite(): void {
    const decline = () => this.frame.invite();
    this.frame.invite(invitation(() => (decline(), this.tour.begin()), decline));
  }

  private async share(): Promise<void> {
    const said = await askWhatToShare(this.frame.title, this.files.length, this.scenarios.length);
    if (!said) return;
    const { ruleset, opened, understood, scenarios } = this;
    const data = said.withFiles ? this.files : [];
    const shared = { id: newId(), title: said.title, note: said.note, ruleset, opened, text: this.editor.text, understood, scenarios, data };
    save(`${said.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").toLowerCase() || "studio"}.html`, await this.assets.with(await written(shared)));
  }

  /** Starts Python anew and takes up the work where it is. */
  private async begin(text: string | undefined): Promise<void> {
    this.ready = false;
    await this.engine.start();
    const { rulesets, first } = await this.engine.ask<{ rulesets: Listed[]; first: string }>("rulesets");
    this.ruleset ||= first;
    this.frame.rulesets(rulesets, this.ruleset, this.opened !== null);
    await this.open(text);
  }

  private async open(text?: string): Promise<void> {
    const { opened, ruleset: name } = this;
    const found = await (opened ? this.engine.ask<OpenedRules>("open_given", {}, opened) : this.engine.ask<OpenedRules>("open", { name }));
    if ("refused" in found) throw new RefusedError(found.refused);
    if (found.name !== undefined) this.frame.named((this.ruleset = found.name));
    this.ready = true;
    this.data = this.what = undefined;
    this.earlier = text === undefined ? "" : this.understood;
    this.understood = "";
    this.impactView.wait();
    this.original = found.text;
    this.editor.put(text ?? found.text);
    this.keepRules();
    this.frame.changed(this.changed);
    this.rounds.ask(this.editor.text);
    await this.rounds.done();
  }

  // ---- rules ----

  private edited(text: string): void {
    void this.kept.keep("text", text);
    this.frame.changed(this.changed);
    this.rounds.ask(text);
  }

  /** Checks a text and, where it can be applied, shows what it does; a newer text ends this early. */
  private async round(text: string, isLatest: () => boolean): Promise<void> {
    try {
      await this.frame.during(this.data === undefined ? "Reading the data" : "Checking", async () => {
        const start = performance.now();
        const { problems } = await this.engine.ask<{ problems: Problem[] }>("check", { text });
        if (!isLatest()) return;
        this.editor.show(problems.filter((one) => !isOfExample(one)));
        problemList(this.frame.problems, problems, { go: (one) => this.goTo(one.range.start), mend: (edits) => this.editor.mend(edits), examples: () => (this.frame.side("results"), this.show("examples")) });
        performance.measure("check", { start });
        if (this.data === undefined) await this.readData(text);
        if (this.data === undefined || !isLatest()) return;
        const impactOf = (text: string) => this.engine.ask<Impact | Wrong>("impact", { text, what: this.what ?? null });
        const own = await impactOf(text);
        const isStale = isWrong(own);
        // Of rules that the page was loaded with, and that have errors, an earlier text is shown.
        const shown = isStale && !this.understood ? this.earlier || this.original : text;
        const found = shown === text ? own : await impactOf(shown);
        if (!isLatest()) return;
        this.frame.stale(isStale && (this.understood !== "" || !isWrong(found)));
        if (isWrong(found) && !this.understood) this.impactView.nothing([]);
        if (isWrong(found)) return void performance.measure("mistake", { start });
        this.understood = shown;
        void this.kept.keep("understood", shown);
        this.units = isOfLevels(found) ? found.units : this.data.leas;
        this.shown = isOfLevels(found) ? found.what : undefined;
        this.impactView.show(this.units, found, shown !== this.original);
        performance.measure("impact", { start });
        await this.refresh();
      });
    } catch (error) {
      this.failed(error);
    }
  }

  private look(what: string): void {
    this.what = what;
    this.rounds.ask(this.editor.text);
  }

  private async choose(name: string): Promise<void> {
    if (this.keepsEdits()) return this.frame.choose(this.ruleset);
    this.frame.named(null);
    this.frame.choose(name);
    [this.ruleset, this.opened] = [name, null];
    await this.guarded(() => this.open());
  }

  private get changed(): boolean {
    return this.editor.text !== this.original;
  }

  /** Asks whether edits that were not saved are to be discarded; returns whether they are to be kept. */
  private keepsEdits(): boolean {
    const isSaved = !this.changed || this.editor.text === this.saved;
    return !isSaved && !confirm("Discard your edits to these rules? To keep them, choose Cancel and save the rules first.");
  }

  /** Opens files of rules: of several the latest year, with the others beside it. A vocabulary alone is for the rules that are open. */
  private async openRules(files: Iterable<File>): Promise<void> {
    if (this.keepsEdits()) return;
    const before = [this.ruleset, this.opened] as const;
    const given = await filesGiven(files);
    const isForOpened = given.every((one) => one.name === "vocabulary.rules");
    const kept = isForOpened ? (this.opened ?? []).filter((one) => one.name !== "vocabulary.rules") : [];
    await this.guarded(async () => {
      try {
        this.opened = [...kept, ...given];
        await this.open();
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        [this.ruleset, this.opened] = before;
        alert(error.message);
      }
    });
  }

  private saveRules(): void {
    const name = this.ruleset.split("/").pop()!.replace(/\.rules$/, "");
    this.saved = this.editor.text;
    save(`${name}.rules`, this.editor.text);
  }

  private async saveResults(format: string): Promise<void> {
    await this.guarded(() => this.frame.during("Writing the results", async () => {
      const files = await this.engine.ask<Record<string, string>>("results", { text: this.understood, format });
      for (const [name, content] of Object.entries(files)) save(name, bytesOf(content));
    }));
  }

  private keepScenarios(scenarios: Scenario[]): void {
    this.scenarios = scenarios;
    void this.kept.keep("scenarios", scenarios);
    void this.guarded(() => this.refresh());
  }

  private keepRules(): void {
    void this.kept.keep("ruleset", this.ruleset);
    void this.kept.keep("opened", this.opened);
    void this.kept.keep("text", this.editor.text);
    void this.kept.keep("understood", this.earlier);
  }

  // ---- data ----

  /** Reads the files that were given, or else takes the made-up state; nothing, if others are given in the meantime. */
  private async readData(text: string): Promise<void> {
    const { files } = this;
    const given = files.length ? await this.engine.ask<DataRead | Wrong>("files", { text }, files) : undefined;
    const isRefused = given !== undefined && isWrong(given);
    const found = given && !isRefused ? given : await this.engine.ask<DataRead | Wrong>("sample", { text });
    if (files !== this.files) return;
    if (isWrong(found)) return this.impactView.nothing(found.wrong);
    this.frame.dataWrong(isRefused ? given.wrong : found.said, isRefused);
    this.data = found;
    this.frame.data(found, files.length);
  }

  private async take(files: Iterable<File>): Promise<void> {
    const isRules = (one: File) => one.name.toLowerCase().endsWith(".rules");
    const [rules, others] = [[...files].filter(isRules), [...files].filter((one) => !isRules(one))];
    await this.addData(await filesGiven(others));
    if (rules.length) return this.openRules(rules);
    if (others.length) this.again();
  }

  private async addData(some: FileGiven[]): Promise<void> {
    if (some.length === 0) return;
    const names = new Set(some.map((one) => one.name));
    this.files = [...this.files.filter((one) => !names.has(one.name)), ...some];
    await this.kept.keep("data", this.files);
    this.data = undefined;
  }

  private async useSample(): Promise<void> {
    this.files = [];
    await this.kept.keep("data", []);
    this.again();
  }

  private again(): void {
    this.data = undefined;
    this.rounds.ask(this.editor.text);
  }

  // ---- what is shown ----

  private show(tab: Tab): void {
    this.tab = tab;
    this.frame.show(tab);
    void this.guarded(() => this.refresh());
  }

  /** Draws the view that is open anew, by the last text that could be understood. */
  private async refresh(): Promise<void> {
    const [{ views }, text] = [this.frame, this.understood];
    if (!text || this.data === undefined) return;
    if (this.tab === "lea") await this.drawLea();
    if (this.tab === "scenarios") await this.drawScenarios();
    if (this.tab === "full") views.full.replaceChildren(fullText(await this.engine.ask<InFull>("in_full", { text }), (rule) => this.change(rule), (label) => this.undoing(label)));
    if (this.tab === "examples") {
      const examples = await this.engine.ask<Example[]>("examples", { text });
      views.examples.replaceChildren(exampleList(examples, (line) => this.goTo({ line: line - 1, column: 0 })));
    }
  }

  private async drawScenarios(): Promise<void> {
    const kept = this.scenarios.map((one) => ({ ...one, isKept: true }));
    const versions = [{ name: "As opened", text: this.original, isKept: false }, ...kept, { name: "Now", text: this.understood, isKept: false }];
    const found = await this.engine.ask<(Outcomes | Wrong)[]>("scenarios", { texts: versions.map((one) => one.text), what: this.shown ?? null });
    this.scenariosView.show(this.units, versions.map((one, at) => ({ ...one, found: found[at]! })), this.shown);
  }

  private goTo(place: Position): void {
    this.frame.side("rules");
    this.editor.go(place);
  }

  /** Shows a rule in the editor, selected to be changed; one of an earlier year is written into the text to be replaced. */
  private change(rule: InForce): void {
    const { text, from, to } = changeable(this.editor.text, rule);
    this.frame.side("rules");
    if (text !== this.editor.text) this.editor.replace(text);
    this.editor.select(from, to);
  }

  /** Returns what undoes the edit of a rule; null if the text does not show how. */
  private undoing(label: string): (() => void) | null {
    const text = () => undone(this.original, this.editor.text, label);
    return text() === null ? null : () => this.editor.replace(text() ?? this.editor.text);
  }

  private openLea(code: string): void {
    [this.lea] = code.split("/"); // behind which there may be a student group
    this.show("lea");
  }

  private findLea(name: string): void {
    const [leas, wanted] = [this.data?.leas ?? [], name.trim().toLowerCase()];
    const exact = leas.find(([code, lea]) => name === lea || name.endsWith(code));
    const some = exact ? [exact] : leas.filter(([code, lea]) => lea.toLowerCase().includes(wanted) || code.startsWith(wanted));
    if (some.length === 1) return this.openLea(some[0]![0]);
    this.drawn = [];
    this.frame.leaPage.replaceChildren(notFound(name, some.map(([code, lea]) => [code, lea || code]), (code) => this.openLea(code)));
  }

  private async drawLea(): Promise<void> {
    const [code, text, place] = [this.lea, this.understood, this.frame.leaPage];
    if (code === undefined) return place.replaceChildren(noLea(this.impactView.first(), (one) => this.openLea(one)));
    const drawn = [code, text, this.data];
    if (drawn.every((one, at) => one === this.drawn[at])) return; // what was found out about it in the meantime stays
    this.drawn = drawn;
    const answer = await this.engine.ask<LeaAnswer | LeaLevels>("lea", { code, text });
    if (!("after" in answer)) return this.putLea(levelsPage(answer));
    const page = leaPage(answer, () => {
      void this.guarded(() => this.frame.during("Looking for ways out", async () => {
        const ways = await this.engine.ask<Ways>("ways", { code, text });
        page.querySelector("[data-ways]")!.replaceChildren(waysList(ways));
      }));
    });
    this.putLea(page);
  }

  /** Shows the page of an LEA; where its link had the focus, which is gone with the list, the heading gets it. */
  private putLea(page: HTMLElement): void {
    this.frame.leaPage.replaceChildren(page);
    if (document.activeElement === document.body) page.querySelector<HTMLElement>(".lea-name")!.focus();
  }

  // ---- when something goes wrong ----

  private async stop(): Promise<void> {
    this.frame.busy("Stopped. Starting again");
    if (this.files.length && this.data === undefined) this.files = [];
    await this.guarded(() => this.begin(this.editor.text));
  }

  /** Starts Python anew after it has ended by itself; not again where that happens soon. */
  private async restart(): Promise<void> {
    this.crashed = performance.now();
    this.frame.busy("Something went wrong. Starting again with your work");
    await this.guarded(() => this.begin(this.editor.text));
  }

  private async guarded(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (error instanceof CrashedError && performance.now() - this.crashed > SOON) return void this.restart();
    if (!(error instanceof StoppedError)) this.frame.failed(error instanceof Error ? error.message : String(error));
  }
}

void new Studio(document.getElementById("studio")!).start();