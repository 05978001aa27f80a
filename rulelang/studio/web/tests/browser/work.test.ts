import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ABSENT, browser, chosen, edit, folder, inCounties, judged, type Opened, opened, put, python, rulelang, sampleFiles, saved, savedPaths, WAIT, watched, written } from "./studio";

const ROWS = "import csv, json, sys; print(json.dumps(list(csv.reader(open(sys.argv[1], encoding='utf-8')))))";
const SHEETS = `import json, sys; from python_calamine import CalamineWorkbook
text = lambda cell: str(int(cell)) if isinstance(cell, float) else cell
book = CalamineWorkbook.from_path(sys.argv[1])
print(json.dumps({name: [[text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names}))`;
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
    expect(await page.locator(".headline").innerText()).toBe("What these rules decide for 100 LEAs");
    expect(await page.locator(".problems").innerText()).toContain("No errors in the rules");
  });

  test("a changed rule moves LEAs, and the results are those of the command line, cell by cell", async () => {
    const { page } = studio;
    await edit(page, ORANGE, "");
    await page.locator(".headline", { hasText: /^Your edits affect \d+ of 100 LEAs/ }).waitFor({ timeout: WAIT });
    const rules = (await saved(page, "Rules", 1))["2025.rules"]!;
    expect(rules).not.toContain(RULE);
    const mine = put("changed.rules", rules.replace("based on 2024", "based on assistance/2024"));
    const data = dirname(sampleFiles()[0]!);
    const results = await saved(page, "Results as CSV", 2);
    rulelang("evaluate", mine, "--data", data, "--out", join(folder, "results"), "--force");
    for (const [name, text] of Object.entries(results)) expect(text).toBe(readFileSync(join(folder, "results", name), "utf8"));
    rulelang("compare", "assistance/2025", mine, "--data", data, "--format", "csv", "--out", join(folder, "moves"));
    const moves = readFileSync(join(folder, "moves", "moves.csv"), "utf8").trim().split("\n").slice(1);
    const shown = await page.locator("table.leas tbody tr .link").evaluateAll((links) => links.map((one) => (one as HTMLElement).dataset.key));
    expect(moves.length).toBeGreaterThan(0);
    expect(await page.locator(".counties .note").innerText()).toBe("There is no map, since the data name fewer than two counties of the state.");
    for (const move of moves) expect(shown).toContain(move.split(",")[0]);
  });

  test("the workbook has the cells of the tables of the command line", async () => {
    const { page } = studio;
    const [path] = Object.values(await savedPaths(page, "Results for Excel", 1));
    const sheets = JSON.parse(python(SHEETS, path!)) as Record<string, string[][]>;
    expect(Object.keys(sheets)).toEqual(["determinations", "reasons"]);
    for (const [name, rows] of Object.entries(sheets)) {
      expect(rows).toEqual(JSON.parse(python(ROWS, join(folder, "results", `${name}.csv`))));
    }
  });

  test("versions that are kept stand side by side, with the LEAs that they decide differently", async () => {
    const { page } = studio;
    await page.getByRole("tab", { name: "Scenarios" }).click();
    await page.getByLabel("Name of this version").fill("without Orange");
    await page.getByRole("button", { name: "Keep this version" }).click();
    await page.locator(".counts-of-versions th", { hasText: "without Orange" }).waitFor({ timeout: WAIT });
    const cells = await page.locator(".counts-of-versions tbody tr").first().locator("td").allInnerTexts();
    expect(cells.map((one) => one.replace(/\s+/g, " "))).toEqual(["55", "58 (+3)", "58 (+3)"]);
    expect(await page.locator(".leas-of-versions tbody tr").count()).toBe(3);
  });

  test("the rules in full say what was edited, what the year changes, and where each sentence comes from", async () => {
    const { page } = studio;
    await page.getByRole("tab", { name: "Rules in full" }).click();
    const edited = page.locator(".changes").first();
    await edited.waitFor({ timeout: WAIT });
    expect(await edited.innerText()).toMatch(/4b Undo\s+Before: Red on ELA or Math and Orange on the other/);
    expect(await page.locator(".in-force li.edited").count()).toBe(1);
    expect(await page.locator(".in-force").allInnerTexts()).toContainEqual(expect.stringContaining("5a: Red on Graduation Rate → Priority 5 since 2017"));
    await page.getByRole("tab", { name: "Impact" }).click();
  });

  test("each view is shown where it was left, and on paper without what only helps on the screen", async () => {
    const { page } = studio;
    const scrolled = () => page.locator(".right").evaluate((one) => one.scrollTop);
    const press = (tab: string) => page.locator(`#tab-${tab}`).evaluate((one) => (one as HTMLElement).click()); // a click of Playwright scrolls
    await page.locator(".right").evaluate((one) => (one.scrollTop = 300));
    await press("full");
    expect(await scrolled()).toBe(0);
    await press("impact");
    expect(await scrolled()).toBe(300);
    await page.emulateMedia({ media: "print" });
    for (const [part, isShown] of [[".headline", true], [".about-data", true], [".left select", true], [".top", false], [".editor", false], [".tabs", false], [".filters", false]] as const) {
      expect([part, await page.locator(part).first().isVisible()]).toEqual([part, isShown]);
    }
    expect(await page.locator(".right").evaluate((one) => one.scrollHeight === one.clientHeight)).toBe(true);
    await page.emulateMedia({ media: "screen" });
  });

  test("a shared file opens with the edits, the note and the kept versions, and leaves the work of its reader alone", async () => {
    const { page } = studio;
    await page.getByRole("button", { name: "Share…" }).click();
    await page.getByLabel("Title").fill("Orange & the rest");
    await page.getByLabel("Note to the reader").fill("Look at the three that enter.");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the file" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("orange-the-rest.html");
    const path = join(folder, file.suggestedFilename());
    await file.saveAs(path);
    const reader = await page.context().newPage(); // who has the studio open too, in the same browser
    const { requests, faults } = watched(reader, `file://${path}`);
    await reader.goto(`file://${path}`);
    await reader.locator(".headline", { hasText: "Your edits affect 30 of 100 LEAs" }).waitFor({ timeout: WAIT });
    expect(await reader.locator(".shared").innerText()).toMatch(/Orange & the rest\s+Look at the three that enter\./);
    expect(await reader.title()).toBe("Orange & the rest");
    await reader.getByRole("button", { name: "Undo all edits" }).click();
    await reader.locator(".headline", { hasText: "What these rules decide" }).waitFor({ timeout: WAIT });
    await reader.getByRole("tab", { name: "Scenarios" }).click();
    await reader.locator(".counts-of-versions th", { hasText: "without Orange" }).waitFor({ timeout: WAIT });
    expect([requests, faults]).toEqual([[], []]);
    await reader.close();
  });

  test("the page of one LEA says what changes for it, and finds its ways out", async () => {
    const { page } = studio;
    await page.getByRole("button", { name: /General Assistance → Differentiated Assistance\s*3/ }).click();
    await page.locator("table.leas tbody .link").first().click();
    await page.locator(".lea-name").waitFor();
    expect(await page.locator(".verdicts").innerText()).toContain("General Assistance");
    expect(await page.locator(".verdict").last().innerText()).toContain("Differentiated Assistance");
    const red = page.locator("td.rank1").first();
    const color = () => red.evaluate((cell) => getComputedStyle(cell).backgroundColor);
    const before = await color();
    await red.hover();
    expect(await color()).toBe(before); // whatever is done to the row under the pointer
    await page.getByRole("button", { name: "Find the smallest changes" }).click();
    await page.locator("[data-ways] li, [data-ways] tr").first().waitFor({ timeout: WAIT });
    const group = page.getByLabel("Rules for");
    await group.selectOption({ index: 1 });
    expect(await page.locator(".rules .rule").count()).toBeGreaterThan(5);
  });

  test("an example that comes out differently is shown, and an error is mended by its quick fix", async () => {
    const { page } = studio;
    await page.getByRole("tab", { name: "Examples" }).click();
    await page.locator(".examples .fails").first().waitFor({ timeout: WAIT });
    await edit(page, ": Red or Orange on ELPI", ": Rad or Orange on ELPI");
    await page.locator(".stale:visible").waitFor({ timeout: WAIT });
    await page.locator(".problems").getByRole("button", { name: "Fix it" }).first().click();
    await page.locator(".stale").waitFor({ state: "hidden", timeout: WAIT });
  });

  test("of a sentence with two meanings the one that is chosen is written, from the list below and from the note beside it", async () => {
    const { page } = studio;
    const unclear = ": Red on ELPI and Red on ELA or Red on Math";
    const meant = ": Red on ELPI and (Red on ELA or Red on Math)";
    await edit(page, ": Red or Orange on ELPI", unclear);
    await page.locator(".problems").getByRole("button", { name: "Write this" }).nth(1).click();
    await page.locator(".stale").waitFor({ state: "hidden", timeout: WAIT });
    expect(await page.locator(".cm-content").innerText()).toContain(meant);
    await edit(page, meant, unclear);
    await page.locator(".problems").getByRole("button", { name: "Write this" }).first().waitFor({ timeout: WAIT });
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("F8");
    const note = page.locator(".cm-tooltip");
    expect(await note.innerText()).not.toContain("`");
    await note.getByRole("button", { name: "Write this" }).first().click();
    await page.locator(".cm-line", { hasText: ": (Red on ELPI and Red on ELA) or Red on Math" }).waitFor();
    await edit(page, ": (Red on ELPI and Red on ELA) or Red on Math", ": Red or Orange on ELPI");
    await page.locator(".examples .fails").first().waitFor({ timeout: WAIT });
  });

  test("nothing is lost when the page is loaded again, and what runs can be stopped", async () => {
    const { page } = studio;
    await page.reload();
    await judged(page);
    expect(await page.locator(".headline").first().innerText()).toMatch(/^Your edits affect \d/);
    await page.evaluate(() => document.querySelector<HTMLButtonElement>(".work button")!.click());
    await page.locator(".status", { hasText: "Starting again" }).waitFor();
    await page.locator(".status", { hasText: /^$/ }).waitFor({ state: "attached", timeout: WAIT });
    expect(await page.locator(".cm-content").innerText()).not.toContain(RULE);
  });

  test("a page that is loaded with errors in the rules shows the last version without errors", async () => {
    const { page } = studio;
    const headline = await page.locator(".headline").first().innerText();
    await edit(page, ": Red or Orange on ELPI", ": Rad or Orange on ELPI");
    await page.locator(".stale:visible").waitFor({ timeout: WAIT });
    await page.reload();
    await page.locator(".stale:visible").waitFor({ timeout: WAIT });
    await judged(page);
    expect(await page.locator(".headline").first().innerText()).toBe(headline);
    await page.locator(".problems").getByRole("button", { name: "Fix it" }).first().click();
    await page.locator(".stale").waitFor({ state: "hidden", timeout: WAIT });
    await page.reload();
    await judged(page);
  });

  test("when Python ends by itself it is started anew, with the work as it was", async () => {
    const { page } = studio;
    const text = (await saved(page, "Rules", 1))["2025.rules"];
    await page.workers()[0]!.evaluate(() => void setTimeout(() => (globalThis as never as { gone(): void }).gone()));
    await page.locator(".status", { hasText: "Starting again with your work" }).waitFor();
    await page.locator(".status", { hasText: /^$/ }).waitFor({ state: "attached", timeout: WAIT });
    expect((await saved(page, "Rules", 1))["2025.rules"]).toBe(text);
    expect(await page.locator(".headline").first().innerText()).toMatch(/^Your edits affect \d/);
  });

  test("the state's files are read in the page and kept there; a file of no use says so, and rules are opened", async () => {
    const { page } = studio;
    const give = (files: string[]) => chosen(page, "Use the state’s files", files);
    await give(inCounties(sampleFiles()));
    await page.locator(".about-data", { hasText: /files? ·/ }).waitFor({ timeout: WAIT });
    await page.getByRole("button", { name: "Use the made-up state" }).click();
    await page.locator(".about-data", { hasText: "A made-up state" }).waitFor({ timeout: WAIT });
    await give([put("notes.txt", "nothing of use")]);
    await page.locator(".said", { hasText: "has no data file" }).waitFor({ timeout: WAIT });
    expect(await page.locator(".about-data").innerText()).toMatch(/^A made-up state/); // the files of before were taken away
    await give([...inCounties(sampleFiles()), put("notes.txt", "nothing of use")]);
    await page.locator(".about-data", { hasText: /files? ·/ }).waitFor({ timeout: WAIT });
    expect(await page.locator(".about-data").innerText()).toMatch(/^Your \d+ files · 100 LEAs\s+kept on this computer$/);
    await page.getByRole("tab", { name: "Impact" }).click();
    await page.locator(".map title", { hasText: /^Alameda: \d+ of \d+ affected$/ }).waitFor({ state: "attached", timeout: WAIT });
    expect(await page.locator(".map .county:not(.step-none)").count()).toBe(2); // which the files name, of those on the map
    await chosen(page, "Open rules…", [put("mine.rules", "what if Red on ELA alone counted\n  based on assistance/2025\n\nreplace 4a: Red on ELA → Priority 4\n")]);
    await page.locator(".cm-content", { hasText: "what if" }).waitFor({ timeout: WAIT });
    await page.locator(".headline", { hasText: "What these rules decide for 100 LEAs" }).waitFor({ timeout: WAIT });
  });

  test("words and years of one's own are opened together, a file that is no text is refused, and the list leads back", async () => {
    const { page } = studio;
    const open = (files: string[]) => chosen(page, "Open rules…", files);
    const words = "vocabulary Works\n\nyears 2024, 2025\n\nkinds of place\n  | kind | plural |\n  | clinic | clinics |\n\nfacts of the place\n  | fact | is a |\n  | rural | yes or no |\n\noutcomes\n  | outcome | is a |\n  | Watch | determination |\n  | None | determination |\n";
    await open([
      put("vocabulary.rules", words),
      put("2024.rules", "ruleset Works 2024\n\nfor clinics\n  A: rural is yes → Watch\n  otherwise → None\n"),
      put("2025.rules", "ruleset Works 2025\n  based on 2024\n"),
    ]);
    await page.locator(".cm-content", { hasText: "ruleset Works 2025" }).waitFor({ timeout: WAIT });
    await page.getByRole("tab", { name: "Rules in full" }).click();
    await page.locator("ul.in-force", { hasText: "rural is yes → Watch" }).waitFor({ timeout: WAIT });
    const refusal = page.waitForEvent("dialog").then(async (dialog) => (await dialog.accept(), dialog.message()));
    await open([put("2023.rules", Uint8Array.of(0x41, 0xe9, 0xff))]);
    expect(await refusal).toContain("UTF-8");
    expect(await page.locator(".cm-content").innerText()).toContain("ruleset Works 2025");
    await page.getByRole("combobox", { name: "Rules" }).selectOption("assistance/2025");
    await page.locator(".cm-content", { hasText: "Differentiated Assistance 2025" }).waitFor({ timeout: WAIT });
    expect(await page.locator("[data-file]").count()).toBe(0);
    await page.locator(".headline", { hasText: "What these rules decide for" }).waitFor({ state: "attached", timeout: WAIT });
  });

  test("a rule of an earlier year is changed from the rules in full, and the change undone", async () => {
    const { page } = studio;
    await page.getByRole("tab", { name: "Rules in full" }).click();
    await page.getByRole("button", { name: "Change 5a" }).click();
    expect(await page.locator(".cm-content").innerText()).toMatch(/priority 5 "Pupil Engagement"\s+replace 5a: Red on Graduation Rate → Priority 5/);
    await page.keyboard.insertText("Red or Orange on Graduation Rate → Priority 5"); // in the place of what is selected
    await page.locator(".changes", { hasText: "After: Red or Orange on Graduation Rate" }).first().waitFor({ timeout: WAIT });
    await page.getByRole("button", { name: "Undo the change of 5a" }).click();
    await page.getByText("What you changed").waitFor({ state: "detached", timeout: WAIT });
    expect(await page.locator(".cm-content").innerText()).not.toContain("5a");
  });

  test("in all this nothing was asked of any address, and nothing went wrong in the page", () => {
    expect(studio.requests).toEqual([]);
    expect(studio.faults).toEqual([]);
  });
});
