import { err, ok, type Result } from '../../../../kernel/result.js';

/** Decoded form data: `a[b][0]=x` is `{ a: { b: { 0: 'x' } } }`. Without a prototype. */
export interface FormTree {
  [name: string]: string | FormTree;
}

const PARAMETERS_MAX = 1_000;
const DEPTH_MAX = 10;
const NAME = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;
const BRACKETS = /\[([^[\]]*)\]/g;

/**
 * Reads `application/x-www-form-urlencoded` text with names in brackets, as Stripe's API takes it:
 * `metadata[key]=x` for a map, `expand[0]=x` or `expand[]=x` for a list. The error says why not.
 */
export function decodeForm(text: string): Result<FormTree, string> {
  const root = emptyTree();
  if (text === '') return ok(root);
  const pairs = text.split('&');
  if (pairs.length > PARAMETERS_MAX) return err(`More than ${PARAMETERS_MAX} parameters`);
  for (const pair of pairs) {
    const decoded = decodePair(pair);
    if (decoded === null) return err('Invalid encoding of the request parameters');
    const { name, path, value } = decoded;
    if (!assign(root, path, value)) return err(`Invalid parameter: ${name}`);
  }
  return ok(root);
}

/** The list that a tree stands for, or null when it is a map. */
export function asList(tree: FormTree): (string | FormTree)[] | null {
  const names = Object.keys(tree);
  if (!names.every((name) => /^\d{1,4}$/.test(name))) return null;
  return names
    .sort((a, b) => Number(a) - Number(b))
    .flatMap((name) => {
      const value = tree[name];
      return value === undefined ? [] : [value];
    });
}

interface Pair {
  readonly name: string;
  readonly path: readonly string[];
  readonly value: string;
}

function decodePair(pair: string): Pair | null {
  const split = pair.indexOf('=');
  const name = decodeText(split < 0 ? pair : pair.slice(0, split));
  const value = decodeText(split < 0 ? '' : pair.slice(split + 1));
  const path = name === null ? null : pathOf(name);
  return name === null || value === null || path === null ? null : { name, path, value };
}

function pathOf(name: string): string[] | null {
  const parts = NAME.exec(name);
  if (parts === null) return null;
  const [, first = '', brackets = ''] = parts;
  const rest = [...brackets.matchAll(BRACKETS)].map(([, inner = '']) => inner);
  return rest.length < DEPTH_MAX ? [first, ...rest] : null;
}

function decodeText(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** False when the name is used as a value and as a container at once. */
function assign(root: FormTree, path: readonly string[], value: string): boolean {
  let node = root;
  for (const [index, step] of path.entries()) {
    const name = step === '' ? String(Object.keys(node).length) : step;
    const existing = node[name];
    if (index === path.length - 1) {
      if (typeof existing === 'object') return false;
      node[name] = value;
      return true;
    }
    if (typeof existing === 'string') return false;
    node = existing ?? (node[name] = emptyTree());
  }
  return true;
}

function emptyTree(): FormTree {
  return Object.create(null) as FormTree;
}
