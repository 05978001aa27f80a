// Who is affected: the counts, how LEAs move, the table of LEAs, and the counties.
import { type Counts, type Diagnostic, type Impact, isOfLevels, type Lea, type LevelImpact } from "./answers";
import { capital, count, fill, h, number, words } from "./dom";
import { type CountyMap, countyMap } from "./map";
import { byCounty, chosen, type Column, determined, EVERYBODY, kindsOfMoves, MOVED, type Order, type Row, rowsOf, why } from "./rows";

const SHOWN = 100;
const NOT_COVERED = "not covered";
const CANNOT_TELL = "cannot tell";

export class ImpactView {
  private rows: Row[] = [];
  private counts: [Counts, Counts] = [{}, {}];
  private groups: [string, string][] = [];
  private edited = false;
  private which = MOVED;
  private search = "";
  private order: Order = { by: "before", down: false };
  private all = false;
  /** Whether the codes of the student groups are explained. */
  private explained = false;
  /** What is looked at, where rules determine nobody. */
  private levels: LevelImpact | undefined;
  map: CountyMap | undefined;

  constructor(
    private readonly place: HTMLElement,
    private readonly openLea: (code: string) => void,
    private readonly look: (what: string) => void,
  ) {}

  /** Shows what edits do, or where there are none what the rules decide. */
  show(leas: Lea[], impact: Impact, edited: boolean): void {
    const moved = this.moved > 0;
    this.levels = isOfLevels(impact) ? impact : undefined;
    this.rows = rowsOf(leas, impact);
    this.counts = impact.counts;
    this.groups = Object.entries(impact.groups ?? {});
    this.edited = edited;
    const isOffered = this.choices().some(([kind]) => kind === this.which);
    if (!isOffered || moved !== this.moved > 0) this.which = this.moved ? MOVED : EVERYBODY;
    this.draw();
  }

  /** Takes away what other rules decided. */
  wait(): void {
    this.rows = [];
    fill(this.place, h("p", { class: "starting" }, "Getting ready. This takes a few seconds, and nothing is downloaded."));
  }

  /** Says why there is nothing to show: what is wrong with the data, or else that the rules have errors. */
  nothing([wrong]: Diagnostic[]): void {
    const text = wrong ? wrong.message : "The rules have errors, which are listed below them. Once they are mended, you see here what the rules decide.";
    fill(this.place, h("h2", { class: "headline" }, "Nothing to show yet"), h("p", { class: "lead" }, words(text)));
  }

  /** Returns some LEAs to begin with: of those that move the first, or else of all. */
  first(): Row[] {
    return chosen(this.rows, this.moved ? MOVED : EVERYBODY, "", { by: "before", down: false }, this.ranks).slice(0, 8);
  }

  private get ranks(): string[] {
    return Object.keys({ ...this.counts[0], ...this.counts[1] });
  }

  private get moved(): number {
    return this.rows.filter((row) => row.move).length;
  }

  private draw(): void {
    const { moved } = this;
    fill(
      this.place,
      h("h2", { class: "headline" }, this.headline()),
      this.levels && this.choice(this.levels),
      !this.edited && h("p", { class: "lead" }, this.lead()),
      this.levels?.totals[1] && h("p", {}, "Together ", h("strong", {}, this.levels.totals[1]), this.edited && `, before ${this.levels.totals[0] || "not known"}`),
      Object.keys(this.counts[1]).length > 0 && this.countTable(),
      !this.levels && !!this.counts[1][CANNOT_TELL] && h("p", { class: "note" }, "Cannot tell: the data lack something that could decide. Open one of these LEAs to see what."),
      h("h3", {}, moved ? `${this.many} that are affected` : this.many),
      this.filters(),
      this.groups.length > 0 && h("details", { open: this.explained, ontoggle: (event: Event) => (this.explained = (event.target as HTMLDetailsElement).open) }, h("summary", {}, "Codes of the student groups"), h("p", { class: "note" }, this.groups.map(([code, name]) => `${code} ${name}`).join(", "))),
      this.table(),
      moved > 0 && h("h3", {}, "By county"),
      moved > 0 && this.counties(),
    );
  }

