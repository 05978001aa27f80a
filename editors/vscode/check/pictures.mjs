/**
 * Opens a ruleset in code-server, types into it as a person would, and takes the pictures of docs/how-to/work-in-vs-code.md:
 *
 *     node pictures.mjs http://127.0.0.1:8099/?folder=FOLDER /usr/bin/chromium OUT
 *
 * It fails where a completion, a hover or a quick fix does not come. `in-code-server.sh` starts it.
 */

import { join } from "node:path";
import { chromium } from "playwright-core";

const [address, browserPath, out] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 640 } });
page.setDefaultTimeout(120_000);

async function picture(name) {
  await page.screenshot({ path: join(out, `vs-code-${name}.png`) });
}

await page.goto(address);
await page.locator(".monaco-workbench").waitFor();
await page.getByText("Explorer").first().waitFor();
await page.keyboard.press("Control+p");
await page.locator(".quick-input-widget input").fill("assistance/2025.rules");
await page.locator(".quick-input-list .monaco-list-row").first().waitFor();
await page.waitForTimeout(2000); // the list is filled while it is typed into
await page.keyboard.press("Enter");

await page.getByText(/ of 40 LEAs meet this rule/).first().waitFor();
await page.getByText("replaces 2017").first().waitFor();
await picture("rules");

await page.locator(".view-line span span", { hasText: /^4c$/ }).first().hover();
await page.locator(".monaco-hover", { hasText: "from 2024 on" }).first().waitFor();
await picture("hover");

await page.keyboard.press("Escape");
await page.keyboard.press("Control+g");
await page.keyboard.type("12\n");
await page.keyboard.type("  add 4e: Rad on both ELA and Math → Priority 4");
await page.keyboard.press("Escape");
await page.keyboard.type("\nadd 4f: Red on Chron", { delay: 60 });
await page.locator(".suggest-widget .monaco-list-row", { hasText: "Chronic Absenteeism" }).waitFor();
await page.locator(".squiggly-error").first().waitFor();
await picture("completion");

await page.keyboard.press("Escape");
await page.keyboard.press("ArrowUp");
await page.keyboard.press("Home");
for (let step = 0; step < 9; step += 1) await page.keyboard.press("ArrowRight");
const fix = page.getByText("Write `Red`");
for (let turn = 0; turn < 5 && !(await fix.isVisible()); turn += 1) {
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+.");
  await page.waitForTimeout(4000); // it comes with the check of what was typed last
}
await fix.waitFor();
await page.keyboard.press("Enter");
await page.locator(".view-line", { hasText: "add 4e: Red on both" }).waitFor();
await browser.close();
