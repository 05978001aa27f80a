import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ABSENT, browser, edit, folder, judged, type Opened, opened, put, rulelang, sampleFiles, saved, WAIT, written } from "./studio";

const ORANGE = " and Orange on the other";
const RULE = `Red on ELA or Math${ORANGE}`;

describe.skipIf(ABSENT)(`the studio at work${ABSENT && `: left out, ${ABSENT}`}`, { timeout: WAIT }, () => {
  let from: Browser;
  let address: string;
  let studio: Opened;

  beforeAll(async () => {
    address = written();
    from = await browser();
    studio = await opened(from, address);
  }, WAIT);
  afterAll(async () => from.close());

  test("a made-up state is judged, by rules in which nothing is wrong, and nobody moves", async () => {
    const { page } = studio;
    expect(await page.locator(".headline").innerText()).toBe("None of 100 LEAs is answered otherwise.");
    expect(await page.locator(".problems").innerText()).toContain("Nothing is wrong with the rules.");
  });

  test("a changed rule moves LEAs, and the results are those of the command line, cell by cell", async () => {
    const { page } = studio;
    await edit(page, ORANGE, "");
    await page.locator(".headline", { hasText: /^\d+ of 100 LEAs are/ }).waitFor({ timeout: WAIT });
    const rules = (await saved(page, "Save rules", 1))["2025.rules"]!;
    expect(rules).not.toContain(RULE);
    const mine = put("changed.rules", rules.replace("based on 2024", "based on assistance/2024"));
    const data = dirname(sampleFiles()[0]!);
    const results = await saved(page, "Save results", 2);
    rulelang("evaluate", mine, "--data", data, "--out", join(folder, "results"), "--force");
    for (const [name, text] of Object.entries(results)) expect(text).toBe(readFileSync(join(folder, "results", name), "utf8"));
    rulelang("compare", "assistance/2025", mine, "--data", data, "--format", "csv", "--out", join(folder, "moves"));
    const moves = readFileSync(join(folder, "moves", "moves.csv"), "utf8").trim().split("\n").slice(1);
    const shown = await page.locator("table.leas tbody tr .link").evaluateAll((links) => links.map((one) => (one as HTMLElement).dataset.key));
    expect(moves.length).toBeGreaterThan(0);
    for (const move of moves) expect(shown).toContain(move.split(",")[0]);
  });

  test("the page of one LEA says what changes for it, and finds its ways out", async () => {
    const { page } = studio;
    await page.getByLabel("Show").selectOption({ label: "General Assistance → Differentiated Assistance (3)" });
    await page.locator("table.leas tbody .link").first().click();
    await page.locator(".lea-name").waitFor();
    expect(await page.locator(".verdicts").innerText()).toContain("General Assistance");
    expect(await page.locator(".verdict").last().innerText()).toContain("Differentiated Assistance");
    await page.getByRole("button", { name: "Find the smallest changes" }).click();
    await page.locator("[data-ways] li").first().waitFor({ timeout: WAIT });
    const group = page.getByLabel("Rules for");
    await group.selectOption({ index: 1 });
    expect(await page.locator(".rules .rule").count()).toBeGreaterThan(5);
  });

  test("an example that comes out otherwise is told, and an error is mended by its quick fix", async () => {
    const { page } = studio;
    await page.getByRole("tab", { name: "Examples" }).click();
    await page.locator(".examples .fails").first().waitFor({ timeout: WAIT });
    await edit(page, ": Red or Orange on ELPI", ": Rad or Orange on ELPI");
    await page.locator(".stale:visible").waitFor({ timeout: WAIT });
    await page.locator(".problems").getByRole("button", { name: "Mend it" }).first().click();
    await page.locator(".stale").waitFor({ state: "hidden", timeout: WAIT });
  });

  test("nothing is lost when the page is loaded again, and what runs can be stopped", async () => {
    const { page } = studio;
    await page.reload();
    await judged(page);
    expect(await page.locator(".headline").innerText()).not.toContain("None");
    await page.evaluate(() => document.querySelector<HTMLButtonElement>(".work button")!.click());
    await page.locator(".status", { hasText: "Python starts again" }).waitFor();
    await page.locator(".status", { hasText: /^$/ }).waitFor({ state: "attached", timeout: WAIT });
    expect(await page.locator(".cm-content").innerText()).not.toContain(RULE);
  });

  test("the state's files are read in the page and kept there; a file of no use says so, and rules are opened", async () => {
    const { page } = studio;
    const choosing = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Use the state’s files" }).click();
    await (await choosing).setFiles([...sampleFiles(), put("notes.txt", "nothing of use")]);
    await page.locator(".about-data", { hasText: /files?$/ }).waitFor({ timeout: WAIT });
    expect(await page.locator(".about-data").innerText()).toMatch(/^100 LEAs, \d+ files$/);
    expect(await page.locator(".foot").innerText()).toContain("stay on this computer");
    const opening = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Open …" }).click();
    await (await opening).setFiles(put("mine.rules", "what if Red on ELA alone counted\n  based on assistance/2025\n\nreplace 4a: Red on ELA → Priority 4\n"));
    await page.locator(".cm-content", { hasText: "what if" }).waitFor({ timeout: WAIT });
    await page.locator(".headline", { hasText: "None of 100 LEAs" }).waitFor({ timeout: WAIT });
  });

  test("in all this nothing was asked of any address, and nothing went wrong in the page", () => {
    expect(studio.requests).toEqual([]);
    expect(studio.faults).toEqual([]);
  });
});
