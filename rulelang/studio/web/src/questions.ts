// What the page and the worker say to each other.
export type Parts = Record<string, Uint8Array<ArrayBuffer>>;

/** A file that somebody gave the page; the browser keeps what is in it aside. */
export interface FileGiven {
  name: string;
  data: Blob;
}

export interface Start {
  number: number;
  parts: Parts;
}

export interface Question {
  number: number;
  parts?: never;
  what: string;
  given: object;
  files: FileGiven[];
}

export interface Progress {
  what: string;
  done: number;
  all: number;
}

export type Answer =
  | { progress: Progress; number?: never }
  | { number: number; found: unknown; failed?: never; progress?: never }
  | { number: number; failed: string; crashed: boolean; found?: never; progress?: never };
