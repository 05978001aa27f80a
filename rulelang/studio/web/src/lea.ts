// The page of one LEA: what it gets, its levels, which rule holds where and why, and its ways out.
import type { Grid, GridCell, LeaAnswer, LeaLevels, LeaPage, Rule, WayChange, Ways } from "./answers";
import { capital, h } from "./dom";
import type { Row } from "./rows";

const NOT_RATED = "not rated";

export function leaPage(answer: LeaAnswer, askWays: () => void): HTMLElement {
  const { before, after } = answer;
  const changed = before.outcome !== after.outcome;
  const about = [after.kind, after.county, after.code].filter(Boolean).join(" · ");
  return h(
    "article",
    {},
    h("h2", { class: "lea-name", tabindex: -1 }, after.name),
    h("p", { class: "note" }, about),
    h(
      "p",
      { class: "verdicts" },
      changed && [h("span", { class: "note" }, "Before "), h("span", { class: "verdict" }, capital(before.outcome)), h("span", { class: "note" }, " After your edits ")],
      h("span", { class: `verdict now${after.is_open ? " open" : ""}` }, capital(after.outcome)),
    ),
    h("p", {}, after.sentence),
    after.groups_met.length > 0 && h("p", {}, "Student groups that meet a priority:"),
    after.groups_met.length > 0 && h("ul", {}, after.groups_met.map(([group, met]) => h("li", {}, h("strong", {}, group), `: ${met}`))),
    h("h3", {}, "Levels of the student groups"),
    gridTable(after.groups, "Student group", "Levels of student groups"),
    wholeLea(after.lea),
    h("h3", {}, "What would change this"),
    h("div", { "data-ways": "" }, h("p", { class: "note" }, "The fewest levels that would have to change for another determination."), h("button", { onclick: askWays, "data-key": "ways" }, "Find the smallest changes")),
    h("h3", {}, "Which rules hold, and why"),
    rulesOf(before, after),
    after.missing.length > 0 && h("h3", {}, "What is missing and would settle it"),
    after.missing.length > 0 && h("ul", {}, after.missing.slice(0, 20).map((one) => h("li", {}, one))),
    h("details", {}, h("summary", {}, "The full explanation: every rule, with the values under its words"), h("pre", { tabindex: 0 }, after.explanation)),
  );
}

/** Returns the page of an LEA by rules that determine nobody: its levels, and how each is worked out. */
export function levelsPage(lea: LeaLevels): HTMLElement {
  return h(
    "article",
    {},
    h("h2", { class: "lea-name", tabindex: -1 }, lea.name),
    h("p", { class: "note" }, [lea.kind, lea.county, lea.code].filter(Boolean).join(" · ")),
    lea.groups.rows.length > 0 && h("h3", {}, "Levels of the student groups"),
    gridTable(lea.groups, "Student group", "Levels of student groups"),
    wholeLea(lea.lea),
    h("h3", {}, "How they are worked out"),
    h("pre", { tabindex: 0 }, lea.explanation),
  );
}

/** Returns what stands where no LEA is chosen yet: some to choose from. */
export function noLea(some: Row[], open: (code: string) => void): HTMLElement {
  return h(
    "div",
    { class: "empty" },
    h("p", {}, "Find an LEA by its name or code to see its levels, every rule with whether it holds and why, and what would have to change."),
    some.length > 0 && h("p", {}, some[0]!.move ? "Some that your edits affect:" : "Some to begin with:"),
    h("ul", {}, some.map((row) => h("li", {}, h("button", { class: "link", onclick: () => open(row.code) }, row.lea || row.code), h("span", { class: "kind" }, capital(row.after))))),
  );
}

