// The parts of Python that lie in the page itself, compressed and written as text.
import type { Parts } from "./questions";

const WORKER = "worker.js";

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

export async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Returns the parts of the page by name. */
export async function partsOf(page: Document): Promise<Parts> {
  const held = [...page.querySelectorAll<HTMLScriptElement>("script[data-part]")];
  const parts = held.map(async (one) => [one.dataset.part!, await unzipped(bytesOf(one.text.trim()))] as const);
  return Object.fromEntries(await Promise.all(parts));
}

/** Takes the worker's script from the parts and returns an address for it. */
export function workerAddress(parts: Parts): string {
  const { [WORKER]: script } = parts;
  delete parts[WORKER];
  return URL.createObjectURL(new Blob([script as BlobPart], { type: "text/javascript" }));
}
