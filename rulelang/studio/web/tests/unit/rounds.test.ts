import { expect, test } from "vitest";
import { Rounds } from "../../src/rounds";

test("rounds are made one after another, and of the texts that wait only over the latest", async () => {
  const log: string[] = [];
  const rounds: Rounds = new Rounds(async (text, isLatest) => {
    log.push(`begin ${text}`);
    if (text === "1") for (const next of ["2", "3"]) rounds.ask(next);
    await Promise.resolve();
    log.push(`end ${text} ${isLatest() ? "latest" : "old"}`);
  });
  rounds.ask("1");
  await rounds.done();
  expect(log).toEqual(["begin 1", "end 1 old", "begin 3", "end 3 latest"]);
});

test("a round can be asked for again once all are done", async () => {
  const seen: string[] = [];
  const rounds = new Rounds(async (text) => void seen.push(text));
  rounds.ask("1");
  await rounds.done();
  rounds.ask("2");
  await rounds.done();
  expect(seen).toEqual(["1", "2"]);
});
