// Where a rule can be changed: a rule of an earlier year is not in the text, and has to be replaced there. And how a change is undone.

/** Where a change puts a rule: `add PZ before DA: …`. */
const PLACE = String.raw`(?: (?:before|after) \w+)?`;

/** A rule, as the rules in full show it, with the head of the section that it is in. */
export interface InForce {
  heading: string | null;
  text: string;
}

/** Returns a text in which a rule can be changed, and from where to where its sentence is. */
export function changeable(text: string, rule: InForce): { text: string; from: number; to: number } {
  const [, label, sentence] = /^(\S+): (.*)$/s.exec(rule.text)!;
  const own = new RegExp(String.raw`^ *(?:(?:add|replace) )?${label}${PLACE}: *(.*)`, "m").exec(text);
  if (own) return { text, from: own.index + own[0].length - own[1]!.length, to: own.index + own[0].length };
  const lines = text.trimEnd().split("\n");
  const line = `${rule.heading ? "  " : ""}replace ${label}: ${sentence}`;
  const at = placeFor(lines, rule.heading);
  lines.splice(at.line, 0, ...at.before, line, ...at.after);
  const from = lines.slice(0, at.line + at.before.length).join("\n").length + 1 + line.length - sentence!.length;
  return { text: `${lines.join("\n")}\n`, from, to: from + sentence!.length };
}

/** Returns before which line a rule of a section belongs, and what is written around it: a section of its own comes before the examples. */
function placeFor(lines: string[], heading: string | null): { line: number; before: string[]; after: string[] } {
  if (heading === null) return { line: endOfHead(lines), before: [""], after: [] };
  const head = lines.indexOf(heading);
  if (head >= 0) return { line: head + 1, before: [], after: [] };
  const example = lines.findIndex((line) => line.startsWith("example "));
  return example >= 0 ? { line: example, before: [heading], after: [""] } : { line: lines.length, before: ["", heading], after: [] };
}

/** Returns the line behind the first paragraph, which says what ruleset this is; sections come after it. */
function endOfHead(lines: string[]): number {
  const blank = lines.findIndex((one) => !one.trim());
  return blank >= 0 ? blank : lines.length;
}

/** Returns a text in which a rule is as it was in the text that was opened; null if no line says by itself what became of it. */
export function undone(opened: string, text: string, label: string): string | null {
  const [before, after] = [opened.trimEnd().split("\n"), text.trimEnd().split("\n")];
  const [old, now] = [statementAt(before, label), statementAt(after, label)];
  if (now) {
    const own = old ? before.slice(old.from, old.to) : [];
    const inSection = /^ /.test(after[now.from]!);
    after.splice(now.from, now.to - now.from, ...own);
    if (!old && inSection) dropEmptySection(after, now.from - 1, before);
  } else {
    const line = old ? after.indexOf(before[old.from - 1]!) : -1;
    if (!old || line < 0) return null;
    after.splice(line + 1, 0, ...before.slice(old.from, old.to));
  }
  return `${after.join("\n")}\n`;
}

/** Returns the lines of the statement about a rule: the first has its label, the others are indented below it. */
function statementAt(lines: string[], label: string): { from: number; to: number } | undefined {
  const own = new RegExp(String.raw`^( *)(?:(?:(?:add|replace) )?${label}${PLACE}:|remove ${label}\s*(?:#.*)?$)`);
  const from = lines.findIndex((line) => own.test(line));
  if (from < 0) return undefined;
  const indent = own.exec(lines[from]!)![1]!.length;
  const end = lines.findIndex((line, at) => at > from && (!line.trim() || line.search(/\S/) <= indent));
  return { from, to: end < 0 ? lines.length : end };
}

/** Removes the head of a section in which nothing is left, unless it was there before. */
function dropEmptySection(lines: string[], head: number, before: string[]): void {
  const isEmpty = !lines[head + 1]?.startsWith(" ");
  if (!isEmpty || !lines[head]?.trim() || /^ /.test(lines[head]!) || before.includes(lines[head]!)) return;
  lines.splice(head, 1);
  if (!lines[head - 1]?.trim()) lines.splice(head - 1, 1);
}
