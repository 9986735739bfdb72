import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { EditorState, Prec, type Extension, type Transaction } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useEffectEvent, useLayoutEffect, useRef, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { present } from '../../src/kernel/assert.js';

/** The colours of the page: they reach into the editor, its other styles do not. */
const THEME = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', minHeight: 'var(--editor-min)' },
  '.cm-content': { caretColor: 'var(--text)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { color: 'var(--soft)', backgroundColor: 'var(--surface)', border: '0' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-fill)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-fill)' },
  '.cm-tooltip': {
    ...{ color: 'var(--text)', backgroundColor: 'var(--surface)', border: '1px solid var(--line)' },
    ...{ borderRadius: '6px', boxShadow: 'var(--lift)', maxWidth: 'min(28rem, 90vw)' },
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--text)', backgroundColor: 'var(--accent-soft)' },
  '.cm-completionDetail': { color: 'var(--soft)', fontStyle: 'normal' },
  '.cm-completionMatchedText': { color: 'var(--accent)', textDecoration: 'none' },
  // In the place of images that the page's policy does not allow.
  '.cm-lintRange-error, .cm-lintRange-warning, .cm-lintRange-info, .cm-lintRange-hint': {
    ...{ backgroundImage: 'none', textDecoration: 'underline wavy var(--danger)' },
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--danger)' },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.definitionKeyword, tags.bool, tags.null], color: 'var(--ask)' },
  { tag: [tags.string, tags.number, tags.integer], color: 'var(--test)' },
  { tag: [tags.propertyName, tags.attributeName, tags.variableName], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--soft)' },
]);

/** Typed over a selection: the browser's own way carries its styles over, inline, which the page's policy refuses. */
const TYPED_OVER = EditorView.domEventHandlers({
  beforeinput: ({ inputType, data }, view) => {
    const { state } = view;
    if (inputType !== 'insertText' || data === null || state.selection.main.empty) return false;
    const { from, to } = state.selection.main;
    const insert = (): Transaction => view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type' });
    // As the editor does with what is typed elsewhere: a bracket stands around what was chosen.
    if (!state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, data, insert))) view.dispatch(insert());
    return true;
  },
});

const COMMON: readonly Extension[] = [
  ...[lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), autocompletion()],
  keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
  ...[TYPED_OVER, THEME, syntaxHighlighting(COLOURS), EditorView.lineWrapping],
];

export interface CodeEditorProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
  /** What it knows of its language: taken once. */
  readonly language: Extension;
  /** Told of the editor once it is there. */
  readonly onReady?: (view: EditorView) => void;
}

const LET_GO_MS = 2_000;

/** The editor does so by itself, but not where Escape has closed a list of completions as well. */
function letGo(view: EditorView): boolean {
  view.setTabFocusMode(LET_GO_MS);
  return false;
}

/**
 * An editor with completion and marks of errors. It stands in a shadow root, where its styles are adopted sheets:
 * the page's policy allows no style elements. Tab writes; Escape, then Tab leaves.
 */
export function CodeEditor({ label, value, onChange, onRun, language, onReady }: CodeEditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changed = useEffectEvent(onChange);
  const run = useEffectEvent(onRun);
  const ready = useEffectEvent((made: EditorView) => onReady?.(made));
  const begin = useEffectEvent((): EditorView => {
    const element = present(host.current, 'place of the editor');
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const start = ({ state }: EditorView): boolean => {
      // What was written just before the keys was told to nobody yet who would run it.
      flushSync(() => changed(state.doc.toString()));
      run();
      return true;
    };
    const extensions = [
      Prec.highest(keymap.of([{ key: 'Ctrl-Enter', run: start }, { key: 'Mod-Enter', run: start }, { key: 'Escape', run: letGo }])),
      ...[COMMON, language],
      EditorView.contentAttributes.of({ 'aria-label': label, 'aria-description': 'Escape, then Tab leaves the editor' }),
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (docChanged) changed(state.doc.toString());
      }),
    ];
    return new EditorView({ state: EditorState.create({ doc: value, extensions }), parent: root, root });
  });
  useEffect(() => {
    const made = begin();
    view.current = made;
    ready(made);
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);
  // In the turn in which it is drawn: later, what was typed since would be taken for old, and written over.
  useLayoutEffect(() => {
    // An example or something of the history: what one types is there already.
    const { current } = view;
    if (current === null || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);
  return <div ref={host} className="editor" />;
}
