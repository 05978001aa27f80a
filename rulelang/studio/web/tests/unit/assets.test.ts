import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { base64Of, bytesOf, unzipped, zipped } from "../../src/assets";
import { read, type Shared, written } from "../../src/share";

test("a part is what was written into the page", async () => {
  const content = Uint8Array.from({ length: 1000 }, (_, at) => at % 256);
  const written = gzipSync(content).toString("base64");
  expect(await unzipped(bytesOf(written))).toEqual(content);
});

test("what is written into a page to be shared is read from it again", async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
  expect(bytesOf(base64Of(await zipped(bytes)))).toEqual(await zipped(bytes));
  const shared: Shared = { id: "1", title: "T", note: "", ruleset: "a/2025", opened: [{ name: "a.rules", data: new Blob(["Rot"]) }], text: "Red → Ä", understood: "of before",
    scenarios: [{ name: "n", text: "t" }], data: [{ name: "x.txt", data: new Blob([bytes]) }] };
  const again = read(await written(shared));
  expect(again).toEqual({ ...shared, data: [{ name: "x.txt", data: expect.any(Blob) as Blob }] });
  expect(new Uint8Array(await again.data[0]!.data.arrayBuffer())).toEqual(bytes);
});
