import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bytesOf, unzipped } from "../../src/assets";

test("a part is what was written into the page", async () => {
  const content = Uint8Array.from({ length: 1000 }, (_, at) => at % 256);
  const written = gzipSync(content).toString("base64");
  expect(await unzipped(bytesOf(written))).toEqual(content);
});
