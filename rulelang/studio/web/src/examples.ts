// The examples of the rules with what came of them.
import type { Example } from "./answers";
import { count, h } from "./dom";

export function exampleList(examples: Example[], goTo: (line: number) => void): HTMLElement {
  if (examples.length === 0) return h("p", { class: "empty" }, "These rules have no examples. An example says what the rules should decide for a made-up LEA, and is checked at every edit.");
  const failed = examples.filter((one) => !one.passes);
  const headline = failed.length ? `${failed.length} of ${count(examples.length, "example")} ${failed.length === 1 ? "comes" : "come"} out differently` : `All ${count(examples.length, "example")} come out as expected`;
  const sorted = [...failed, ...examples.filter((one) => one.passes)];
  return h(
    "div",
    {},
    h("h2", { class: "headline" }, headline),
    h("p", { class: "lead" }, "Each example says what the rules should decide for one LEA. If you changed a rule on purpose, an example that comes out differently shows what the change means."),
    h("ul", { class: "examples" }, sorted.map((one) => item(one, goTo))),
  );
}

function item(example: Example, goTo: (line: number) => void): HTMLElement {
  const line = example.inherited ? null : example.line;
  return h(
    "li",
    { class: example.passes ? "passes" : "fails" },
    h("span", { class: "mark", "aria-hidden": "true" }, example.passes ? "✓" : "✗"),
    h(
      "div",
      {},
      h("p", {}, h("span", { class: "heard" }, example.passes ? "As expected: " : "Comes out differently: "), line === null ? example.title : h("button", { class: "link", onclick: () => goTo(line) }, example.title), example.inherited && h("span", { class: "note" }, " from an earlier year")),
      !example.passes && h("ul", {}, example.findings.filter((one) => !one.passes).map((one) => h("li", {}, h("div", {}, h("span", { class: "note" }, "Expected: "), one.expected.replace(/^expect /, "")), h("div", {}, h("span", { class: "note" }, "Found: "), one.found)))),
    ),
  );
}
