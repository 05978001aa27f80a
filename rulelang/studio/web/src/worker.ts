// The worker that runs Python. It gets the parts of Python once, and then answers one question after another.
// Nothing is fetched: what Pyodide asks for by address is among the parts.
import { loadPyodide } from "pyodide";
// @ts-expect-error  the module has no types of its own
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import type { Answer, FileGiven, Parts, Question, Start } from "./questions";

declare const PYTHON_INFO: object;
const HOME = "/home/studio";
const GIVEN = `${HOME}/given`;
const OWN = ["rulelang.zip", "compiled.zip"];
const NOWHERE = "https://parts.invalid/";

interface Session {
  answer(what: string, given: string): string;
}

let session: Session;
let fileSystem: { filesystems: { WORKERFS: object }; mount(type: object, options: { blobs: FileGiven[] }, path: string): void; unmount(path: string): void };

function serve(parts: Parts): void {
  globalThis.fetch = async (address) => {
    const name = String(address).slice(NOWHERE.length);
    const part = parts[name];
    if (!part) throw new Error(`${name} is not part of the page`);
    const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(part as BlobPart, { headers: { "content-type": type } });
  };
}

async function start(parts: Parts): Promise<void> {
  serve(parts);
  const python = await loadPyodide({
    indexURL: NOWHERE,
    lockFileContents: { info: PYTHON_INFO, packages: {} } as never,
    createPyodideModule,
    env: { HOME, XDG_CACHE_HOME: "/tmp/cache", PYTHONDONTWRITEBYTECODE: "1" },
  } as never);
  globalThis.fetch = () => Promise.reject(new Error("nothing is fetched"));
  const packages = python.runPython("import site; site.getsitepackages()[0]");
  for (const [name, bytes] of Object.entries(parts)) {
    if (name.endsWith(".whl")) python.unpackArchive(bytes as never, "wheel", { extractDir: packages });
    else if (OWN.includes(name)) python.unpackArchive(bytes as never, "zip", { extractDir: packages });
  }
  python.FS.mkdirTree(GIVEN);
  python.unpackArchive(parts["sample.zip"] as never, "zip", { extractDir: HOME });
  fileSystem = python.FS as unknown as typeof fileSystem;
  mount([]);
  python.FS.chdir(`${packages}/rulelang`); // so that messages name the rulesets by their folder alone
  const module = python.pyimport("rulelang.studio.session");
  session = module.Session(HOME, (what: string, done: number, all: number) => say({ progress: { what, done, all } }));
}

function say(answer: Answer): void {
  globalThis.postMessage(answer);
}

/** Lets Python see files that were given; what is in them is read where Python reads it, and not held. */
function mount(blobs: FileGiven[]): void {
  fileSystem.mount(fileSystem.filesystems.WORKERFS, { blobs }, GIVEN);
}

globalThis.onmessage = async ({ data }: MessageEvent<Start | Question>) => {
  try {
    if (data.parts) {
      await start(data.parts);
      say({ number: data.number, found: null });
    } else {
      if (data.files.length) {
        fileSystem.unmount(GIVEN); // which held the files of before
        mount(data.files);
      }
      say({ number: data.number, found: JSON.parse(session.answer(data.what, JSON.stringify(data.given))) });
    }
  } catch (error) {
    const isPythons = error instanceof Error && error.name === "PythonError" && !/MemoryError/.test(error.message);
    say({ number: data.number, failed: error instanceof Error ? error.message : String(error), crashed: !isPythons && !data.parts });
  }
};
