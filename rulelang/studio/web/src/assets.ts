// The parts of Python that lie in the page itself, compressed and written as text, and the page that can be made of them.
import type { Parts } from "./questions";

const WORKER = "worker.js";
const WORK = "work.json";

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

/** The parts of the page, taken out of it, which halves what it needs: a browser keeps blobs aside. */
export class Assets {
  private readonly parts: Map<string, Blob>;
  /** The page without its parts and its script, and the script. */
  private readonly shell: [string, string];

  constructor(page: Document) {
    const held = [...page.querySelectorAll<HTMLScriptElement>("script[data-part]")];
    this.parts = new Map(held.map((one) => [one.dataset.part!, new Blob([one.text.trim()])]));
    for (const one of held) one.remove();
    const copy = page.documentElement.cloneNode(true) as HTMLElement;
    const script = copy.querySelector("script")?.outerHTML ?? "";
    copy.querySelector("script")?.remove();
    this.shell = [copy.outerHTML, script];
  }

  /** Returns the parts of Python by name; nothing of them is kept. */
  async python(): Promise<Parts> {
    const named = [...this.parts.keys()].filter((name) => name !== WORKER && name !== WORK);
    return Object.fromEntries(await Promise.all(named.map(async (name) => [name, await this.content(name)] as const)));
  }

  /** Returns an address for the worker's script. */
  async worker(): Promise<string> {
    return URL.createObjectURL(new Blob([await this.content(WORKER)], { type: "text/javascript" }));
  }

  /** Returns the work that somebody has put into the page, if it is a shared one. */
  async work(): Promise<string | undefined> {
    return this.parts.has(WORK) ? new TextDecoder().decode(await this.content(WORK)) : undefined;
  }

  /** Returns the page with some work in it, as a file. */
  async with(work: string): Promise<Blob> {
    const [page, script] = this.shell;
    const end = page.lastIndexOf("</body>");
    const parts = new Map(this.parts).set(WORK, new Blob([base64Of(await zipped(new TextEncoder().encode(work)))]));
    const written = [...parts].flatMap(([name, blob]) => [`<script type="application/gzip" data-part="${name}">`, blob, "</script>\n"]);
    return new Blob(["<!doctype html>\n", page.slice(0, end), ...written, script, page.slice(end)], { type: "text/html" });
  }

  private async content(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return unzipped(bytesOf(await this.parts.get(name)!.text()));
  }
}
