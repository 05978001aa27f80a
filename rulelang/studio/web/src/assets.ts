// The parts of Python, compressed: written as text in the page itself, or beside it on a server; and the page that can be
// made of them.
import type { CountyMap } from "./map";
import type { Parts } from "./questions";

const WORKER = "worker.js";
const WORK = "work.json";
const MAP = "map.json";
const OF_THE_PAGE = new Set([WORKER, WORK, MAP]);

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

export function base64Of(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  return btoa(pieces.join(""));
}

export async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return through(bytes, new DecompressionStream("gzip"));
}

export async function zipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return through(bytes, new CompressionStream("gzip"));
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: TransformStream): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** Returns a part, compressed. */
type Part = () => Promise<Uint8Array<ArrayBuffer>>;

function partOf({ text, dataset }: HTMLScriptElement): Part {
  const { src } = dataset;
  if (src !== undefined) return async () => new Uint8Array(await (await fetch(src)).arrayBuffer());
  const blob = new Blob([text.trim()]);
  return async () => bytesOf(await blob.text());
}

/** The parts of the page, taken out of it, which halves what it needs: a browser keeps blobs aside. */
export class Assets {
  private readonly parts: Map<string, Part>;
  /** The page without its parts and its script, and the script. */
  private readonly shell: [string, string];

  constructor(page: Document) {
    const held = [...page.querySelectorAll<HTMLScriptElement>("script[data-part]")];
    this.parts = new Map(held.map((one) => [one.dataset.part!, partOf(one)]));
    for (const one of held) one.remove();
    const copy = page.documentElement.cloneNode(true) as HTMLElement;
    const script = copy.querySelector("script")?.outerHTML ?? "";
    copy.querySelector("script")?.remove();
    this.shell = [copy.outerHTML.replace("connect-src 'self'", "connect-src 'none'"), script];
  }

  /** Returns the parts of Python by name; nothing of them is kept. */
  async python(): Promise<Parts> {
    const named = [...this.parts.keys()].filter((name) => !OF_THE_PAGE.has(name));
    return Object.fromEntries(await Promise.all(named.map(async (name) => [name, await this.content(name)] as const)));
  }

  /** Returns an address for the worker's script. */
  async worker(): Promise<string> {
    return URL.createObjectURL(new Blob([await this.content(WORKER)], { type: "text/javascript" }));
  }

  /** Returns the work that somebody has put into the page, if it is a shared one. */
  async work(): Promise<string | undefined> {
    return this.text(WORK);
  }

  /** Returns the map that comes with the rulesets, if any does. */
  async map(): Promise<CountyMap | undefined> {
    const text = await this.text(MAP);
    return text === undefined ? undefined : (JSON.parse(text) as CountyMap);
  }

  /** Returns the page with some work in it, as a file. */
  async with(work: string): Promise<Blob> {
    const [page, script] = this.shell;
    const end = page.lastIndexOf("</body>");
    const zippedWork = await zipped(new TextEncoder().encode(work));
    const parts = new Map(this.parts).set(WORK, async () => zippedWork);
    const written: string[] = [];
    for (const [name, part] of parts) written.push(`<script type="application/gzip" data-part="${name}">${base64Of(await part())}</script>\n`);
    return new Blob(["<!doctype html>\n", page.slice(0, end), ...written, script, page.slice(end)], { type: "text/html" });
  }

  private async text(name: string): Promise<string | undefined> {
    return this.parts.has(name) ? new TextDecoder().decode(await this.content(name)) : undefined;
  }

  private async content(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return unzipped(await this.parts.get(name)!());
  }
}
