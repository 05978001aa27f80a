// What is wrong with the rules, below them: errors and warnings first, examples that come out differently in one line.
import type { Edit, Problem } from "./answers";
import { capital, type Child, count, h, words } from "./dom";

/** Returns whether a problem is that an example comes out differently, which may be what somebody wants. */
export function isOfExample(one: Problem): boolean {
  return one.code === "failed-example";
}

export interface Mending {
  go(one: Problem): void;
  mend(edits: Edit[]): void;
  examples(): void;
}

export function problemList(place: HTMLElement, problems: Problem[], mending: Mending): void {
  const examples = problems.filter(isOfExample);
  const others = problems.filter((one) => !isOfExample(one));
  place.replaceChildren(
    heading(others),
    ...(others.length ? [h("ul", {}, others.map((one) => line(one, mending)))] : []),
    ...(examples.length
      ? [h("p", { class: "of-examples" }, "Some examples come out differently. ", h("button", { class: "link", onclick: () => mending.examples() }, "See which"))]
      : []),
  );
}

/** Returns whether a note says anything that the place of the problem does not: not so, "`and` here". */
function saysMore(note: string): boolean {
  return !note.endsWith(" here");
}

function heading(problems: Problem[]): HTMLElement {
  const errors = problems.filter((one) => one.severity === "error").length;
  const warnings = problems.length - errors;
  const counted = [errors && count(errors, "error"), warnings && count(warnings, "warning")].filter(Boolean).join(", ");
  if (counted) return h("p", { class: `problem-count ${errors ? "error" : "warning"}` }, counted);
  return h("p", { class: "fine" }, h("span", { "aria-hidden": "true" }, "✓ "), "No errors in the rules");
}

function line(one: Problem, { go, mend }: Mending): HTMLElement {
  return h(
    "li",
    { class: one.severity },
    h("button", { class: "link", onclick: () => go(one) }, `Line ${one.range.start.line + 1}`),
    ": ",
    told(one, mend),
  );
}

/** Returns what is said of a problem, with the buttons that mend it. */
export function told(one: Problem, mend: Mending["mend"]): Child[] {
  return [
    words(one.message),
    one.edits.length === 0 && one.notes.filter(saysMore).map((note) => h("p", { class: "note" }, words(capital(note)), choose(one, note, mend))),
    one.help && h("p", { class: "note" }, words(capital(one.help))),
    one.edits.length > 0 && h("button", { class: "small", onclick: () => mend(one.edits) }, "Fix it"),
  ];
}

/** Returns the button that writes what a note says could be meant, which may be in parentheses where it is written. */
function choose(one: Problem, note: string, mend: Mending["mend"]): (Node | string)[] {
  const choice = one.choices.find(({ text }) => [text, text.slice(1, -1)].some((said) => note.includes(`\`${said}\``)));
  if (!choice) return [];
  return [" ", h("button", { class: "small", "aria-label": `Write this: ${choice.text}`, onclick: () => mend([choice]) }, "Write this")];
}
