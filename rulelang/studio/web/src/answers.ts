// What Python answers, as the page reads it (rulelang/studio/session.py).
export interface Place {
  file: string;
  line: number;
  column: number;
  start: number;
  end: number;
}

export interface Edit {
  place: Place;
  replacement: string;
}

export interface Diagnostic {
  code: string;
  severity: "error" | "warning";
  message: string;
  place: Place | null;
  data: { file: string; row: number | null; column: string | null } | null;
  help: string | null;
  notes: string[];
  edits: Edit[];
}

export interface Wrong {
  wrong: Diagnostic[];
}

export interface Listed {
  name: string;
  title: string | null;
  year: number | null;
}

export interface Opened {
  text: string;
  title: string;
  year: number;
}

/** Code, name, county and kind. */
export type Lea = [string, string, string, string];

export interface DataRead {
  made_up: boolean;
  years: number[];
  leas: Lea[];
  files: { name: string; year: number | null; used: number; refused: number; note: string }[];
  said: Diagnostic[];
}

export interface Move {
  code: string;
  lea: string;
  county: string;
  kind: string;
  what: string;
  before: string;
  after: string;
  text: string;
}

export type Counts = Record<string, number>;

export interface Impact {
  counts: [Counts, Counts];
  outcomes: [string[], string[]];
  moves: Move[];
}

export interface Example {
  title: string;
  inherited: boolean;
  line: number | null;
  passes: boolean;
  findings: { expected: string; found: string; passes: boolean }[];
}

export interface GridCell {
  text: string;
  note: string;
  rank: number;
}

export interface Grid {
  columns: string[];
  rows: { name: string; cells: GridCell[]; meets: string }[];
  without: string[];
}

export interface Part {
  words: string | null;
  value: string;
  decides: boolean;
}

export interface Rule {
  name: string;
  label: string | null;
  outcome: string;
  answer: string;
  text: string;
  cites: string[];
  because: string | null;
  parts: Part[];
}

export interface LeaPage {
  code: string;
  name: string;
  county: string;
  kind: string;
  outcome: string;
  is_open: boolean;
  sentence: string;
  groups_met: [string, string][];
  answers: [string, string][];
  groups: Grid;
  lea: Grid;
  history: [number, string][];
  missing: string[];
  explanation: string;
  rules: Rule[];
  student_groups: { code: string; name: string; rules: Rule[] }[];
}

export interface LeaAnswer {
  before: LeaPage;
  after: LeaPage;
}

export interface Ways {
  outcome: string;
  ends: boolean;
  obstacle: string;
  ways: string[][];
  count: number;
}

export function isWrong(answer: object): answer is Wrong {
  return "wrong" in answer;
}
