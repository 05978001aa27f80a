// Builds what `rulelang studio` puts into a page, into ../built: the page's own script and style, the worker that runs
// Python, Pyodide, and the wheels of libraries that are not pure Python, as PyPI has them.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compiler } from "./compiled.mjs";
import { cutOut } from "./map.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "..", "built");
const pyodide = join(here, "node_modules", "pyodide");
const python = process.env.PYTHON ?? "python3";
const { info } = JSON.parse(readFileSync(join(pyodide, "pyodide-lock.json"), "utf8"));

rmSync(built, { recursive: true, force: true });
mkdirSync(built);

const shared = { bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning" };
await build({ ...shared, entryPoints: [join(here, "src/main.ts")], outfile: join(built, "page.js"), format: "iife" });
await build({
  ...shared,
  entryPoints: [join(here, "src/worker.ts")],
  outfile: join(built, "worker.js"),
  format: "iife",
  external: ["node:*", "ws"],
  define: { PYTHON_INFO: JSON.stringify(info), "import.meta.url": '"https://parts.invalid/worker.js"' },
  // A page on disk can start classic workers only, in which Pyodide refuses to run; it knows them by this function.
  banner: { js: 'globalThis.importScripts = () => { throw new Error("nothing is imported"); };' },
});
await build({ ...shared, entryPoints: [join(here, "src/style.css")], outfile: join(built, "page.css") });
const hash = createHash("sha256"); // by which rulelang sees that the page is of other sources
for (const name of readdirSync(join(here, "src")).sort()) hash.update(readFileSync(join(here, "src", name)));
writeFileSync(join(built, "sources.sha256"), hash.digest("hex"));

copyFileSync(join(pyodide, "pyodide.asm.wasm"), join(built, "pyodide.asm.wasm"));
const compiled = await compiler();
writeFileSync(join(built, "python_stdlib.zip"), compiled(readFileSync(join(pyodide, "python_stdlib.zip")), false));
writeFileSync(join(built, "compiled.zip"), compiled(inPython("page.python_files()"), true));
writeFileSync(join(built, "map.json"), JSON.stringify(cutOut(JSON.parse(readFileSync(join(here, "../../../rulesets/map.json"), "utf8")))));
writeFileSync(join(built, "sample.zip"), inPython("page.sample_files()"));
execFileSync(
  python,
  [
    ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"],
    ...["--require-hashes", "-r", join(here, "wheels.txt"), "-d", built],
    ...["--implementation", "cp", "--python-version", info.python.split(".").slice(0, 2).join(".")],
    ...["--abi", `cp${info.python.split(".").slice(0, 2).join("")}`],
    ...["--platform", `pyemscripten_${info.abi_version}_wasm32`],
  ],
  { stdio: "inherit" },
);

/** Returns the bytes of an expression over rulelang.studio.page, worked out by the Python of the machine. */
function inPython(expression) {
  const code = `import sys
import rulelang.studio.page as page; sys.stdout.buffer.write(${expression})`;
  return execFileSync(python, ["-c", code], { cwd: join(here, "..", "..", ".."), maxBuffer: 1 << 28 });
}