  private headline(): string {
    const total = this.levels ? `${number(this.rows.length)} ${this.levels.of_groups ? "student groups" : "results"}` : count(this.rows.length, "LEA");
    if (!this.edited) return this.levels ? `What these rules work out: ${total}` : `What these rules decide for ${total}`;
    return `Your edits affect ${this.moved ? number(this.moved) : "none"} of ${total}`;
  }

  private lead(): string {
    if (this.rows.every((row) => row.after === NOT_COVERED)) return "These rules decide nothing for these LEAs by themselves; the rules of later years look back on them.";
    return `Change a rule, and you see here at once which ${this.levels ? "results" : "LEAs"} it would affect.`;
  }

  /** Returns what the rows are. */
  private get many(): string {
    if (!this.levels) return "LEAs";
    return this.levels.of_groups ? "Student groups" : "Results";
  }

  private choice({ what, choices }: LevelImpact): HTMLElement {
    const choose = (event: Event) => this.look((event.target as HTMLSelectElement).value);
    const option = ([name, changed]: [string, number]) => h("option", { value: name, selected: name === what }, changed ? `${name} (${number(changed)} changed)` : name);
    return h("label", { class: "look" }, h("span", {}, "Look at"), h("select", { onchange: choose, "data-key": "look" }, choices.map(option)));
  }

