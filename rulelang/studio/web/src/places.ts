// Places as Python counts them, by characters, and as the editor does.
import type { Text } from "@codemirror/state";
import type { Position, Range } from "./answers";

export function offset(doc: Text, { line, column }: Position): number {
  const held = doc.line(Math.min(line + 1, doc.lines));
  return held.from + [...held.text].slice(0, column).join("").length;
}

export function position(doc: Text, at: number): Position {
  const line = doc.lineAt(at);
  return { line: line.number - 1, column: [...line.text.slice(0, at - line.from)].length };
}

export function stretch(doc: Text, { start, end }: Range): { from: number; to: number } {
  const from = offset(doc, start);
  return { from, to: Math.max(offset(doc, end), from) };
}
