// The parts of Python that lie in the page itself, compressed and written as text.
import type { Parts } from "./questions";

const WORKER = "worker.js";

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

export async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The parts of the page, taken out of it, which halves what it needs: a browser keeps blobs aside. */
export class Assets {
  private readonly parts: Map<string, Blob>;

  constructor(page: Document) {
    const held = [...page.querySelectorAll<HTMLScriptElement>("script[data-part]")];
    this.parts = new Map(held.map((one) => [one.dataset.part!, new Blob([one.text.trim()])]));
    for (const one of held) one.remove();
  }

  /** Returns the parts of Python by name; nothing of them is kept. */
  async python(): Promise<Parts> {
    const named = [...this.parts.keys()].filter((name) => name !== WORKER);
    return Object.fromEntries(await Promise.all(named.map(async (name) => [name, await this.content(name)] as const)));
  }

  /** Returns an address for the worker's script. */
  async worker(): Promise<string> {
    return URL.createObjectURL(new Blob([await this.content(WORKER)], { type: "text/javascript" }));
  }

  private async content(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return unzipped(bytesOf(await this.parts.get(name)!.text()));
  }
}
