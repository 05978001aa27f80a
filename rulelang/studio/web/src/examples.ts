// The examples of the rules with what came of them.
import type { Example } from "./answers";
import { count, h } from "./dom";

export function exampleList(examples: Example[], goTo: (line: number) => void): HTMLElement {
  if (examples.length === 0) return h("p", { class: "note" }, "The rules have no examples.");
  const failed = examples.filter((one) => !one.passes);
  const headline = failed.length ? `${count(failed.length, "example")} of ${examples.length} ${failed.length === 1 ? "comes" : "come"} out otherwise.` : `All ${count(examples.length, "example")} come out as expected.`;
  const sorted = [...failed, ...examples.filter((one) => one.passes)];
  return h("div", {}, h("p", { class: "headline" }, headline), h("ul", { class: "examples" }, sorted.map((one) => item(one, goTo))));
}

function item(example: Example, goTo: (line: number) => void): HTMLElement {
  const line = example.inherited ? null : example.line;
  return h(
    "li",
    { class: example.passes ? "passes" : "fails" },
    h("p", {}, h("span", { class: "answer" }, example.passes ? "as expected" : "otherwise"), " ", line === null ? example.title : h("button", { class: "link", onclick: () => goTo(line) }, example.title), example.inherited && h("span", { class: "note" }, " from an earlier year")),
    !example.passes && h("ul", {}, example.findings.filter((one) => !one.passes).map((one) => h("li", {}, `${one.expected} — found: ${one.found}`))),
  );
}
