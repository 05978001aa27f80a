// The editor of rule text.
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic as Shown, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Diagnostic } from "./answers";

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
    if (stream.match(/\d+(\.\d+)?/)) return "number";
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

export interface Editor {
  readonly text: string;
  put(text: string): void;
  show(diagnostics: Diagnostic[]): void;
  go(at: number): void;
}

export function editor(place: HTMLElement, changed: (text: string) => void): Editor {
  const view = new EditorView({
    parent: place,
    state: EditorState.create({ extensions: extensions(changed) }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    put(text) {
      view.setState(EditorState.create({ doc: text, extensions: extensions(changed) }));
    },
    show(diagnostics) {
      view.dispatch(setDiagnostics(view.state, diagnostics.flatMap((one) => shown(one, view.state.doc.length))));
    },
    go(at) {
      view.dispatch({ selection: { anchor: Math.min(at, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    },
  };
}

function extensions(changed: (text: string) => void) {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    closeBrackets(),
    autocompletion(),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": "Rules", spellcheck: "false", autocapitalize: "off" }),
    language,
    syntaxHighlighting(colors),
    lintGutter(),
    keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) changed(update.state.doc.toString());
    }),
  ];
}

/** Returns a diagnostic as the editor shows it, with the edits that mend it as one action. */
function shown(one: Diagnostic, length: number): Shown[] {
  if (!one.place || one.place.start > length) return [];
  const from = one.place.start;
  const to = Math.min(Math.max(one.place.end, from), length);
  const edits = one.edits.map(({ place, replacement }) => ({ from: place.start, to: place.end, insert: replacement }));
  const actions = edits.length === 0 ? [] : [{ name: "Mend it", apply: (view: EditorView) => view.dispatch({ changes: edits }) }];
  const message = [one.message, ...(one.help ? [`Help: ${one.help}`] : [])].join("\n");
  return [{ from, to, severity: one.severity, message, source: one.code, actions }];
}
