// Measures the studio in Chromium, opened from a file: how long people wait, and what the page needs of memory.
// npm run measure -- FOLDER-OF-THE-FILES-OF-2023 [TRIES]. Where other programs run, look at processor seconds: they are those
// of the page's own process, and about what the clock shows on a machine that is quiet.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [data, tries = "5"] = process.argv.slice(2);
const ROOT = join(import.meta.dirname, "..", "..", "..");
const PYTHON = process.env.PYTHON ?? "python3";
const WAIT = { timeout: 300_000 };
const MB = 1_000_000;
const home = mkdtempSync(join(tmpdir(), "studio-"));
const file = join(home, "studio.html");
execFileSync(PYTHON, ["-m", "rulelang", "studio", "--out", file, "--no-open"], { cwd: ROOT });
console.log(`the file: ${(statSync(file).size / MB).toFixed(1)} MB (goal 15)`);

const starts = [];
const used = [];
for (let time = 0; time < Number(tries); time++) {
  const { browser, page, start } = await opened();
  starts.push(performance.now() - start);
  used.push(await processor(browser));
  if (time === 0) await keystrokes(browser, page, "on the made-up state of 100 LEAs");
  if (time === 1) await onThousand(browser, page);
  if (time === 2 && data) await memory(browser, page);
  await browser.close();
}
console.log(`from opening the file to a judged made-up state (goal 6 s): ${said(starts)}; processor: ${said(used)}`);

/** Opens the page in a browser of its own, and waits until the made-up state is judged. */
async function opened() {
  const flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
  await page.addInitScript(watch);
  const start = performance.now();
  await page.goto(`file://${file}`);
  await page.locator(".headline").waitFor(WAIT);
  return { browser, page, start };
}

/** Keeps in the page when a key was pressed, and when the problems and who is affected, or a mistake, were shown after it. */
function watch() {
  globalThis.waits = { check: [], impact: [], mistake: [] };
  // The editor handles Backspace itself, so that no input comes of it.
  for (const kind of ["keydown", "beforeinput"]) addEventListener(kind, (event) => (globalThis.pressed = event.timeStamp), true);
  new PerformanceObserver((list) => {
    const ofKey = list.getEntries().filter((one) => one.startTime >= globalThis.pressed); // others answer an earlier key
    for (const one of ofKey) globalThis.waits[one.name]?.push(one.startTime + one.duration - globalThis.pressed);
  }).observe({ type: "measure" });
}

async function keystrokes(browser, page, where) {
  await page.getByRole("button", { name: "Not now" }).click();
  await page.locator(".cm-line", { hasText: "replace 4b" }).click();
  await page.keyboard.press("End");
  const found = { check: [], impact: [], mistake: [], checked: [], processor: [] };
  // Letters of a word at the end of a rule are errors; taken back, the rules can be applied again.
  for (const key of [..." and", ..."\b\b\b\b", ..." or Red", ..."\b".repeat(7), " ", "\b", " ", "\b", " ", "\b", " ", "\b"]) {
    await page.evaluate(() => Object.values(globalThis.waits).forEach((one) => one.splice(0)));
    const before = await processor(browser);
    await (key === "\b" ? page.keyboard.press("Backspace") : page.keyboard.insertText(key));
    await page.waitForFunction(() => globalThis.waits.impact.length + globalThis.waits.mistake.length > 0, null, WAIT);
    const waits = await page.evaluate(() => globalThis.waits);
    (waits.impact.length ? found.processor : found.checked).push((await processor(browser)) - before);
    for (const [name, [one]] of Object.entries(waits)) if (one !== undefined) found[name].push(one);
  }
  const ofErrors = `processor, where a mistake ends it there: ${said(found.checked)}`;
  console.log(`keystroke to diagnostics in assistance/2025 ${where} (goal 150 ms, 300 at the worst): ${said(found.check)}; ${ofErrors}`);
  const ofAll = `processor for all of it: ${said(found.processor)}`;
  console.log(`keystroke to who is affected ${where} (goal 400 ms with 1,000 LEAs): ${said(found.impact)}; ${ofAll}`);
}

