// Walks through the studio with the state's files of 2023, and takes a picture at each step, to be looked at: with the
// mouse, on a phone, and by keyboard alone. npm run walk -- FOLDER-OF-FILES FOLDER-OF-PICTURES [desk|phone|keys]
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, devices } from "playwright-core";

const [data, pictures, only] = process.argv.slice(2);
const ROOT = join(import.meta.dirname, "..", "..", "..");
const WAIT = { timeout: 180_000 };
const RULE = "\n  replace 4b: Red on ELA or Math → Priority 4";
const MISTAKE = "\n  add 4e: Rad on Chronic Absenteeism → Priority 4";
const file = join(mkdtempSync(join(tmpdir(), "studio-")), "studio.html");
mkdirSync(pictures, { recursive: true });
execFileSync(process.env.PYTHON ?? "python3", ["-m", "rulelang", "studio", "--out", file, "--no-open"], { cwd: ROOT });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });

const { viewport, isMobile, hasTouch } = devices["iPhone 13"];
await walk("desk", { viewport: { width: 1360, height: 850 } }, (page) => ({ press: (one) => one.click(), type: typed(page) }));
await walk("phone", { viewport, isMobile, hasTouch }, (page) => ({ press: (one) => one.tap(), type: typed(page) }));
await walk("keys", { viewport: { width: 1360, height: 850 } }, (page) => ({ press: (one) => reach(page, one, "Enter"), type: (text) => byKeys(page, text) }));
await browser.close();

async function walk(name, options, hands) {
  if (only && only !== name) return;
  const page = await (await browser.newContext(options)).newPage();
  const { press, type } = hands(page);
  let step = 0;
  const picture = async (what) => {
    await page.locator(".status", { hasText: /^$/ }).waitFor({ state: "attached", ...WAIT });
    await page.screenshot({ path: join(pictures, `${name}-${++step}-${what}.png`) });
  };
  const button = (words) => page.getByRole("button", { name: words, exact: true });
  const side = async (words) => (await button(words).isVisible()) && press(button(words));
  await page.goto(`file://${file}`);
  await page.locator(".headline").first().waitFor(WAIT);
  await press(button("Not now"));
  await picture("begins");
  await side("Rules");
  await page.locator(".left select").focus();
  await page.locator(".left select").selectOption("assistance/2023");
  await page.locator(".cm-content", { hasText: "Assistance 2023" }).waitFor(WAIT);
  await side("Results");
  const choosing = page.waitForEvent("filechooser");
  await press(button("Use the state’s files…"));
  await (await choosing).setFiles(readdirSync(data).map((one) => join(data, one)));
  await page.locator(".about-data", { hasText: /files/ }).waitFor(WAIT);
  await picture("has-files");
  await side("Rules");
  await type(RULE);
  await page.locator(".fine").waitFor(WAIT);
  await picture("has-changed-4b");
  await side("Results");
  await page.locator(".headline", { hasText: "Your edits affect" }).waitFor(WAIT);
  await picture("shows-who-moves");
  await press(page.locator("table.leas .link").first());
  await page.locator(".lea-name").waitFor(WAIT);
  await picture("shows-one-district");
  await press(button("Find the smallest changes"));
  await page.locator("[data-ways] li, [data-ways] tr, [data-ways] p:not(.note)").first().waitFor(WAIT);
  await page.getByRole("heading", { name: "What would change this" }).evaluate((one) => one.scrollIntoView());
  await picture("shows-ways-out");
  await side("Rules");
  await type(MISTAKE);
  await button("Fix it").first().waitFor(WAIT);
  await picture("has-an-error");
  await press(button("Fix it").first());
  await page.locator(".fine").waitFor(WAIT);
  await picture("is-mended");
  await press(page.locator(".menu summary"));
  const saving = page.waitForEvent("download");
  await press(page.locator(".menu button").first());
  console.log(name, "saved", (await saving).suggestedFilename());
  await page.context().close();
}

/** Returns what types behind the reason of the first rule of the file. */
function typed(page) {
  return async (text) => {
    await page.locator(".cm-line", { hasText: "and so a color" }).click();
    await toTheEnd(page);
    await page.keyboard.insertText(text);
  };
}

async function byKeys(page, text) {
  await reach(page, page.locator(".cm-content"));
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+f");
  await page.keyboard.type("and so a color");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await toTheEnd(page);
  await page.keyboard.insertText(text);
  await page.keyboard.press("Escape");
}

/** Goes to the end of a line, which may be broken on the page. */
async function toTheEnd(page) {
  for (let time = 0; time < 3; time++) await page.keyboard.press("End");
}

/** Goes by Tab to an element, and presses a key on it. */
async function reach(page, element, key) {
  for (let step = 0; step < 400; step++) {
    if (await element.evaluate((one) => one === document.activeElement)) return key && page.keyboard.press(key);
    await page.keyboard.press("Tab");
    if (step % 20 === 19) await page.keyboard.press("Escape"); // lets Tab leave the editor
  }
  throw new Error("an element is not reached by Tab");
}
