// Where a rule can be changed: a rule of an earlier year is not in the text, and has to be replaced there.

/** A rule, as the rules in full show it, with the head of the section that it is in. */
export interface InForce {
  heading: string | null;
  text: string;
}

/** Returns a text in which a rule can be changed, and from where to where its sentence is. */
export function changeable(text: string, rule: InForce): { text: string; from: number; to: number } {
  const [, label, sentence] = /^(\S+): (.*)$/s.exec(rule.text)!;
  const own = new RegExp(String.raw`^ *(?:(?:add|replace) )?${label}: *(.*)`, "m").exec(text);
  if (own) return { text, from: own.index + own[0].length - own[1]!.length, to: own.index + own[0].length };
  const lines = text.trimEnd().split("\n");
  const line = `${rule.heading ? "  " : ""}replace ${label}: ${sentence}`;
  const at = placeFor(lines, rule.heading);
  lines.splice(at.line, 0, ...at.before, line);
  const from = lines.slice(0, at.line + at.before.length).join("\n").length + 1 + line.length - sentence!.length;
  return { text: `${lines.join("\n")}\n`, from, to: from + sentence!.length };
}

/** Returns before which line a rule of a section belongs, and what stands before it: its section at the end, if there is none. */
function placeFor(lines: string[], heading: string | null): { line: number; before: string[] } {
  if (heading === null) return { line: endOfHead(lines), before: [""] };
  const head = lines.indexOf(heading);
  return head >= 0 ? { line: head + 1, before: [] } : { line: lines.length, before: ["", heading] };
}

/** Returns the line behind the first paragraph, which says what ruleset this is; sections come after it. */
function endOfHead(lines: string[]): number {
  const blank = lines.findIndex((one) => !one.trim());
  return blank >= 0 ? blank : lines.length;
}
