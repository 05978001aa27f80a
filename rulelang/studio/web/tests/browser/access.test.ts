import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ABSENT, browser, edit, opened, WAIT, written } from "./studio";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LOOKS = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["on a phone", { viewport: { width: 390, height: 800 } }],
] as const;

async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const axe = (globalThis as never as { axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe;
    const { violations: found } = await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] });
    return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
  });
}

describe.skipIf(ABSENT)(`who works otherwise than with a mouse${ABSENT && `: left out, ${ABSENT}`}`, { timeout: WAIT }, () => {
  let from: Browser;
  let address: string;

  beforeAll(async () => {
    address = written();
    from = await browser();
  }, WAIT);
  afterAll(async () => from.close());

  test.each(LOOKS)("no view has a fault that axe finds: %s", async (_, options) => {
    const { page } = await opened(from, address, { ...options, bypassCSP: true });
    await page.addScriptTag({ content: AXE });
    await edit(page, " and Orange on the other", "");
    await page.locator("table.leas tbody .link").first().waitFor({ timeout: WAIT });
    expect(await violations(page)).toEqual([]);
    await page.locator("table.leas tbody .link").first().click();
    await page.locator(".lea-name").waitFor({ timeout: WAIT });
    await page.locator("details summary").last().click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("tab", { name: "Examples" }).click();
    await page.locator(".examples").waitFor({ timeout: WAIT });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.context().close();
  });

  test("everything is reached and done by keyboard alone", async () => {
    const { page } = await opened(from, address);
    const tabTo = async (selector: string): Promise<void> => {
      for (let step = 0; step < 60; step++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((one) => document.activeElement!.matches(one), selector)) return;
      }
      throw new Error(`${selector} is not reached`);
    };
    await tabTo(".cm-content");
    await page.keyboard.press("Control+Home");
    for (let line = 0; line < 9; line++) await page.keyboard.press("Control+ArrowDown");
    await page.keyboard.press("Control+End");
    await page.keyboard.type("\nRed on ELB");
    await page.locator(".problem-count").waitFor({ timeout: WAIT });
    await page.keyboard.press("Escape"); // lets Tab leave the editor
    await tabTo(".problems .link");
    await tabTo("[role=tab]");
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe("One LEA");
    expect(await page.locator("#view-lea").isVisible()).toBe(true);
    await tabTo("input[list]");
    const name = await page.locator("#leas option").first().getAttribute("value");
    await page.keyboard.type(name!);
    await page.keyboard.press("Enter");
    await page.locator(".lea-name").waitFor({ timeout: WAIT });
    await page.context().close();
  });
});
