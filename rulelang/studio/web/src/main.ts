// The studio: rules on the left, and on the right what they make of an LEA, of the examples and of a state.
import { type Completion, type DataRead, type Example, type Hover, type Impact, isWrong, type LeaAnswer, type Listed, type Opened, type Problem, type Ways, type Wrong } from "./answers";
import { Assets } from "./assets";
import { Editor } from "./editor";
import { Engine, StoppedError } from "./engine";
import { exampleList } from "./examples";
import { filesDropped, filesGiven, keep, kept, save } from "./files";
import { ImpactView } from "./impact";
import { leaPage, waysList } from "./lea";
import { frame, type Frame, MADE_UP_NOTE, PRIVATE_NOTE, problemList, type Tab } from "./page";
import type { FileGiven } from "./questions";
import { Rounds } from "./rounds";

class Studio {
  private readonly frame: Frame;
  private readonly editor: Editor;
  private readonly impactView: ImpactView;
  private engine!: Engine;
  private ready = false;
  private ruleset = "";
  private opened: string | null = null;
  /** The text that was opened, by which one sees whether there is something to lose. */
  private original = "";
  private data: DataRead | undefined;
  private files: FileGiven[] = [];
  private tab: Tab = "impact";
  private lea: string | undefined;
  /** The last text that could be understood, which is what the right side shows. */
  private understood = "";
  private readonly rounds = new Rounds((text, isLatest) => this.round(text, isLatest));

