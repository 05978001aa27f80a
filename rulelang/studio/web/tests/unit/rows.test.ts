import { expect, test } from "vitest";
import type { Impact, Lea } from "../../src/answers";
import { byCounty, chosen, determined, EVERYBODY, kindOfMove, kindsOfMoves, MOVED, rowsOf, why } from "../../src/rows";

const LEAS: Lea[] = [
  ["01", "Beech Unified", "North", "school district"],
  ["02", "Ash Elementary", "South", "school district"],
  ["10", "Cedar Charter", "North", "charter school"],
];
const move = (code: string, what: string, before: string, after: string) => ({ code, lea: "", county: "", kind: "", what, before, after, text: "now 4b (HI)" });
const IMPACT: Impact = {
  counts: [{ A: 2, B: 1 }, { A: 1, B: 2 }],
  outcomes: [["A", "A", "B"], ["B", "A", "B"]],
  moves: [move("01", "determination", "A", "B"), move("10", "priorities", "4", "4, 5")],
};
const ROWS = rowsOf(LEAS, IMPACT);
const codes = (...asked: Parameters<typeof chosen>) => chosen(...asked).map((row) => row.code);

test("every LEA has a row, and those that move have their move", () => {
  expect(ROWS.map((row) => [row.code, row.before, row.after, row.move?.what])).toEqual([
    ["01", "A", "B", "determination"],
    ["02", "A", "A", undefined],
    ["10", "B", "B", "priorities"],
  ]);
});

test("kinds of moves are counted, those of the determination first", () => {
  expect(kindsOfMoves(ROWS)).toEqual([["A → B", 1], [kindOfMove(ROWS[2]!), 1]]);
});

test("those who move, all, or one kind of move are chosen", () => {
  const by = { by: "lea", down: false } as const;
  expect(codes(ROWS, MOVED, "", by)).toEqual(["01", "10"]);
  expect(codes(ROWS, EVERYBODY, "", by)).toEqual(["02", "01", "10"]);
  expect(codes(ROWS, "A → B", "", by)).toEqual(["01"]);
  expect(codes(ROWS, determined("A"), "", by)).toEqual(["02"]);
});

test("a search finds rows that have all words, in any column", () => {
  const by = { by: "lea", down: false } as const;
  expect(codes(ROWS, EVERYBODY, "north UNIFIED", by)).toEqual(["01"]);
  expect(codes(ROWS, EVERYBODY, "4b (hi)", by)).toEqual(["01", "10"]);
  expect(codes(ROWS, EVERYBODY, "nobody", by)).toEqual([]);
});

test("rows are sorted by a column, up and down, and then by name", () => {
  expect(codes(ROWS, EVERYBODY, "", { by: "county", down: false })).toEqual(["01", "10", "02"]);
  expect(codes(ROWS, EVERYBODY, "", { by: "after", down: true })).toEqual(["01", "10", "02"]);
  expect(codes(ROWS, EVERYBODY, "", { by: "after", down: false }, ["B", "A"])).toEqual(["01", "10", "02"]);
});

test("counties are listed by how many of their LEAs move", () => {
  expect(byCounty(ROWS).map((one) => [one.county, one.leas, one.moved])).toEqual([
    ["North", 2, 2],
    ["South", 1, 0],
  ]);
});

test("what changes is what comes and what goes, of lists; of anything else it is said from what to what", () => {
  const said = (what: string, before: string, after: string) => why({ ...ROWS[2]!, move: move("10", what, before, after) });
  expect(why(ROWS[0]!)).toBe("now 4b (HI)"); // its determination is told beside it
  expect(why(ROWS[1]!)).toBe("");
  expect(said("priorities", "4", "4, 5")).toBe("now 4b (HI); priorities + 5");
  expect(said("student_groups", "EL, HI", "none")).toBe("now 4b (HI); student groups − EL, HI");
  expect(said("methods", "Method 1", "Method 2")).toBe("now 4b (HI); methods + Method 2; − Method 1");
  expect(said("label", "GA", "DA, Year 1")).toBe("now 4b (HI); label GA → DA, Year 1");
});
