// Files that people give the page and get from it, and what the browser keeps of their work.
import type { FileGiven } from "./questions";
import type { Scenario } from "./scenarios";

/** Returns files as they are now, whatever becomes of them on the disk; files of folders lie side by side. */
export async function filesGiven(files: Iterable<File>): Promise<FileGiven[]> {
  return Promise.all([...files].map(async (file) => ({ name: file.name, data: new Blob([await file.arrayBuffer()]) })));
}

/** Returns the files that were dropped, those in dropped folders too. */
export async function filesDropped(items: DataTransfer): Promise<File[]> {
  const entries = [...items.items].map((item) => item.webkitGetAsEntry?.()).filter((one): one is FileSystemEntry => !!one);
  if (entries.length === 0) return [...items.files];
  return (await Promise.all(entries.map(filesOf))).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map(filesOf))).flat());
  }
}

/** Has the browser save a file. */
export function save(name: string, ...content: BlobPart[]): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(content));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// ---- what is kept ----

export interface Work {
  ruleset: string;
  /** The files of rules that were opened, if it is no ruleset that comes with rulelang. */
  opened: FileGiven[] | null;
  text: string;
  /** The last text without errors. */
  understood: string;
  data: FileGiven[];
  scenarios: Scenario[];
}

const STORE = "work";
const PARTS = ["ruleset", "opened", "text", "understood", "data", "scenarios"] as const;

/** The work as the browser keeps it under a name; where it keeps nothing, such as in a private window, nothing happens. */
export class Kept {
  constructor(private readonly name: string) {}

  async keep<Part extends keyof Work>(part: Part, what: Work[Part]): Promise<void> {
    try {
      const database = await this.store();
      database.transaction(STORE, "readwrite").objectStore(STORE).put(what, part);
    } catch {
      return;
    }
  }

  /** Returns what was kept. */
  async all(): Promise<Partial<Work>> {
    try {
      const held = (await this.store()).transaction(STORE).objectStore(STORE);
      const found = await Promise.all(PARTS.map((part) => answered(held.get(part))));
      return Object.fromEntries(PARTS.map((part, at) => [part, found[at]]).filter(([, what]) => what !== undefined));
    } catch {
      return {};
    }
  }

  private store(): Promise<IDBDatabase> {
    const asked = indexedDB.open(this.name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    return answered(asked);
  }
}

function answered<Found>(asked: IDBRequest<Found>): Promise<Found> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
