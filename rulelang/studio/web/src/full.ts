// The rules in full: what was edited, what the year changes, and all that is in force with where it comes from.
import type { Change, InFull, Sentence } from "./answers";
import type { InForce } from "./change";
import { capital, count, h } from "./dom";

const HOW: Record<string, string> = { added: "Added", replaced: "Changed", removed: "Removed" };

/** Returns the rules in full; `change` is called for a rule that somebody wants to change, what `undo` returns for an edit to undo it. */
export function fullText(rules: InFull, change: (rule: InForce) => void, undo: (label: string) => (() => void) | null): HTMLElement {
  return h(
    "article",
    {},
    h("h2", { class: "headline" }, rules.title),
    rules.because && h("p", { class: "lead" }, capital(rules.because)),
    sources(rules.cites),
    rules.edits.length > 0 && [h("h3", {}, "What you changed"), changeList(rules.edits, undo)],
    rules.changes.length > 0 && [h("h3", {}, rules.base ? `What these rules change in ${rules.base}` : "What these rules say"), rules.base && changeList(rules.changes)],
    h("h3", {}, "Everything in force"),
    rules.sections.map(({ heading, rules: some }) => [h("h4", {}, heading ? capital(heading).replaceAll('"', "") : "For every LEA"), sentenceList(some, (text) => change({ heading, text }))]),
    rules.levels.length > 0 && [h("h4", {}, `Levels (${count(rules.levels.length, "statement")})`), sentenceList(rules.levels)],
  );
}

function changeList(changes: Change[], undo?: (label: string) => (() => void) | null): HTMLElement {
  return h("ul", { class: "changes" }, changes.map((one) => change(one, undo?.(one.label) ?? null)));
}

function change(one: Change, undo: (() => void) | null): HTMLElement {
  return h(
    "li",
    { class: one.how },
    h("p", {}, h("span", { class: "badge" }, HOW[one.how] ?? one.how), " ", h("strong", {}, one.label), " ", undo && h("button", { class: "link change", "aria-label": `Undo the change of ${one.label}`, onclick: undo }, "Undo")),
    one.before !== null && h("p", { class: "sentence" }, one.after !== null && h("span", { class: "note" }, "Before: "), h("del", {}, unlabeled(one.before, one.label))),
    one.after !== null && h("p", { class: "sentence" }, one.before !== null && h("span", { class: "note" }, "After: "), unlabeled(one.after, one.label)),
    one.because && h("p", { class: "note" }, `Because ${one.because}`),
    sources(one.cites),
  );
}

function sentenceList(sentences: Sentence[], change?: (text: string) => void): HTMLElement {
  return h("ul", { class: "in-force" }, sentences.map((one) => sentence(one, change)));
}

function sentence(one: Sentence, change?: (text: string) => void): HTMLElement {
  const label = /^\S+(?=: )/.exec(one.text)?.[0];
  return h(
    "li",
    { class: one.edited ? "edited" : "" },
    h("p", { class: "sentence" }, one.text, " ", one.edited ? h("span", { class: "badge" }, "Edited") : h("span", { class: "year" }, one.since), " ", change && label && h("button", { class: "link change", "aria-label": `Change ${label}`, onclick: () => change(one.text) }, "Change")),
    one.table.length > 0 && h("pre", { tabindex: 0 }, one.table.join("\n")),
    one.because && h("p", { class: "note" }, `Because ${one.because}`),
    sources(one.cites),
    one.confidence && h("p", { class: "note" }, `Confidence ${one.confidence}`),
  );
}

function sources(cites: string[]): HTMLElement | false {
  return cites.length > 0 && h("p", { class: "note" }, `Source: ${cites.join("; ")}`);
}

function unlabeled(text: string, label: string): string {
  return text.startsWith(`${label}: `) ? text.slice(label.length + 2) : text;
}
