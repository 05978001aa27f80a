import { expect, test } from "vitest";
import { changeable } from "../../src/change";

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

test("a rule of an earlier year is replaced in its section", () => {
  expect(changed('priority 4 "Achievement"', "4b: Red on ELA → Priority 4")).toEqual([["  replace 4b: Red on ELA → Priority 4"], "Red on ELA → Priority 4"]);
  const { text } = changeable(YEAR, { heading: 'priority 4 "Achievement"', text: "4b: Red on ELA → Priority 4" });
  expect(text).toContain('priority 4 "Achievement"\n  replace 4b');
});

test("a section that is not in the text is added at its end", () => {
  expect(changed('priority 5 "Engagement"', "5a: Red on Absences → Priority 5")).toEqual([['priority 5 "Engagement"', "  replace 5a: Red on Absences → Priority 5"], "Red on Absences → Priority 5"]);
  expect(changeable(YEAR, { heading: 'priority 5 "Engagement"', text: "5a: x → y" }).text.endsWith('Assistance\n\npriority 5 "Engagement"\n  replace 5a: x → y\n')).toBe(true);
});

test("a rule of no section is replaced before the first section", () => {
  const { text, from, to } = changeable(YEAR, { heading: null, text: "DC: Red → Criteria" });
  expect(text).toContain('  based on 2019\n\nreplace DC: Red → Criteria\n\npriority 4');
  expect(text.slice(from, to)).toBe("Red → Criteria");
});
