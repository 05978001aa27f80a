// The rows of the table of LEAs: what is shown of them, and in which order.
import type { Impact, Lea, Move } from "./answers";

export interface Row {
  code: string;
  lea: string;
  county: string;
  kind: string;
  before: string;
  after: string;
  move?: Move;
}

export type Column = "lea" | "county" | "before" | "after";
export interface Order {
  by: Column;
  down: boolean;
}

export const EVERYBODY = "everybody";
export const MOVED = "moved";
export const OTHERWISE = "Same determination, other reasons";

/** The results that are lists. */
const LISTED = ["methods", "referrals", "student_groups", "priorities"];

/** Returns what those are chosen by who get a determination. */
export function determined(name: string): string {
  return `gets ${name}`;
}

/** Returns a row for each LEA, with its move if it is answered otherwise. */
export function rowsOf(leas: Lea[], impact: Impact): Row[] {
  const moves = new Map(impact.moves.map((move) => [move.code, move]));
  const [before, after] = impact.outcomes;
  return leas.map(([code, lea, county, kind], at) => ({
    ...{ code, lea, county, kind, before: before[at] ?? "", after: after[at] ?? "" },
    ...(moves.has(code) ? { move: moves.get(code)! } : {}),
  }));
}

/** Returns in one phrase how an LEA moves. */
export function kindOfMove(row: Row): string {
  if (row.move?.way) return row.move.way;
  return row.before === row.after ? OTHERWISE : `${row.before} → ${row.after}`;
}

/** Returns what changes for an LEA: the rules that hold now and no longer, and where it gets the same the reasons. */
export function why({ move, before, after }: Row): string {
  if (!move) return "";
  const reasons = before === after && `${move.what.replace("_", " ")} ${difference(move)}`;
  return [move.text, reasons].filter(Boolean).join("; ");
}

/** Returns what one list has and another has not, or the two where they are no lists. */
function difference({ what, before, after }: Move): string {
  if (!LISTED.includes(what)) return `${before} → ${after}`;
  const [was, now] = [before, after].map((one) => (one === "none" ? [] : one.split(", "))) as [string[], string[]];
  const signed = (sign: string, some: string[]) => (some.length > 0 ? [`${sign} ${some.join(", ")}`] : []);
  return [...signed("+", now.filter((one) => !was.includes(one))), ...signed("−", was.filter((one) => !now.includes(one)))].join("; ");
}

/** Returns the kinds of moves there are with how many LEAs move so, the most frequent first. */
export function kindsOfMoves(rows: Row[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const row of rows) if (row.move) counts.set(kindOfMove(row), (counts.get(kindOfMove(row)) ?? 0) + 1);
  return [...counts].sort((a, b) => Number(a[0] === OTHERWISE) - Number(b[0] === OTHERWISE) || b[1] - a[1]);
}

/** Returns the rows that are asked for, in order; determinations in the order of `ranks`. */
export function chosen(rows: Row[], which: string, search: string, order: Order, ranks: string[] = []): Row[] {
  const words = search.toLocaleLowerCase("en-US").split(/\s+/).filter(Boolean);
  const found = rows.filter((row) => isAsked(row, which) && words.every((word) => text(row).includes(word)));
  const sign = order.down ? -1 : 1;
  const compare = new Intl.Collator("en-US", { numeric: true }).compare;
  const rank = (row: Row) => (order.by === "before" || order.by === "after" ? ranks.indexOf(row[order.by]) : 0);
  return found.sort((a, b) => sign * (rank(a) - rank(b) || compare(a[order.by], b[order.by])) || compare(a.lea, b.lea) || compare(a.code, b.code));
}

function isAsked(row: Row, which: string): boolean {
  if (which === EVERYBODY || which === determined(row.after)) return true;
  return !!row.move && (which === MOVED || kindOfMove(row) === which);
}

function text(row: Row): string {
  return [row.code, row.lea, row.county, row.kind, row.before, row.after, row.move?.text ?? ""].join(" ").toLocaleLowerCase("en-US");
}

/** Returns for each county how many LEAs it has and how they move. */
export function byCounty(rows: Row[]): { county: string; leas: number; moves: [string, number][]; moved: number }[] {
  const counties = new Map<string, Row[]>();
  for (const row of rows) counties.set(row.county, [...(counties.get(row.county) ?? []), row]);
  return [...counties]
    .map(([county, some]) => ({ county, leas: some.length, moves: kindsOfMoves(some), moved: some.filter((row) => row.move).length }))
    .sort((a, b) => b.moved - a.moved || a.county.localeCompare(b.county, "en-US"));
}
