// Who moves: the counts, the table of LEAs, and the counties.
import type { Counts, Impact, Lea } from "./answers";
import { count, fill, h } from "./dom";
import { byCounty, chosen, type Column, EVERYBODY, kindsOfMoves, MOVED, type Order, type Row, rowsOf } from "./rows";

const SHOWN = 100;
const COLUMNS: [Column, string][] = [
  ["lea", "LEA"],
  ["county", "County"],
  ["kind", "Kind"],
  ["before", "In force"],
  ["after", "As edited"],
];

export class ImpactView {
  private rows: Row[] = [];
  private counts: [Counts, Counts] = [{}, {}];
  private which = MOVED;
  private search = "";
  private order: Order = { by: "lea", down: false };
  private all = false;

  constructor(
    private readonly place: HTMLElement,
    private readonly openLea: (code: string) => void,
  ) {}

  show(leas: Lea[], impact: Impact): void {
    this.rows = rowsOf(leas, impact);
    this.counts = impact.counts;
    const kinds = kindsOfMoves(this.rows).map(([kind]) => kind);
    if (![MOVED, EVERYBODY, ...kinds].includes(this.which)) this.which = MOVED;
    this.draw();
  }

  private draw(): void {
    const moved = this.rows.filter((row) => row.move).length;
    const total = count(this.rows.length, "LEA");
    fill(
      this.place,
      h("p", { class: "headline" }, `${moved || "None"} of ${total} ${moved > 1 ? "are" : "is"} answered otherwise.`),
      this.countTable(),
      h("h3", {}, "LEAs"),
      this.filters(moved),
      this.table(),
      moved > 0 && h("h3", {}, "By county"),
      moved > 0 && this.counties(),
    );
  }

  private countTable(): HTMLElement {
    const [before, after] = this.counts;
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const row = (name: string) => {
      const [was, now] = [before[name] ?? 0, after[name] ?? 0];
      const change = now - was;
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, name),
        h("td", { class: "number" }, was.toLocaleString("en-US")),
        h("td", { class: "number" }, now.toLocaleString("en-US")),
        h("td", { class: `number ${change ? "changed" : "same"}` }, change ? `${change > 0 ? "+" : "−"}${Math.abs(change)}` : "0"),
      );
    };
    const head = ["Determination", "In force", "As edited", "Change"].map((name, at) => h("th", { scope: "col", class: at ? "number" : "" }, name));
    return h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "How many LEAs get each determination", "data-key": "counts" },
      h("table", { class: "counts" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, names.map(row))),
    );
  }

  private filters(moved: number): HTMLElement {
    const kinds: [string, number][] = [[MOVED, moved], ...kindsOfMoves(this.rows), [EVERYBODY, this.rows.length]];
    const options = kinds.map(([kind, number]) => h("option", { value: kind, selected: kind === this.which }, `${kind} (${number.toLocaleString("en-US")})`));
    const choose = (event: Event) => this.again(() => (this.which = (event.target as HTMLSelectElement).value));
    const find = (event: Event) => {
      this.search = (event.target as HTMLInputElement).value;
      this.all = false;
      this.place.querySelector("[data-table]")!.replaceWith(this.table());
    };
    return h(
      "div",
      { class: "filters" },
      h("label", {}, h("span", {}, "Show"), h("select", { onchange: choose, "data-key": "which" }, options)),
      h("label", {}, h("span", {}, "Search"), h("input", { type: "search", value: this.search, oninput: find, placeholder: "name, county, code or rule", "data-key": "search" })),
    );
  }

  private again(change: () => void): void {
    change();
    this.draw();
  }

  private table(): HTMLElement {
    const found = chosen(this.rows, this.which, this.search, this.order);
    const shown = this.all ? found : found.slice(0, SHOWN);
    const note =
      found.length === 0
        ? h("p", { class: "note" }, this.search ? "No LEA has these words." : "Nobody. Change a rule to see who moves.")
        : found.length > shown.length && h("p", {}, h("button", { onclick: () => this.again(() => (this.all = true)), "data-key": "all" }, `Show all ${found.length.toLocaleString("en-US")}`));
    return h("div", { "data-table": "" }, found.length > 0 && this.list(shown), note);
  }

  private list(shown: Row[]): HTMLElement {
    const sort = (by: Column) => this.again(() => (this.order = { by, down: this.order.by === by && !this.order.down }));
    const head = COLUMNS.map(([column, name]) => {
      const direction = this.order.by !== column ? "none" : this.order.down ? "descending" : "ascending";
      const mark = { none: "", ascending: " ↑", descending: " ↓" }[direction];
      return h("th", { scope: "col", "aria-sort": direction }, h("button", { class: "sort", onclick: () => sort(column), "data-key": `by ${column}` }, name, h("span", { "aria-hidden": "true" }, mark)));
    });
    const rows = shown.map((row) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, h("button", { class: "link", onclick: () => this.openLea(row.code), "data-key": row.code }, row.lea || row.code)),
        h("td", { "data-label": "County" }, row.county),
        h("td", { "data-label": "Kind" }, row.kind),
        h("td", { "data-label": "In force" }, row.before),
        h("td", { "data-label": "As edited", class: row.before === row.after ? "" : "changed" }, row.after),
        h("td", { "data-label": "What changes", class: "why" }, why(row)),
      ),
    );
    return h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "LEAs", "data-key": "leas" },
      h("table", { class: "leas" }, h("thead", {}, h("tr", {}, head, h("th", { scope: "col" }, "What changes"))), h("tbody", {}, rows)),
    );
  }

  private counties(): HTMLElement {
    const counties = byCounty(this.rows).filter((one) => one.moved);
    const most = Math.max(...counties.map((one) => one.moved));
    const rows = counties.map((one) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, one.county || "(not stated)"),
        h("td", { class: "bar-cell" }, h("span", { class: "bar", style: `width:${(100 * one.moved) / most}%` })),
        h("td", { class: "number" }, `${one.moved} of ${one.leas}`),
        h("td", { class: "why" }, one.moves.map(([kind, number]) => h("div", {}, `${number} ${kind}`))),
      ),
    );
    const head = h("tr", {}, h("th", { scope: "col" }, "County"), h("td", {}), h("th", { scope: "col", class: "number" }, "LEAs"), h("th", { scope: "col" }, "How they move"));
    return h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "By county", "data-key": "counties" },
      h("table", {}, h("thead", {}, head), h("tbody", {}, rows)),
    );
  }
}

function why({ move, before, after }: Row): string {
  if (!move) return "";
  const words = before === after && `${move.what.replace("_", " ")} ${move.before} → ${move.after}`;
  return [move.text, words].filter(Boolean).join("; ");
}
