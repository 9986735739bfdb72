import { isObject, type RequestBody } from './inference.request.js';
import { addText, NO_OUTPUT, type OwnCount } from './token.count.js';
import { timesIn, usageIn, type ClaimedTimes } from './vendor.facts.js';

/** What one frame of an upstream's stream is. */
export type FrameFacts =
  /** A comment, or no data: keeps a connection alive. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'done' }
  /** No JSON object: nobody could do anything with it. */
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'error'; readonly message: string }
  | ChunkFacts;

export interface ChunkFacts {
  readonly kind: 'chunk';
  readonly body: RequestBody;
  readonly own: OwnCount;
  /** Says why the answer ended. */
  readonly isFinish: boolean;
  /** Has no choices: carries the usage, or nothing. */
  readonly isUsageOnly: boolean;
  /** As it was claimed; undefined: nothing was. */
  readonly usage: unknown;
  /** Where an answer ends: how long it took, as its upstream says; null: it does not. */
  readonly times: ClaimedTimes | null;
}

const DONE = '[DONE]';
const MESSAGE_LENGTH_MAX = 500;

/** `isListed`: the request asked for its tokens to be listed. */
export function readFrame(data: string | null, isListed: boolean): FrameFacts {
  if (data === null || data === '') return { kind: 'nothing' };
  if (data.trim() === DONE) return { kind: 'done' };
  const body = parse(data);
  if (body === null) return { kind: 'unreadable' };
  const { error } = body;
  if (error !== undefined && error !== null) return { kind: 'error', message: messageOf(error) };
  const choices = choicesOf(body);
  const isFinish = choices.some(({ finish_reason: reason }) => typeof reason === 'string');
  const isUsageOnly = choices.length === 0;
  return {
    kind: 'chunk',
    body,
    own: countChoices(choices, isListed),
    isFinish,
    isUsageOnly,
    usage: usageIn(body),
    times: timesAtEnd(body, isFinish || isUsageOnly),
  };
}

/** Nobody says before the end how long it took: chunks in the middle are not looked through. */
const timesAtEnd = (body: RequestBody, isEnd: boolean): ClaimedTimes | null => (isEnd ? timesIn(body) : null);

export function parse(text: string): RequestBody | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function choicesOf({ choices }: RequestBody): readonly RequestBody[] {
  return Array.isArray(choices) ? choices.filter(isObject) : [];
}

/** What somebody else says went wrong, short. */
export function messageOf(error: unknown): string {
  const message = isObject(error) ? error['message'] : error;
  return typeof message === 'string' ? message.slice(0, MESSAGE_LENGTH_MAX) : 'no reason was given';
}

/** Text, refusals, names and arguments of tools are output; so is what was thought, apart. */
export function countChoices(choices: readonly RequestBody[], isListed: boolean): OwnCount {
  return choices.reduce((own, choice) => countChoice(own, choice, isListed), NO_OUTPUT);
}

function countChoice(own: OwnCount, choice: RequestBody, isListed: boolean): OwnCount {
  const said = isObject(choice['delta']) ? choice['delta'] : choice['message'];
  // A list that nobody asked for would be a count of the upstream's own.
  const listed = isListed ? listedTokens(choice['logprobs']) : null;
  if (!isObject(said)) return addText(own, 'answer', textIn(choice['text']), listed);
  const thought = thoughtIn(said);
  const answer = textIn(said['content']) + textIn(said['refusal']) + callsText(said);
  return addText(addText(own, 'reasoning', thought, null), 'answer', answer, listed);
}

/** The name changed, and servers write the same text by both for those who know one. */
function thoughtIn(said: RequestBody): string {
  const [older, newer] = [textIn(said['reasoning_content']), textIn(said['reasoning'])];
  return older === newer ? newer : older + newer;
}

/** With logprobs every token is named. */
function listedTokens(logprobs: unknown): number | null {
  if (!isObject(logprobs)) return null;
  const { content, tokens } = logprobs;
  if (Array.isArray(content) && content.length > 0) return content.length;
  return Array.isArray(tokens) && tokens.length > 0 ? tokens.length : null;
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Calls of tools, and of functions as they were called before there were tools. */
function callsText({ tool_calls: calls, function_call: call }: RequestBody): string {
  const called = Array.isArray(calls) ? calls.map((one: unknown) => (isObject(one) ? calledText(one['function']) : '')) : [];
  return called.join('') + calledText(call);
}

const calledText = (called: unknown): string =>
  isObject(called) ? textIn(called['name']) + textIn(called['arguments']) : '';
