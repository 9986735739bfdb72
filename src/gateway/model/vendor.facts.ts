import { isObject, type RequestBody } from './inference.request.js';

/**
 * Where an answer says what was used, first found first: OpenAI, vLLM, TGI and Cerebras in `usage`; Groq's
 * streams in `x_groq.usage` (https://console.groq.com/docs/api-reference).
 */
const USAGE_AT: readonly (readonly string[])[] = [['usage'], ['x_groq', 'usage']];

/** The value at a path; undefined when there is none, or null. */
function at(body: RequestBody, path: readonly string[]): unknown {
  const found = path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), body);
  return found === null ? undefined : found;
}

/** What an upstream claims was used, as it wrote it; undefined: it claims nothing. */
export function usageIn(body: RequestBody): unknown {
  return USAGE_AT.map((path) => at(body, path)).find((usage) => usage !== undefined);
}

/** The body without any claim of usage. */
export function withoutUsage(body: RequestBody): RequestBody {
  const { usage: _usage, x_groq: groq, ...rest } = body;
  if (!isObject(groq)) return rest;
  const { usage: _own, ...others } = groq;
  return { ...rest, x_groq: others };
}

/** What a status says about the upstream. */
export type StatusMeaning =
  | 'ok'
  /** The request itself is wrong: no other lane would take it. */
  | 'request'
  /** Full right now: 498 is Groq's word for a flex tier without room. */
  | 'busy'
  /** Everything else, wrong credentials included: another lane may well answer. */
  | 'failed';

const BUSY = new Set([429, 498, 503, 529]);
const ABOUT_REQUEST = new Set([400, 413, 422]);

export function meaningOf(status: number): StatusMeaning {
  if (status === 200) return 'ok';
  if (ABOUT_REQUEST.has(status)) return 'request';
  return BUSY.has(status) ? 'busy' : 'failed';
}
