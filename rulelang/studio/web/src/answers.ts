// What Python answers, as the page reads it (rulelang/studio/session.py).
/** A line and a column, both from 0; the column counts characters, where JavaScript counts some of them twice. */
export interface Position {
  line: number;
  column: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface Edit {
  range: Range;
  text: string;
}

/** One thing that is wrong with the rules: all `edits` together mend it, or else each of the `choices` alone. */
export interface Problem {
  code: string;
  severity: "error" | "warning";
  message: string;
  help: string | null;
  notes: string[];
  range: Range;
  edits: Edit[];
  choices: Edit[];
}

export interface Completion {
  label: string;
  kind: string;
  range: Range;
  detail: string;
  says: string;
  filter: string;
}

export interface Hover {
  range: Range;
  text: string;
}

/** One thing that is to be said of the data. */
export interface Diagnostic {
  code: string;
  severity: "error" | "warning";
  message: string;
  data: { file: string; row: number | null; column: string | null } | null;
  help: string | null;
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
  /** Of a number, whether it is higher or lower. */
  way?: string;
}

export type Counts = Record<string, number>;

export interface Impact {
  counts: [Counts, Counts];
  outcomes: [string[], string[]];
  moves: Move[];
  /** The student groups of the moves, by the codes that stand there. */
  groups?: Record<string, string>;
}

/** The impact of rules that determine nobody: who gets another level or amount, of the one thing that is looked at. */
export interface LevelImpact extends Impact {
  what: string;
  /** What there is to look at, each with how many get it otherwise. */
  choices: [string, number][];
  of_groups: boolean;
  /** Each with the code of the LEA and, if it is one, of the student group. */
  units: Lea[];
  /** What amounts come to together, before and after; blank of anything else. */
  totals: [string, string];
}

export function isOfLevels(answer: Impact): answer is LevelImpact {
  return "units" in answer;
}

/** What comes of one version of the rules. */
export interface Outcomes {
  counts: Counts;
  outcomes: string[];
}

export interface Change {
  how: string;
  label: string;
  before: string | null;
  after: string | null;
  cites: string[];
  because: string | null;
}

export interface Sentence {
  text: string;
  since: string;
  edited: boolean;
  cites: string[];
  because: string | null;
  confidence: string;
  table: string[];
}

export interface InFull {
  title: string;
  base: string | null;
  cites: string[];
  because: string | null;
  edits: Change[];
  changes: Change[];
  sections: { heading: string | null; rules: Sentence[] }[];
  levels: Sentence[];
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
  missing: string[];
  explanation: string;
  rules: Rule[];
  student_groups: { code: string; name: string; rules: Rule[] }[];
}

export interface LeaAnswer {
  before: LeaPage;
  after: LeaPage;
}

/** An LEA by rules that determine nobody. */
export type LeaLevels = Pick<LeaPage, "code" | "name" | "county" | "kind" | "groups" | "lea" | "explanation">;

/** A level or number that would change, of a student group or, if `of` is empty, of the LEA. */
export interface WayChange {
  of: string;
  what: string;
  before: string;
  after: string;
}

export interface Ways {
  outcome: string;
  ends: boolean;
  obstacle: string;
  ways: WayChange[][];
  count: number;
}

export function isWrong(answer: object): answer is Wrong {
  return "wrong" in answer;
}