/** Says that no LEA, or more than a few, have some words in their name. */
export function notFound(words: string, some: [code: string, name: string][], open: (code: string) => void): HTMLElement {
  const many = some.length === 0 ? `Nothing here is called “${words}”, and no code begins so.` : `${some.length} have “${words}” in their name${some.length > MOST_FOUND ? `; the first ${MOST_FOUND}` : ""}:`;
  const link = ([code, name]: [string, string]) => h("li", {}, h("button", { class: "link", onclick: () => open(code) }, name), h("span", { class: "kind" }, code));
  return h("div", { class: "empty" }, h("p", {}, many), h("ul", {}, some.slice(0, MOST_FOUND).map(link)));
}

const MOST_FOUND = 12;

export function waysList(ways: Ways): HTMLElement {
  if (!ways.outcome) return h("p", {}, ways.obstacle);
  const goal = ways.ends ? `end ${ways.outcome}` : `bring ${ways.outcome} about`;
  if (ways.ways.length === 0) return h("p", {}, `To ${goal}: ${ways.obstacle}.`);
  const [first] = ways.ways;
  const levels = first!.length === 1 ? "1 level has to change" : `${first!.length} levels have to change (it is proved that fewer are not enough)`;
  const choice = ways.count === 1 ? "There is one way" : "Any one of these will do";
  return h(
    "div",
    {},
    h("p", {}, `To ${goal}, ${levels}. ${choice}:`),
    ways.ways.some((way) => way.length > 1) ? wayTable(ways.ways) : h("ol", {}, ways.ways.map(([one]) => h("li", {}, `${one!.what}${one!.of && ` of ${one!.of}`} from ${one!.before} to ${one!.after}`))),
    ways.count > ways.ways.length && h("p", { class: "note" }, `And ${(ways.count - ways.ways.length).toLocaleString("en-US")} more of that size.`),
  );
}

/** Returns ways of several changes one below the other, each with its changes by student group. */
function wayTable(ways: WayChange[][]): HTMLElement {
  const groups = [...new Set(ways.flat().map((one) => one.of))];
  const changes = (way: WayChange[], group: string) => way.filter((one) => one.of === group).map((one) => h("div", {}, `${one.what}: `, h("span", {}, `${one.before} → ${one.after}`)));
  const row = (way: WayChange[], at: number) => h("tr", {}, h("th", { scope: "row", class: "note" }, `${at + 1}.`), groups.map((group) => h("td", { "data-label": group || "The LEA" }, changes(way, group))));
  const heads = [h("td", {}), ...groups.map((group) => h("th", { scope: "col" }, group || "The LEA"))];
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "What would change this" }, h("table", { class: "wide ways" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, ways.map(row))));
}

function gridTable(whole: Grid, first: string, name: string): HTMLElement | false {
  if (whole.rows.length === 0) return false;
  const [grid, unrated] = split(whole);
  const isUnrated = grid.rows.some((row) => row.cells.some((one) => one.text === NOT_RATED));
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": name },
    h(
      "table",
      { class: "grid" },
      h("thead", {}, h("tr", {}, [first, ...grid.columns].map((one) => h("th", { scope: "col" }, breakable(one))))),
      h("tbody", {}, grid.rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name, row.meets && h("span", { class: "kind" }, row.meets)), row.cells.map((one, at) => levelCell(one, grid.columns[at]!))))),
    ),
    isUnrated && h("p", { class: "note", "aria-hidden": "true" }, "– means not rated."),
    unrated.length > 0 && h("p", { class: "note" }, `No student group is rated on: ${unrated.join(", ")}.`),
    grid.without.length > 0 && h("p", { class: "note" }, `Not rated on any of these: ${grid.without.join(", ")}.`),
  );
}

/** Returns a grid without the columns in which no student group is rated, and what those are of. */
function split(grid: Grid): [Grid, string[]] {
  const isRated = grid.columns.map((_, at) => grid.rows.some((row) => row.cells[at]!.text !== NOT_RATED));
  const rated = <One>(some: One[]) => some.filter((_, at) => isRated[at]);
  return [{ ...grid, columns: rated(grid.columns), rows: grid.rows.map((row) => ({ ...row, cells: rated(row.cells) })) }, grid.columns.filter((_, at) => !isRated[at])];
}

