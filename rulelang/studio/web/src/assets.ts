// The parts of Python that lie in the page itself, compressed and written as text.
import type { Parts } from "./questions";

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

/** Returns the address of the worker's script, which lies in the page too. */
export function workerAddress(page: Document): string {
  const text = page.querySelector<HTMLScriptElement>("script[data-worker]")!.text;
  return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}
