import { isObject, type RequestBody } from './inference.request.js';

/**
 * Makes one chunk of a stream out of two that follow each other, so that whoever adds chunks up gets the same:
 * text, reasoning, refusals and arguments of tools in their order and to the byte, logprobs token by token,
 * the reason to stop. Null: these two have to stay two.
 */
export function mergeChunks(first: RequestBody, second: RequestBody): RequestBody | null {
  const head = mergeMembers(omit(first, CHUNKS_OWN), omit(second, CHUNKS_OWN), {});
  const choices = mergeLists(first['choices'], second['choices'], mergeChoices);
  if (head === null || choices === null) return null;
  const own = Object.fromEntries(CHUNKS_OWN.flatMap((name) => (name in first ? [[name, first[name]]] : [])));
  return { ...own, ...head, choices };
}

/** Members that may differ from chunk to chunk and say nothing of the answer: the first one's stay. */
const CHUNKS_OWN = ['created', 'obfuscation', 'choices'] as const;

type Merge = (first: unknown, second: unknown) => unknown;
/** In place of a value: there is none for both. */
const APART = Symbol('apart');

/** Elements with the same `index` are one. */
function mergeLists(
  first: unknown,
  second: unknown,
  merge: (first: RequestBody, second: RequestBody) => RequestBody | null,
): readonly RequestBody[] | null {
  if (!isIndexed(first) || !isIndexed(second)) return null;
  const merged = [...first];
  for (const one of second) {
    const at = merged.findIndex(({ index }) => index === one['index']);
    const before = merged[at];
    const both = before === undefined ? one : merge(before, one);
    if (both === null) return null;
    merged[at === -1 ? merged.length : at] = both;
  }
  return merged;
}

/** A list of objects that each say where in the answer they belong, once. */
function isIndexed(list: unknown): list is readonly RequestBody[] {
  if (!Array.isArray(list) || !list.every(isObject)) return false;
  const indexes = list.map(({ index }) => index);
  return indexes.every(Number.isInteger) && new Set(indexes).size === indexes.length;
}

function mergeChoices(first: RequestBody, second: RequestBody): RequestBody | null {
  // Nothing follows the end of an answer.
  if (typeof first['finish_reason'] === 'string') return null;
  const kinds = kindsOf(first);
  const later = kindsOf(second);
  // Thought, text and calls have an order among them that one chunk could not tell.
  const isSameKind = kinds.length === 0 || later.length === 0 || kinds.join() === later.join();
  return isSameKind ? mergeMembers(first, second, CHOICE) : null;
}

const TEXTS = ['content', 'reasoning_content', 'reasoning', 'refusal'] as const;

function kindsOf({ delta }: RequestBody): readonly string[] {
  if (!isObject(delta)) return [];
  const texts = TEXTS.filter((name) => typeof delta[name] === 'string' && delta[name] !== '');
  return delta['tool_calls'] === undefined ? texts : [...texts, 'tool_calls'];
}

/** Text goes on; where one says nothing, the other says it. */
const text: Merge = (first, second) =>
  typeof first === 'string' && typeof second === 'string' ? first + second : eitherOf(first, second);

const list: Merge = (first, second) =>
  Array.isArray(first) && Array.isArray(second) ? [...first, ...second] : eitherOf(first, second);

const object = (rules: Readonly<Record<string, Merge>>): Merge => (first, second) => {
  if (!isObject(first) || !isObject(second)) return eitherOf(first, second);
  return mergeMembers(first, second, rules) ?? APART;
};

const calls: Merge = (first, second) => {
  if (!Array.isArray(first) || !Array.isArray(second)) return eitherOf(first, second);
  return mergeLists(first, second, (one, next) => mergeMembers(one, next, CALL)) ?? APART;
};

const CALL = { function: object({ arguments: text }) };
const LISTS = ['content', 'refusal', 'tokens', 'token_logprobs', 'top_logprobs', 'text_offset'];
const CHOICE: Readonly<Record<string, Merge>> = {
  text,
  logprobs: object(Object.fromEntries(LISTS.map((name) => [name, list]))),
  delta: object({
    ...Object.fromEntries(TEXTS.map((name) => [name, text])),
    tool_calls: calls,
    function_call: object({ arguments: text }),
  }),
};

/** Members by their rules; what has no rule must be the same in both, or said by one only. */
function mergeMembers(
  first: RequestBody,
  second: RequestBody,
  rules: Readonly<Record<string, Merge>>,
): RequestBody | null {
  const merged = new Map<string, unknown>(Object.entries(first));
  for (const [name, value] of Object.entries(second)) {
    // Names are the upstream's: some of them every object has.
    const merge = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const both = merged.has(name) ? (merge ?? eitherOf)(merged.get(name), value) : value;
    if (both === APART) return null;
    merged.set(name, both);
  }
  return Object.fromEntries(merged);
}

const eitherOf: Merge = (first, second) => {
  if (first === null || first === undefined) return second;
  if (second === null || second === undefined) return first;
  return JSON.stringify(first) === JSON.stringify(second) ? first : APART;
};

function omit(body: RequestBody, names: readonly string[]): RequestBody {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}
