import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ABSENT, browser, edit, opened, served, WAIT } from "./studio";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const DESK = { width: 1360, height: 850 };
const LOOKS = [
  ["light", "light", DESK],
  ["dark, on a phone", "dark", { width: 390, height: 800 }],
  ["at twice the size", "light", { width: 680, height: 425 }],
] as const;

/** Returns what is wrong with a page as it is, in each look. */
async function wrong(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [look, colorScheme, size] of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    found.push(...(await violations(page)).map((one) => `${look}: ${one}`));
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(`${look}: the page is wider than the window`);
    if (await page.evaluate(() => [...document.querySelectorAll(".scroll:has(> .grid)")].some((one) => one.scrollWidth > one.clientWidth))) found.push(`${look}: the levels are wider than their place`);
  }
  await page.setViewportSize(DESK);
  return found;
}

async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const axe = (globalThis as never as { axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe;
    const { violations: found } = await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] });
    return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
  });
}

describe.skipIf(ABSENT)(`who works otherwise than with a mouse${ABSENT && `: left out, ${ABSENT}`}`, { timeout: WAIT }, () => {
  let from: Browser;
  let page: Page;
  let end: () => void;

  beforeAll(async () => {
    const server = await served();
    end = server.end;
    from = await browser();
    ({ page } = await opened(from, server.address, { bypassCSP: true }));
  }, WAIT);
  afterAll(async () => {
    await from.close();
    end();
  });

  test("everything is reached and done by keyboard alone", async () => {
    const tabTo = async (selector: string, key = "Tab"): Promise<void> => {
      for (let step = 0; step < 60; step++) {
        await page.keyboard.press(key);
        if (await page.evaluate((one) => document.activeElement!.matches(one), selector)) return;
      }
      throw new Error(`${selector} is not reached`);
    };
    await tabTo(".invitation button");
    await page.keyboard.press("Enter");
    for (let step = 0; step < 7; step++) {
      await page.locator(".tour", { hasText: `${step + 1} of 8` }).waitFor();
      await page.keyboard.press("Enter");
    }
    expect(await page.locator(".toured").count()).toBe(1);
    await page.keyboard.press("Escape");
    expect(await page.locator(".tour").isVisible()).toBe(false);
    await tabTo(".cm-content");
    await page.keyboard.press("Control+f");
    await page.keyboard.insertText("replace 4c"); // as dictation does: no key comes up
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => getSelection()!.toString())).toBe("replace 4c");
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
    expect(await page.locator("#view-lea .empty").isVisible()).toBe(true);
    await tabTo("input[list]");
    const name = await page.locator("#leas option").first().getAttribute("value");
    await page.keyboard.type(name!);
    await page.keyboard.press("Enter");
    await page.locator(".lea-name").waitFor({ timeout: WAIT });
    await tabTo(".edited .link", "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.locator(".fine").waitFor({ timeout: WAIT });
    await tabTo("[role=tab]");
    await page.keyboard.press("ArrowLeft");
    await tabTo("table.leas .link");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement!.matches(".lea-name"), null, { timeout: WAIT });
  });

  test("no view has a fault that axe finds, light and dark, on a phone and at twice the size", async () => {
    await page.addScriptTag({ content: AXE });
    await page.getByRole("tab", { name: "Impact" }).click();
    expect(await wrong(page)).toEqual([]);
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Control+Home");
    await edit(page, " and Orange on the other", "");
    await page.locator(".headline", { hasText: "Your edits" }).waitFor({ timeout: WAIT });
    expect(await wrong(page)).toEqual([]);
    await page.getByText("Codes of the student groups").click();
    expect(await wrong(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole("button", { name: "Rules", exact: true }).click();
    expect(await wrong(page)).toEqual([]);
    await edit(page, "Red on both ELA and Math", "Red on ELA and Orange on Math or Red on ELPI");
    await page.getByRole("button", { name: "Write this" }).first().waitFor({ timeout: WAIT });
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("F8"); // what is wrong, beside its words
    await page.locator(".cm-tooltip").waitFor();
    expect(await wrong(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator(".cm-tooltip").waitFor({ state: "hidden" });
    await page.locator(".problems").getByRole("button", { name: "Write this" }).first().click();
    await page.getByRole("tab", { name: "One LEA" }).click();
    await page.locator(".lea-name").waitFor({ timeout: WAIT });
    await page.locator("details summary").last().click();
    expect(await wrong(page)).toEqual([]);
    for (const [tab, shown] of [["Scenarios", ".versions"], ["Rules in full", ".in-force"], ["Examples", ".examples"]] as const) {
      await page.getByRole("tab", { name: tab }).click();
      await page.locator(shown).first().waitFor({ timeout: WAIT });
      expect(await wrong(page)).toEqual([]);
    }
    await page.locator(".menu summary").click();
    expect(await wrong(page)).toEqual([]);
    await page.getByRole("button", { name: "Share…" }).click();
    expect(await wrong(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Tour", exact: true }).click();
    expect(await wrong(page)).toEqual([]);
  });
});