/** Returns a name that can be broken behind a slash. */
function breakable(name: string): string {
  return name.replaceAll("/", "/\u200b");
}

/** Returns the levels of the LEA as a whole, one below the other: their names are long. */
function wholeLea({ columns, rows }: Grid): HTMLElement[] {
  const cells = rows[0]?.cells;
  if (!cells) return [];
  const row = (name: string, at: number) => h("tr", {}, h("th", { scope: "row" }, name), levelCell(cells[at]!));
  return [h("h3", {}, "Levels of the LEA as a whole"), h("table", {}, h("tbody", {}, columns.map(row)))];
}

/** Returns the cell of a level; `of` is what it is the level of, which is shown where the table has no room for its head. */
function levelCell(one: GridCell, of = ""): HTMLElement {
  const properties = { title: one.note, ...(of && { "data-label": breakable(of) }) };
  if (one.text !== NOT_RATED) return h("td", { class: `level rank${one.rank}`, ...properties }, one.text, one.note.startsWith("before: ") && h("span", { class: "was" }, one.note));
  return h("td", { class: "level rank0", ...properties }, h("span", { "aria-hidden": "true" }, "–"), h("span", { class: "heard" }, NOT_RATED));
}

// ---- rules ----

interface Asked {
  name: string;
  rules: Rule[];
  was: Rule[];
}

/** Returns the rules of the LEA or of a student group, whichever is chosen, each with its answer. */
function rulesOf(before: LeaPage, after: LeaPage): HTMLElement {
  const earlier = new Map(before.student_groups.map((one) => [one.code, one.rules]));
  const all: Asked[] = [
    { name: "the LEA as a whole", rules: after.rules, was: before.rules },
    ...after.student_groups.map((one) => ({ name: one.name, rules: one.rules, was: earlier.get(one.code) ?? [] })),
  ];
  const list = h("div", {}, ruleList(all[0]!));
  const choose = (event: Event) => list.replaceChildren(ruleList(all[Number((event.target as HTMLSelectElement).value)]!));
  const option = (one: Asked, at: number) => {
    const held = one.rules.filter((rule) => rule.answer === "yes").length;
    return h("option", { value: at }, held ? `${one.name} (${held} ${held === 1 ? "holds" : "hold"})` : one.name);
  };
  return h("div", {}, h("label", {}, h("span", {}, "Rules for"), h("select", { onchange: choose }, all.map(option))), list);
}

function ruleList({ rules, was }: Asked): HTMLElement {
  const earlier = new Map(was.map((rule) => [rule.label ?? rule.text, rule.answer]));
  const order = ["yes", "cannot tell", "no"];
  const sorted = [...rules].sort((a, b) => order.indexOf(a.answer) - order.indexOf(b.answer));
  return h("ul", { class: "rules" }, sorted.map((rule) => ruleItem(rule, earlier.get(rule.label ?? rule.text))));
}

function ruleItem(rule: Rule, was: string | undefined): HTMLElement {
  const because = rule.parts.filter((part) => part.decides && part.words && part.value);
  const changed = was !== undefined && was !== rule.answer;
  return h(
    "li",
    { class: `rule ${rule.answer.replace(" ", "-")}` },
    h("p", {}, h("span", { class: "answer" }, { yes: "Holds", no: "Does not hold" }[rule.answer] ?? capital(rule.answer)), changed && h("span", { class: "badge" }, `before your edits: ${{ yes: "held", no: "did not hold" }[was] ?? was}`)),
    h("p", { class: "sentence" }, rule.text),
    because.length > 0 && h("p", { class: "note" }, "Because ", because.slice(0, 6).map((part, at) => [at ? "; " : "", h("q", {}, part.words!), `: ${part.value}`]).flat()),
    rule.because && h("p", { class: "note" }, `Reason for the rule: ${rule.because}`),
    rule.cites.length > 0 && h("p", { class: "note" }, `Source: ${rule.cites.join("; ")}`),
  );
}