  constructor(place: HTMLElement) {
    this.frame = frame(place, {
      tab: (tab) => this.show(tab),
      ruleset: (name) => this.choose(name),
      openFile: (file) => this.openFile(file),
      saveRules: () => this.saveRules(),
      saveResults: () => this.saveResults(),
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
    this.impactView = new ImpactView(this.frame.views.impact, (code) => this.openLea(code));
  }

  async start(): Promise<void> {
    this.frame.busy("Python starts");
    const assets = new Assets(document);
    this.engine = new Engine(await assets.worker(), () => assets.python());
    this.engine.onProgress = ({ what, done, all }) => this.frame.progress(what, done, all);
    const work = await kept();
    this.ruleset = work.ruleset ?? "";
    this.opened = work.opened ?? null;
    this.files = work.files ?? [];
    if (work.text !== undefined) this.editor.put(work.text);
    await this.guarded(() => this.begin(work.text));
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
    const found = await this.engine.ask<(Opened | Wrong) & { text: string }>("open", { name: this.ruleset, text: this.opened });
    this.ready = true;
    this.data = undefined;
    this.original = found.text;
    this.editor.put(text ?? found.text);
    this.keepRules();
    this.rounds.ask(this.editor.text);
    await this.rounds.done();
  }

  // ---- rules ----

  private edited(text: string): void {
    void keep("text", text);
    this.rounds.ask(text);
  }

  /** Checks a text and, where it can be applied, shows what it does; a newer text ends this early. */
  private async round(text: string, isLatest: () => boolean): Promise<void> {
    try {
      await this.frame.during("checking", async () => {
        const start = performance.now();
        const { problems } = await this.engine.ask<{ problems: Problem[] }>("check", { text });
        if (!isLatest()) return;
        this.editor.show(problems);
        problemList(this.frame.problems, problems, (one) => this.editor.go(one.range.start), (one) => this.editor.mend(one));
        performance.measure("check", { start });
        if (this.data === undefined) await this.readData(text);
        if (this.data === undefined || !isLatest()) return;
        const found = await this.engine.ask<Impact | Wrong>("impact", { text });
        if (!isLatest()) return;
        this.frame.stale(isWrong(found));
        if (isWrong(found)) return;
        this.understood = text;
        this.impactView.show(this.data.leas, found);
        performance.measure("impact", { start });
        await this.refresh();
      });
    } catch (error) {
      this.failed(error);
    }
  }

  private async choose(name: string): Promise<void> {
    if (this.changed && !confirm("Leave the changes you made to these rules? Save them first to keep them.")) {
      return this.frame.choose(this.ruleset);
    }
    [this.ruleset, this.opened] = [name, null];
    await this.guarded(() => this.open());
  }

  private get changed(): boolean {
    return this.editor.text !== this.original;
  }

  private async openFile(file: File): Promise<void> {
    [this.ruleset, this.opened] = [file.name, await file.text()];
    this.frame.named(file.name);
    await this.guarded(() => this.open());
  }

  private saveRules(): void {
    const name = this.ruleset.split("/").pop()!.replace(/\.rules$/, "");
    save(`${name}.rules`, this.editor.text, "text/plain");
  }

  private async saveResults(): Promise<void> {
    await this.guarded(async () => {
      const tables = await this.engine.ask<Record<string, string>>("results", { text: this.understood });
      for (const [name, text] of Object.entries(tables)) save(name, text, "text/csv");
    });
  }

  private keepRules(): void {
    void keep("ruleset", this.ruleset);
    void keep("opened", this.opened);
    void keep("text", this.editor.text);
  }

  // ---- data ----

  /** Reads the files that were given, or else takes the made-up state; nothing, if others are given in the meantime. */
  private async readData(text: string): Promise<void> {
    const { files } = this;
    const given = files.length ? await this.engine.ask<DataRead | Wrong>("files", { text }, files) : undefined;
    const isRefused = given !== undefined && isWrong(given);
    const found = given && !isRefused ? given : await this.engine.ask<DataRead | Wrong>("sample", { text });
    if (files !== this.files || isWrong(found)) return;
    this.frame.dataWrong(isRefused ? given.wrong : found.said);
    this.data = found;
    this.frame.data(found, found.made_up ? MADE_UP_NOTE : PRIVATE_NOTE);
  }

  private async take(files: Iterable<File>): Promise<void> {
    const some = await filesGiven(files);
    const rules = some.find((one) => one.path.endsWith(".rules"));
    if (rules) return this.openFile([...files].find((one) => one.name.endsWith(".rules"))!);
    if (some.length === 0) return;
    const names = new Set(some.map((one) => one.path));
    this.files = [...this.files.filter((one) => !names.has(one.path)), ...some];
    await keep("files", this.files);
    this.again();
  }

  private async useSample(): Promise<void> {
    this.files = [];
    await keep("files", []);
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

  private async refresh(): Promise<void> {
    if (this.tab === "lea" && this.lea) await this.drawLea(this.lea);
    if (this.tab === "examples") {
      const examples = await this.engine.ask<Example[]>("examples", { text: this.understood });
      this.frame.views.examples.replaceChildren(exampleList(examples, (line) => this.editor.go({ line: line - 1, column: 0 })));
    }
  }

  private openLea(code: string): void {
    this.lea = code;
    this.show("lea");
  }

  private findLea(name: string): void {
    const found = this.data?.leas.find(([code, lea]) => name === lea || name.endsWith(code));
    if (found) this.openLea(found[0]);
  }

  private async drawLea(code: string): Promise<void> {
    const answer = await this.engine.ask<LeaAnswer>("lea", { code, text: this.understood });
    const place = this.frame.leaPage;
    const page = leaPage(answer, () => {
      void this.guarded(() => this.frame.during("looking for ways out", async () => {
        const ways = await this.engine.ask<Ways>("ways", { code, text: this.understood });
        page.querySelector("[data-ways]")!.replaceChildren(waysList(ways));
      }));
    });
    place.replaceChildren(page);
  }

  // ---- when something goes wrong ----

  private async stop(): Promise<void> {
    this.frame.busy("Stopped. Python starts again");
    if (this.files.length && this.data === undefined) this.files = [];
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
    if (!(error instanceof StoppedError)) this.frame.failed(error instanceof Error ? error.message : String(error));
  }
}

void new Studio(document.getElementById("studio")!).start();