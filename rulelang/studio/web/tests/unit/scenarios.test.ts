import { expect, test } from "vitest";
import type { Lea } from "../../src/answers";
import { type Column, determinations, differing } from "../../src/scenarios";

const LEAS: Lea[] = [
  ["01", "Ash", "North", ""],
  ["02", "Beech", "North", ""],
  ["03", "Cedar", "South", ""],
];
const version = (name: string, outcomes: string[] | undefined): Column => {
  const counts = (outcomes ?? []).reduce<Record<string, number>>((all, one) => ({ ...all, [one]: (all[one] ?? 0) + 1 }), {});
  return { name, text: name, isKept: true, found: outcomes ? { counts, outcomes } : { wrong: [] } };
};

test("the determinations are those of all versions, in the order of the first", () => {
  expect(determinations([version("a", ["B", "A", "A"]), version("b", undefined), version("c", ["C", "A", "A"])])).toEqual(["B", "A", "C"]);
});

test("an LEA is listed if two versions decide it differently; a version with errors decides nothing", () => {
  expect(differing(LEAS, [version("a", ["A", "A", "B"]), version("b", undefined), version("c", ["A", "B", "B"])])).toEqual([1]);
  expect(differing(LEAS, [version("a", ["A", "A", "B"]), version("b", undefined)])).toEqual([]);
});