async function onThousand(browser, page) {
  const code = `import sys
from pathlib import Path
from rulelang.analysis.loading import loaded
from rulelang.studio.tried_on import made_up_files
print(made_up_files(loaded("assistance/2025"), Path(sys.argv[1]), 1000, lambda *_: None))`;
  const made = execFileSync(PYTHON, ["-c", code, home], { cwd: ROOT, encoding: "utf8" }).trim();
  const start = performance.now();
  await give(page, made);
  await page.locator(".headline", { hasText: "1,000 LEAs" }).waitFor(WAIT);
  console.log(`files of 1,000 LEAs in four years read and judged: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  await keystrokes(browser, page, "with 1,000 LEAs");
  await manyAffected(browser, page);
}

/** Takes half of rule 4b away and back again, several times, and prints how long it takes to show who is affected. */
async function manyAffected(browser, page) {
  const [times, used] = [[], []];
  for (const key of Array(10).fill(["Delete", "Control+z"]).flat()) {
    if (key === "Delete") await page.evaluate(select, " and Orange on the other");
    await page.waitForTimeout(100); // until the editor has taken up the selection
    await page.evaluate(() => Object.values(globalThis.waits).forEach((one) => one.splice(0)));
    const before = await processor(browser);
    await page.keyboard.press(key);
    await page.waitForFunction(() => globalThis.waits.impact.length > 0, null, WAIT);
    if (key !== "Delete") continue;
    times.push(await page.evaluate(() => globalThis.waits.impact[0]));
    used.push((await processor(browser)) - before);
  }
  console.log(`the same of an edit by which three in ten are affected: ${said(times)}; processor: ${said(used)}`);
}

/** Selects words in the editor. */
function select(words) {
  document.querySelector(".cm-content").focus();
  for (const line of document.querySelectorAll(".cm-line")) {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const at = text.textContent.indexOf(words);
      if (at >= 0) return getSelection().setBaseAndExtent(text, at, text, at + words.length);
    }
  }
}

async function memory(browser, page) {
  console.log(`memory of the page's process: ${await held(browser)} with the made-up state`);
  await page.locator(".left select").selectOption("assistance/2023");
  await page.locator(".cm-content", { hasText: "Assistance 2023" }).waitFor(WAIT);
  await give(page, data);
  await page.waitForTimeout(3000);
  console.log(`memory of the page's process: ${await held(browser)} with the files of 2023`);
  await page.locator(".cm-line", { hasText: "and so a color" }).click();
  for (let time = 0; time < 3; time++) await page.keyboard.press("End");
  await page.keyboard.insertText("\n  replace 4b: Red on ELA or Math → Priority 4");
  await page.locator(".headline", { hasText: "Your edits affect" }).waitFor(WAIT);
  await page.locator("table.leas .link").first().click();
  await page.locator(".lea-name").waitFor(WAIT);
  console.log(`memory of the page's process: ${await held(browser)} after an edit and a look at an LEA`);
}

async function give(page, folder) {
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Use the state’s files…" }).click();
  await (await choosing).setFiles(below(folder));
  await page.locator(".about-data", { hasText: /files/ }).waitFor(WAIT);
}

function below(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

/** Returns for how many milliseconds the process of the page has been on a processor. */
async function processor(browser) {
  const { processInfo } = await (await browser.newBrowserCDPSession()).send("SystemInfo.getProcessInfo");
  return Math.max(...processInfo.filter((one) => one.type === "renderer").map((one) => 1000 * one.cpuTime));
}

/** Returns what the process of the page holds, in MB: of its own (as Chromium's task manager has it), and in all. */
async function held(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const all = processInfo.filter((one) => one.type === "renderer").map(({ id }) => {
    const rollup = readFileSync(`/proc/${id}/smaps_rollup`, "utf8");
    const status = readFileSync(`/proc/${id}/status`, "utf8");
    const of = (text, name) => (1024 * Number(text.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))[1])) / MB;
    return { id, own: of(status, "RssAnon") + of(status, "VmSwap"), pss: of(rollup, "Pss"), rss: of(rollup, "Rss"), peak: of(status, "VmHWM") };
  });
  const page = all.reduce((a, b) => (a.own > b.own ? a : b));
  return ["own", "pss", "rss", "peak"].map((name) => `${name} ${page[name].toFixed(0)}`).join(", ") + " MB";
}

/** Returns the best and the median of some times, and the worst. */
function said(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const [best, median, worst] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `best ${best?.toFixed(0)} ms, median ${median?.toFixed(0)} ms, worst ${worst?.toFixed(0)} ms of ${times.length}`;
}
