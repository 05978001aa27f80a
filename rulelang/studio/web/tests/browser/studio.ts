// Opens the studio in Chromium from a file on disk, as a double click does.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Download, type Page } from "playwright-core";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..", "..");
const PYTHON = process.env.PYTHON ?? "python3";
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Why these tests cannot run here, if they cannot. */
export const ABSENT = existsSync(CHROMIUM) ? "" : `there is no Chromium at ${CHROMIUM}`;
export const WAIT = 120_000;

export const folder = mkdtempSync(join(tmpdir(), "studio-"));
export const sample = join(folder, "sample");

/** Returns what the command line prints, whether or not it finds something wrong. */
export function rulelang(...words: string[]): string {
  return execFileSync(PYTHON, ["-m", "rulelang", ...words], { cwd: ROOT, encoding: "utf8" });
}

/** Returns the address of the page, written by the command line, and unpacks the made-up state that is in it. */
export function written(): string {
  const page = join(folder, "studio.html");
  rulelang("studio", "--out", page, "--no-open");
  execFileSync(PYTHON, ["-m", "zipfile", "-e", join(ROOT, "rulelang/studio/built/sample.zip"), sample]);
  return `file://${page}`;
}

/** Returns the address of the page as a web server has it, written by the command line. */
export async function served(): Promise<{ address: string; end(): void }> {
  const home = join(folder, "served");
  rulelang("studio", "--out", home);
  const server = createServer((request, response) => {
    const name = request.url === "/" ? "index.html" : request.url!;
    response.setHeader("content-type", name.endsWith(".html") ? "text/html" : "application/octet-stream");
    response.end(readFileSync(join(home, name)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, end: () => server.close() };
}

export async function browser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

export interface Opened {
  page: Page;
  /** The addresses that were asked for, but for the page itself and what it made in memory. */
  requests: string[];
  /** What went wrong in the page. */
  faults: string[];
}

/** Opens the page and waits until the made-up state is judged. */
export async function opened(from: Browser, address: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await from.newContext({ viewport: { width: 1360, height: 850 }, ...options });
  const page = await context.newPage();
  const { requests, faults } = watched(page, address);
  await page.goto(address);
  await judged(page);
  return { page, requests, faults };
}

/** Returns what a page asks for and what goes wrong in it, from now on. */
export function watched(page: Page, address: string): Omit<Opened, "page"> {
  const [requests, faults]: [string[], string[]] = [[], []];
  page.on("request", (request) => {
    if (request.url() !== address && !/^(blob:null|data:)/.test(request.url())) requests.push(request.url());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  return { requests, faults };
}

export async function judged(page: Page): Promise<void> {
  await page.locator(".headline").first().waitFor({ timeout: WAIT });
}

/** Replaces words in the editor by others, as somebody would who selects them and types. */
export async function edit(page: Page, words: string, by: string): Promise<void> {
  await page.locator(".cm-content").focus();
  await page.evaluate((wanted) => {
    for (const line of document.querySelectorAll(".cm-line")) {
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const at = text.textContent!.indexOf(wanted);
        if (at >= 0) return getSelection()!.setBaseAndExtent(text, at, text, at + wanted.length);
      }
    }
    throw new Error(`the editor does not show ${wanted}`);
  }, words);
  await page.waitForTimeout(50); // until the editor has taken up the selection
  if (by) await page.keyboard.insertText(by);
  else await page.keyboard.press("Delete");
}

/** Returns where the files are that are saved by an action of the menu, by name. */
export async function savedPaths(page: Page, action: string, files: number): Promise<Record<string, string>> {
  const downloads = new Promise<string[][]>((resolve) => {
    const found: Promise<string[]>[] = [];
    const take = (one: Download) => {
      found.push(one.path().then((path) => [one.suggestedFilename(), path]));
      if (found.length < files) return;
      page.off("download", take);
      resolve(Promise.all(found));
    };
    page.on("download", take);
  });
  await page.locator(".menu summary").click();
  await page.locator(".menu button", { hasText: action }).click();
  return Object.fromEntries(await downloads) as Record<string, string>;
}

/** Returns the texts that are saved by an action of the menu, by name. */
export async function saved(page: Page, action: string, files: number): Promise<Record<string, string>> {
  const paths = Object.entries(await savedPaths(page, action, files));
  return Object.fromEntries(paths.map(([name, path]) => [name, readFileSync(path, "utf8")]));
}

/** Returns what Python prints. */
export function python(code: string, ...words: string[]): string {
  return execFileSync(PYTHON, ["-c", code, ...words], { encoding: "utf8" });
}

export function sampleFiles(): string[] {
  const below = (place: string): string[] =>
    readdirSync(place, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? below(join(place, one.name)) : [join(place, one.name)]));
  return below(sample);
}

/** Returns files as they are, but that two made-up counties in them have names that are on the map. */
export function inCounties(paths: string[]): string[] {
  return paths.map((path) => put(basename(path), readFileSync(path, "utf8").replaceAll("\tHazelmere Bend\t", "\tAlameda\t").replaceAll("\tHeronsgate\t", "\tKern\t")));
}

/** Gives files to a button of the page that asks for some. */
export async function chosen(page: Page, button: string, files: string[]): Promise<void> {
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button }).click();
  await (await choosing).setFiles(files);
}

export function put(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
