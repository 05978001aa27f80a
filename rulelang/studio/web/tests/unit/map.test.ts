import { expect, test } from "vitest";
// @ts-expect-error  the build step has no types of its own
import { cutOut } from "../../map.mjs";
import asked from "../../../../../rulesets/map.json";
import { step } from "../../src/map";

test("the map that the rulesets ask for has a shape for each county, within its size", () => {
  const { width, height, shapes } = cutOut(asked);
  expect(Object.keys(shapes)).toHaveLength(58);
  for (const path of Object.values<string>(shapes)) {
    const [, x, y] = /^M(\d+),(\d+)l/.exec(path)!.map(Number);
    expect(x!).toBeLessThanOrEqual(width);
    expect(y!).toBeLessThanOrEqual(height);
  }
});

test("a county is the darker the more of its LEAs are affected, and only then", () => {
  expect([0, 1, 20, 50, 100].map((moved) => step(moved, 100))).toEqual([0, 1, 1, 3, 5]);
});
