// Makes the pictures of docs/how-to/studio.md: the studio, opened from a file in Chromium, at the steps of the page.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const PICTURES = join(ROOT, "docs", "how-to", "pictures");
const WAIT = { timeout: 120_000 };
const page = join(mkdtempSync(join(tmpdir(), "studio-")), "studio.html");
mkdirSync(PICTURES, { recursive: true });
execFileSync(process.env.PYTHON ?? "python3", ["-m", "rulelang", "studio", "--out", page, "--no-open"], { cwd: ROOT });

const flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
const studio = await browser.newPage({ viewport: { width: 1180, height: 720 } });
const picture = (name) => studio.screenshot({ path: join(PICTURES, `studio-${name}.png`) });

await studio.goto(`file://${page}`);
await studio.locator(".headline").waitFor(WAIT);
await studio.getByRole("button", { name: "Not now" }).click();
await select(" and Orange on the other");
await studio.keyboard.press("Delete");
await studio.locator(".headline", { hasText: "Your edits affect" }).waitFor(WAIT);
await studio.locator(".status", { hasText: /^$/ }).waitFor({ state: "attached", ...WAIT });
await picture("who-moves");
await studio.locator(".chip").nth(1).click();
await studio.locator("table.leas .link").first().click();
await studio.locator(".lea-name").waitFor(WAIT);
await picture("one-lea");
await studio.getByRole("button", { name: "Find the smallest changes" }).click();
await studio.locator("[data-ways] li, [data-ways] tr").first().waitFor(WAIT);
await studio.getByRole("heading", { name: "What would change this" }).evaluate((heading) => heading.scrollIntoView());
await picture("ways-out");
await studio.getByRole("tab", { name: "Scenarios" }).click();
await studio.getByLabel("Name of this version").fill("4b without Orange");
await studio.getByRole("button", { name: "Keep this version" }).click();
await studio.getByRole("button", { name: "Remove" }).waitFor(WAIT);
await select("Red on ELPI for English Learners only");
await studio.keyboard.insertText("Red or Orange on ELPI for English Learners only");
await studio.locator(".leas-of-versions tbody tr").nth(3).waitFor(WAIT); // more than the version that is kept moves
await studio.locator(".status", { hasText: /^$/ }).waitFor({ state: "attached", ...WAIT });
await picture("scenarios");
await studio.getByRole("tab", { name: "Rules in full" }).click();
await studio.locator(".in-force").first().waitFor(WAIT);
await picture("in-full");
await studio.getByRole("button", { name: "Share…" }).click();
await studio.getByLabel("Title").fill("What if Orange on the other subject did not matter?");
await studio.getByLabel("Note to the reader").fill("Please look at the three districts that would enter.");
await picture("share");
await studio.getByRole("button", { name: "Cancel" }).click();
await studio.getByRole("tab", { name: "Examples" }).click();
await studio.locator(".examples").waitFor(WAIT);
await select("Red or Orange on ELPI");
await studio.keyboard.insertText("Rad or Orange on ELPI");
await studio.locator(".stale:visible").waitFor(WAIT);
await picture("mend");
await browser.close();
// Few colors make a quarter of the bytes; pngquant is a package of Debian.
for (const name of readdirSync(PICTURES).filter((one) => one.startsWith("studio-"))) execFileSync("pngquant", ["--force", "--ext", ".png", "--speed", "1", "64", join(PICTURES, name)]);

/** Selects words in the editor. */
async function select(words) {
  await studio.locator(".cm-content").focus();
  await studio.evaluate((wanted) => {
    for (const line of document.querySelectorAll(".cm-line")) {
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const at = text.textContent.indexOf(wanted);
        if (at >= 0) return getSelection().setBaseAndExtent(text, at, text, at + wanted.length);
      }
    }
  }, words);
  await studio.waitForTimeout(50);
}