  private countTable(): HTMLElement {
    const [before, after] = this.counts;
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const most = Math.max(...names.flatMap((name) => [before[name] ?? 0, after[name] ?? 0]));
    const cell = (text: string, more = "") => h("td", { class: `number ${more}` }, text);
    const row = (name: string) => {
      const [was, now] = [before[name] ?? 0, after[name] ?? 0];
      const bars = h("td", { class: "bars" }, (this.edited ? [was, now] : [now]).map((one, at, all) => h("span", { class: `bar ${at === all.length - 1 ? "" : "old"}`, style: `width:${(100 * one) / most}%` })));
      const change = now - was;
      const cells = this.edited ? [cell(number(was)), cell(number(now)), cell(change ? signed(change) : "0", change ? "changed" : "same")] : [cell(number(now))];
      return h("tr", {}, h("th", { scope: "row" }, capital(name)), bars, cells);
    };
    const heads = this.edited ? ["Before", "After", "Change"] : [this.many];
    return h(
      "div",
      { class: "scroll card", tabindex: 0, role: "region", "aria-label": "How many get each outcome", "data-key": "counts" },
      h("table", { class: "counts" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, this.levels?.what ?? "Determination"), h("td", { class: "bars" }), heads.map((name) => h("th", { scope: "col", class: "number" }, name)))), h("tbody", {}, names.map(row))),
    );
  }

  /** Returns what may be shown: those who move, in each way there is, or everybody, by what they get. */
  private choices(): [string, number, string][] {
    const moves = kindsOfMoves(this.rows).map(([kind, many]): [string, number, string] => [kind, many, capital(kind)]);
    const all: [string, number, string] = [EVERYBODY, this.rows.length, `All ${this.many === "LEAs" ? "LEAs" : this.many.toLowerCase()}`];
    if (moves.length > 0) return [[MOVED, this.moved, "All that are affected"], ...(moves.length > 1 ? moves : []), all];
    return [all, ...Object.entries(this.counts[1]).map(([name, many]): [string, number, string] => [determined(name), many, capital(name)])];
  }

  private filters(): HTMLElement {
    const chip = ([kind, many, words]: [string, number, string]) =>
      h("button", { class: "chip", "aria-pressed": String(kind === this.which), "data-key": `show ${kind}`, onclick: () => this.again(() => (this.which = kind)) }, words, h("span", { class: "many" }, number(many)));
    const find = (event: Event) => {
      this.search = (event.target as HTMLInputElement).value;
      this.all = false;
      this.place.querySelector("[data-table]")!.replaceWith(this.table());
    };
    return h(
      "div",
      { class: "filters" },
      h("div", { class: "chips", role: "group", "aria-label": "Which LEAs to show" }, this.choices().map(chip)),
      h("input", { type: "search", value: this.search, oninput: find, "aria-label": "Search LEAs", placeholder: "Name, county, code or rule", "data-key": "search" }),
    );
  }

  private again(change: () => void): void {
    change();
    this.draw();
  }

  private table(): HTMLElement {
    const found = chosen(this.rows, this.which, this.search, this.order, this.ranks);
    const shown = this.all ? found : found.slice(0, SHOWN);
    const note =
      found.length === 0
        ? h("p", { class: "note" }, "No LEA has these words.")
        : found.length > shown.length && h("p", {}, h("button", { onclick: () => this.again(() => (this.all = true)), "data-key": "all" }, `Show all ${number(found.length)}`));
    return h("div", { "data-table": "" }, found.length > 0 && this.list(shown), note);
  }

  private list(shown: Row[]): HTMLElement {
    const moved = shown.some((row) => row.move);
    const isSaid = shown.some((row) => why(row));
    const columns: [Column, string][] = moved ? [["lea", "LEA"], ["before", "Before"], ["after", "After"]] : [["lea", "LEA"], ["county", "County"], ["before", this.levels?.what ?? "Determination"]];
    const sort = (by: Column) => this.again(() => (this.order = { by, down: this.order.by === by && !this.order.down }));
    const head = columns.map(([column, name]) => {
      const direction = this.order.by !== column ? "none" : this.order.down ? "descending" : "ascending";
      const mark = { none: "", ascending: " ↑", descending: " ↓" }[direction];
      return h("th", { scope: "col", "aria-sort": direction }, h("button", { class: "sort", onclick: () => sort(column), "data-key": `by ${column}` }, name, h("span", { "aria-hidden": "true" }, mark)));
    });
    const more = (row: Row) => [
      h("td", { "data-label": "After", class: row.before === row.after ? "same" : "changed" }, row.before === row.after ? "the same" : capital(row.after)),
      isSaid && h("td", { "data-label": "What changes", class: "why" }, why(row)),
    ];
    const rows = shown.map((row) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, h("button", { class: "link", onclick: () => this.openLea(row.code), "data-key": row.code }, row.lea || row.code), h("span", { class: "kind" }, moved ? [row.kind, row.county].filter(Boolean).join(" · ") : row.kind)),
        !moved && h("td", { "data-label": "County" }, row.county),
        h("td", { "data-label": moved ? "Before" : (this.levels?.what ?? "Determination") }, capital(row.before)),
        moved && more(row),
      ),
    );
    return h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "LEAs", "data-key": "leas" },
      h("table", { class: "leas" }, h("thead", {}, h("tr", {}, head, moved && isSaid && h("th", { scope: "col" }, "What changes"))), h("tbody", {}, rows)),
    );
  }

  private counties(): HTMLElement {
    const all = byCounty(this.rows);
    const counties = all.filter((one) => one.moved);
    const choose = (county: string) => {
      this.again(() => (this.search = county));
      this.place.querySelector<HTMLElement>("[data-key=search]")!.focus();
    };
    const most = Math.max(...counties.map((one) => one.moved));
    const rows = counties.map((one) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, one.county ? h("button", { class: "link", onclick: () => choose(one.county) }, one.county) : "(not stated)"),
        h("td", { class: "bars" }, h("span", { class: "bar", style: `width:${(100 * one.moved) / most}%` })),
        h("td", { class: "number" }, `${number(one.moved)} of ${number(one.leas)}`),
        h("td", { class: "why" }, one.moves.map(([kind, many]) => h("div", {}, `${capital(kind)}: ${number(many)}`))),
      ),
    );
    const head = h("tr", {}, h("th", { scope: "col" }, "County"), h("td", {}), h("th", { scope: "col", class: "number" }, "Affected"), h("th", { scope: "col" }, "How"));
    return h(
      "div",
      { class: "counties" },
      countyMap(this.map, all, choose) || h("p", { class: "note" }, "There is no map, since the data name fewer than two counties of the state."),
      h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "By county", "data-key": "counties" }, h("table", { class: "wide" }, h("thead", {}, head), h("tbody", {}, rows))),
    );
  }
}

function signed(change: number): string {
  return `${change > 0 ? "+" : "−"}${number(Math.abs(change))}`;
}
