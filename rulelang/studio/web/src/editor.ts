// The editor of rule text.
import { autocompletion, closeBrackets, type CompletionContext, completionKeymap, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic as Shown, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, RangeSetBuilder, type Text } from "@codemirror/state";
import { closeHoverTooltips, Decoration, type DecorationSet, drawSelection, EditorView, hasHoverTooltips, highlightActiveLine, hoverTooltip, keymap, lineNumbers, type Tooltip, ViewPlugin } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Completion, Edit, Hover, Position, Problem } from "./answers";
import { h } from "./dom";
import { offset, position, stretch } from "./places";
import { told } from "./problems";

const HEADS =
  /^(ruleset|vocabulary|based on|what if|priority|for|replace|add|remove|example|given|expect|because|cites|uses|levels|earlier years|measure|suspended|except|of|only)\b/;

const language = StreamLanguage.define<{ start: boolean }>({
  startState: () => ({ start: true }),
  token(stream, state) {
    if (stream.sol()) state.start = true;
    if (stream.eatSpace()) return null;
    if (stream.match(/#.*/)) return "comment";
    if (stream.match(/"[^"]*"?/)) return "string";
    if (stream.match(/→|->/)) return "operator";
    if (state.start && stream.match(HEADS)) return "keyword";
    state.start = false;
    if (stream.match(/[\p{L}\p{N}]+(?=:)/u)) return "labelName";
    if (stream.match(/\d+([.,]\d+)*/)) return "number";
    if (!stream.match(/[\p{L}\p{N}/]+/u)) stream.next();
    return null;
  },
});

const colors = HighlightStyle.define([
  { tag: tags.keyword, class: "t-keyword" },
  { tag: tags.string, class: "t-string" },
  { tag: tags.comment, class: "t-comment" },
  { tag: tags.labelName, class: "t-label" },
  { tag: tags.number, class: "t-number" },
  { tag: tags.operator, class: "t-operator" },
]);

const HANGING = 4;

/** Indents what is left of a line that is too long, so that it is seen where the next line begins. */
const hanging = ViewPlugin.define((view) => ({ lines: indented(view), update: function (change) { if (change.docChanged || change.viewportChanged) this.lines = indented(change.view); } }), { decorations: (one) => one.lines });

function indented(view: EditorView): DecorationSet {
  const found = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let line = view.state.doc.lineAt(from); ; line = view.state.doc.lineAt(line.to + 1)) {
      const depth = line.text.search(/\S|$/) + HANGING;
      found.add(line.from, line.from, Decoration.line({ attributes: { style: `padding-left: calc(${depth}ch + 6px); text-indent: -${depth}ch` } }));
      if (line.to >= to) break;
    }
  }
  return found.finish();
}

/** What the editor asks of what understands rules, and whom it tells of changes. */
export interface Language {
  changed(text: string): void;
  complete(text: string, at: Position): Promise<Completion[]>;
  hover(text: string, at: Position): Promise<Hover | null>;
}

export class Editor {
  private readonly view: EditorView;

  constructor(
    place: HTMLElement,
    private readonly language: Language,
  ) {
    this.view = new EditorView({ parent: place, state: this.state("") });
    // What is being written stays in sight when there is less room for it, as when errors are listed below.
    new ResizeObserver(() => this.view.hasFocus && this.view.dispatch({ effects: EditorView.scrollIntoView(this.view.state.selection.main.head) })).observe(this.view.dom);
    // What is dictated or pasted with the mouse into the search has no key that comes up, by which the search would take it up.
    this.view.dom.addEventListener("input", ({ target }) => target instanceof HTMLInputElement && target.dispatchEvent(new Event("change")));
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  put(text: string): void {
    this.view.setState(this.state(text));
  }

  /** Puts another text in the place of the whole, which can be undone. */
  replace(text: string): void {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  show(problems: Problem[]): void {
    const { state } = this.view;
    this.view.dispatch(setDiagnostics(state, problems.map((one) => shown(one, state.doc))));
  }

  go(to: Position): void {
    this.view.dispatch({ selection: { anchor: offset(this.view.state.doc, to) }, scrollIntoView: true });
    this.view.focus();
  }

  select(from: number, to: number): void {
    this.view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    this.view.focus();
  }

  /** Makes the edits that mend a problem. */
  mend(edits: Edit[]): void {
    mend(this.view, edits);
  }

  private state(doc: string): EditorState {
    return EditorState.create({ doc, extensions: extensions(this.language) });
  }
}

function extensions(rules: Language) {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightSelectionMatches({ wholeWords: true }),
    closeBrackets(),
    autocompletion({ override: [(context) => completed(context, rules)], icons: false }),
    hoverTooltip((view, at) => hovered(view, at, rules)),
    EditorView.lineWrapping,
    hanging,
    EditorView.contentAttributes.of({ "aria-label": "Rules", tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
    language,
    syntaxHighlighting(colors),
    lintGutter(),
    keymap.of([{ key: "Escape", run: closesNotes }, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) rules.changed(update.state.doc.toString());
    }),
  ];
}

/** Closes what is shown beside words; returns whether there was anything. */
function closesNotes(view: EditorView): boolean {
  if (!hasHoverTooltips(view.state)) return false;
  view.dispatch({ effects: closeHoverTooltips });
  return true;
}

async function completed(context: CompletionContext, rules: Language): Promise<CompletionResult | null> {
  if (!context.explicit && !context.matchBefore(/[\p{L}\p{N}]+/u)) return null;
  const { doc } = context.state;
  const found = await rules.complete(doc.toString(), position(doc, context.pos));
  const [only] = found;
  if (!only || (found.length === 1 && doc.sliceString(offset(doc, only.range.start), context.pos) === only.label)) return null;
  const options = found.map((one, at) => ({
    ...{ label: one.filter || one.label, displayLabel: one.label, detail: one.detail, boost: -at / found.length },
    ...(one.says ? { info: one.says } : {}),
    apply: (view: EditorView) => {
      const from = offset(view.state.doc, one.range.start);
      view.dispatch({ changes: { from, to: context.pos > from ? view.state.selection.main.head : from, insert: one.label }, selection: { anchor: from + one.label.length } });
    },
  }));
  return { from: Math.min(...found.map((one) => offset(doc, one.range.start))), options, filter: false };
}

async function hovered(view: EditorView, at: number, rules: Language): Promise<Tooltip | null> {
  const { doc } = view.state;
  const found = await rules.hover(doc.toString(), position(doc, at));
  if (!found) return null;
  const create = () => {
    const parts = (text: string) => text.split("**").map((one, at) => (at % 2 ? h("strong", {}, one) : one.replaceAll("`", "")));
    return { dom: h("div", { class: "cm-hover" }, found.text.split(/\n{2,}/).map((one) => h("p", {}, parts(one)))) };
  };
  return { pos: offset(doc, found.range.start), end: offset(doc, found.range.end), create };
}

// ---- problems ----

function shown(one: Problem, doc: Text): Shown {
  const renderMessage = (view: EditorView) => h("div", {}, told(one, (edits) => mend(view, edits)));
  return { ...stretch(doc, one.range), severity: one.severity, message: one.message, renderMessage };
}

function mend(view: EditorView, edits: Edit[]): void {
  view.dispatch({ changes: edits.map(({ range, text }) => ({ ...stretch(view.state.doc, range), insert: text })) });
  view.focus();
}
