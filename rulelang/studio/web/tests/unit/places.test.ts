import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { offset, position } from "../../src/places";

const DOC = Text.of(["Red on ELA", "𝒜 → Priority 4", ""]);

test.each([
  [0, 0, 0],
  [0, 10, 10],
  [1, 1, 13], // a character that JavaScript counts twice
  [1, 2, 14],
  [2, 0, 27],
])("line %i, column %i is at %i, and back", (line, column, at) => {
  expect(offset(DOC, { line, column })).toBe(at);
  expect(position(DOC, at)).toEqual({ line, column });
});

test("a line behind the end is the last, and a column behind the end of a line is its end", () => {
  expect(offset(DOC, { line: 9, column: 0 })).toBe(27);
  expect(offset(DOC, { line: 0, column: 99 })).toBe(10);
});
