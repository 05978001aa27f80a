// Several versions of the rules side by side: as they were opened, as they are edited now, and those that were kept.
import { type Counts, isWrong, type Lea, type Outcomes, type Wrong } from "./answers";
import { capital, fill, h, number } from "./dom";

const SHOWN = 100;

/** A version of the rules that somebody has kept under a name. */
export interface Scenario {
  name: string;
  text: string;
}

/** A column of the tables: a scenario, and what comes of it. */
export interface Column extends Scenario {
  found: Outcomes | Wrong;
  isKept: boolean;
}

export interface Keeping {
  keep(name: string): void;
  edit(scenario: Scenario): void;
  remove(scenario: Scenario): void;
  openLea(code: string): void;
}

export class ScenariosView {
  private leas: Lea[] = [];
  private columns: Column[] = [];
  private what: string | undefined;
  private all = false;

  constructor(
    private readonly place: HTMLElement,
    private readonly keeping: Keeping,
  ) {}

  /** Shows versions side by side, by what they decide; by levels or amounts, `what` says which. */
  show(leas: Lea[], columns: Column[], what: string | undefined): void {
    [this.leas, this.columns, this.what] = [leas, columns, what];
    this.draw();
  }

  private draw(): void {
    const kept = this.columns.filter((one) => one.isKept).length;
    const various = differing(this.leas, this.columns);
    const isOne = new Set(this.columns.map((one) => one.text)).size === 1;
    fill(
      this.place,
      h("h2", { class: "headline" }, "Versions side by side"),
      h("p", { class: "lead" }, kept ? "Keep as many versions as you like. They stay in this browser, and go along when you share the page." : "Keep the rules as they are now under a name, go on editing, and compare the versions here."),
      this.form(),
      this.table("How many get each outcome by each version", "counts", [this.what ?? "Determination"], determinations(this.columns).map((name) => this.countRow(name))),
      h("h3", {}, isOne ? "Nothing to compare yet" : various.length ? "LEAs that the versions decide differently" : `The versions decide every LEA alike${this.what ? ` on ${this.what}` : ""}`),
      isOne && h("p", { class: "lead" }, "Change a rule, and you see here which LEAs the versions decide differently."),
      various.length > 0 && this.table("LEAs that the versions decide differently", "leas", ["LEA"], (this.all ? various : various.slice(0, SHOWN)).map((one) => this.leaRow(one))),
      various.length > SHOWN && !this.all && h("p", {}, h("button", { onclick: () => ((this.all = true), this.draw()) }, `Show all ${number(various.length)}`)),
    );
  }

  private form(): HTMLElement {
    const name = h("input", { required: true, "aria-label": "Name of this version", placeholder: "Name, such as “4b without Orange”", maxlength: 60, "data-key": "name" });
    const keep = (event: Event) => {
      event.preventDefault();
      if (name.value.trim()) this.keeping.keep(name.value.trim());
    };
    return h("form", { class: "keep", onsubmit: keep }, name, h("button", { class: "main" }, "Keep this version"));
  }

  private table(label: string, key: string, first: string[], rows: HTMLElement[]): HTMLElement {
    const heads = [...first.map((one) => h("th", { scope: "col" }, one)), ...this.columns.map((one) => this.head(one, key === "counts"))];
    return h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": label, "data-key": key },
      h("table", { class: `wide versions ${key}-of-versions` }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows)),
    );
  }

  private head(column: Column, withActions: boolean): HTMLElement {
    const action = (label: string, act: () => void) => h("button", { class: "link", "aria-label": `${label} “${column.name}”`, onclick: act }, label);
    return h("th", { scope: "col" }, column.name, column.isKept && withActions && h("span", { class: "acts" }, action("Edit", () => this.keeping.edit(column)), action("Remove", () => this.keeping.remove(column))));
  }

  private countRow(name: string): HTMLElement {
    const base = countsOf(this.columns[0])?.[name] ?? 0;
    const cell = (column: Column, at: number) => {
      const counts = countsOf(column);
      if (!counts) return h("td", { class: "note" }, "has errors");
      const change = (counts[name] ?? 0) - base;
      return h("td", {}, number(counts[name] ?? 0), at > 0 && change !== 0 && h("span", { class: "changed" }, ` (${change > 0 ? "+" : "−"}${number(Math.abs(change))})`));
    };
    return h("tr", {}, h("th", { scope: "row" }, capital(name)), this.columns.map(cell));
  }

  private leaRow(at: number): HTMLElement {
    const [code, name, county, kind] = this.leas[at]!;
    const first = outcomeOf(this.columns[0], at);
    const cell = (column: Column) => {
      const outcome = outcomeOf(column, at);
      return h("td", { "data-label": column.name, class: outcome === first ? "same" : "changed" }, capital(outcome));
    };
    return h("tr", {}, h("th", { scope: "row" }, h("button", { class: "link", onclick: () => this.keeping.openLea(code), "data-key": code }, name || code), h("span", { class: "kind" }, this.what ? `${kind} · ${county}` : county)), this.columns.map(cell));
  }
}

/** Returns the determinations that any of the versions gives, in the order of the first that gives them. */
export function determinations(columns: Column[]): string[] {
  return [...new Set(columns.flatMap((one) => Object.keys(countsOf(one) ?? {})))];
}

/** Returns which LEAs, by their places in the list, get something else by one version than by another. */
export function differing(leas: Lea[], columns: Column[]): number[] {
  const outcomes = columns.map((one) => (isWrong(one.found) ? undefined : one.found.outcomes)).filter((one) => one !== undefined);
  return leas.flatMap((_, at) => (outcomes.some((one) => one[at] !== outcomes[0]![at]) ? [at] : []));
}

function countsOf(column: Column | undefined): Counts | undefined {
  return column && !isWrong(column.found) ? column.found.counts : undefined;
}

function outcomeOf(column: Column | undefined, at: number): string {
  return column && !isWrong(column.found) ? (column.found.outcomes[at] ?? "") : "";
}
