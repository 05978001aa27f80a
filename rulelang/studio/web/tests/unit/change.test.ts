import { expect, test } from "vitest";
import { changeable, undone } from "../../src/change";

const YEAR = `ruleset Assistance 2023
  based on 2019

priority 4 "Achievement"
  replace 4c: Red on ELPI → Priority 4
    because "for 4b: see below"

for charter schools
  CA: otherwise → General Assistance
`;

/** Returns the lines that are new in a text, and what is selected in it. */
function changed(heading: string | null, rule: string): [string[], string] {
  const { text, from, to } = changeable(YEAR, { heading, text: rule });
  const old = YEAR.split("\n");
  return [text.split("\n").filter((one) => !old.includes(one)), text.slice(from, to)];
}

test("a rule that is in the text is selected there, and the text stays as it is", () => {
  expect(changed('priority 4 "Achievement"', "4c: Red on ELPI → Priority 4")).toEqual([[], "Red on ELPI → Priority 4"]);
  expect(changed("for charter schools", "CA: otherwise → General Assistance")).toEqual([[], "otherwise → General Assistance"]);
});

test("a rule with a place is found in the text, and undone with it", () => {
  const placed = `${YEAR}add PZ before CA: Red on ELA → Paused\n`;
  const { text, from, to } = changeable(placed, { heading: "for charter schools", text: "PZ: Red on ELA → Paused" });
  expect([text, text.slice(from, to)]).toEqual([placed, "Red on ELA → Paused"]);
  expect(undone(placed, placed.replace("Red on ELA", "Red on Math"), "PZ")).toBe(placed);
});

test("a rule of an earlier year is replaced in its section", () => {
  expect(changed('priority 4 "Achievement"', "4b: Red on ELA → Priority 4")).toEqual([["  replace 4b: Red on ELA → Priority 4"], "Red on ELA → Priority 4"]);
  const { text } = changeable(YEAR, { heading: 'priority 4 "Achievement"', text: "4b: Red on ELA → Priority 4" });
  expect(text).toContain('priority 4 "Achievement"\n  replace 4b');
});

test("a section that is not in the text is added at its end", () => {
  expect(changed('priority 5 "Engagement"', "5a: Red on Absences → Priority 5")).toEqual([['priority 5 "Engagement"', "  replace 5a: Red on Absences → Priority 5"], "Red on Absences → Priority 5"]);
  expect(changeable(YEAR, { heading: 'priority 5 "Engagement"', text: "5a: x → y" }).text.endsWith('Assistance\n\npriority 5 "Engagement"\n  replace 5a: x → y\n')).toBe(true);
});

test("a section that is not in the text is added before its examples", () => {
  const { text } = changeable(`${YEAR}\nexample "of nothing"\n  expect otherwise\n`, { heading: 'priority 5 "Engagement"', text: "5a: x → y" });
  expect(text).toContain('Assistance\n\npriority 5 "Engagement"\n  replace 5a: x → y\n\nexample "of nothing"');
});

test("a rule of no section is replaced before the first section", () => {
  const { text, from, to } = changeable(YEAR, { heading: null, text: "DC: Red → Criteria" });
  expect(text).toContain('  based on 2019\n\nreplace DC: Red → Criteria\n\npriority 4');
  expect(text.slice(from, to)).toBe("Red → Criteria");
});

/** Returns the text after an edit of it is undone. */
const again = (text: string, label: string) => undone(YEAR, text, label);

test("whatever Change wrote is gone when it is undone", () => {
  for (const [heading, rule] of [['priority 4 "Achievement"', "4b: Red on ELA → Priority 4"], ['priority 5 "Engagement"', "5a: Red on Absences → Priority 5"], [null, "DC: Red → Criteria"]] as const) {
    const { text } = changeable(YEAR, { heading, text: rule });
    expect(text).not.toBe(YEAR);
    expect(again(text, rule.split(":")[0]!)!.replaceAll(/\n\n+/g, "\n\n")).toBe(YEAR);
  }
});

test("a rule of the text gets its own sentence and reason back", () => {
  expect(again(YEAR.replace('Red on ELPI → Priority 4\n    because "for 4b: see below"', "Orange on ELPI → Priority 4"), "4c")).toBe(YEAR);
  expect(again(YEAR.replace("replace 4c: Red on ELPI → Priority 4", "remove 4c"), "4c")).toBe(YEAR);
});

test("a rule that was taken out comes back where it was, and one that another year took out is restored by the line that did it", () => {
  expect(again(YEAR.replace('  replace 4c: Red on ELPI → Priority 4\n    because "for 4b: see below"\n', ""), "4c")).toBe(YEAR);
  expect(again(YEAR.replace("for charter", "remove 5a\n\nfor charter"), "5a")!.replaceAll(/\n\n+/g, "\n\n")).toBe(YEAR);
  expect(again(YEAR.replace("  CA: otherwise", "  CB: x → y\n  CA: otherwise"), "CB")).toBe(YEAR);
});

test("an edit that no line says by itself cannot be undone by itself", () => {
  expect(again(YEAR.replace("for charter", "remove 5a, 5b\n\nfor charter"), "5a")).toBe(null);
  expect(again(YEAR, "bands ELA Status")).toBe(null);
});
