import { DIALECT, type Dialect } from './dialect.js';
import type { Fault, Scenario } from './scenario.js';

/** One request as the simulator understands it. */
export interface Asked {
  readonly kind: 'chat' | 'completion';
  readonly model: string;
  readonly isStream: boolean;
  readonly includesUsage: boolean;
  /** The first tool that must be called; null: text is wanted. */
  readonly tool: string | null;
  readonly promptTokens: number;
  /** Of each answer. */
  readonly outputTokens: number;
  /** How many of these come first, as thought. */
  readonly thoughtTokens: number;
  /** How many answers: to each prompt as many as were asked for. */
  readonly answers: number;
  readonly finish: 'stop' | 'length' | 'tool_calls';
}

/** Four bytes or fewer each, some of them several bytes a character: no split is harmless. */
const WORDS = [' it', ' is', ' é', ' a', ' 日', ' day', ' of', ' 🌊', ' sea', ' and', ' sky'];
const ARGUMENTS = ['{"a":', '"é"', ',"b"', ':1', '}'];
const HUGE = 1e18;
const LONG_LINE_BYTES = 10_000_000;

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly completion_tokens_details?: { readonly reasoning_tokens: number };
}

/** The n-th token of every answer. */
export const wordOf = (index: number): string => WORDS[index % WORDS.length] ?? '';

export function textOf({ tool, outputTokens }: Asked): readonly string[] {
  if (tool !== null) return ARGUMENTS;
  return Array.from({ length: outputTokens }, (_, index) => wordOf(index));
}

/** What the upstream says was used: the truth, or what the fault makes of it. */
export function claimOf(asked: Asked, fault: Fault): Usage {
  const output = textOf(asked).length * asked.answers;
  const claimed: Partial<Record<Fault, number>> = {
    'usage-lower': Math.floor(output / 2),
    'usage-higher': output * 3,
    'usage-negative': -output,
    'usage-huge': HUGE,
  };
  const completion = claimed[fault] ?? output;
  const { promptTokens: prompt } = asked;
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

const ERROR = '{"error":{"message":"simulated","type":"server_error","param":null,"code":null}}';
/** What stands in the place of an answer, with a status of 200; in a stream an end may follow. */
const INSTEAD: Partial<Record<Fault, { readonly whole: string; readonly events: readonly string[] }>> = {
  'not-json': { whole: '<html>', events: ['<html>'] },
  'error-in-200': { whole: ERROR, events: [ERROR] },
  'done-only': { whole: '{}', events: ['[DONE]'] },
};

/** How long each part took, in seconds: made up, and always the same. */
const SECONDS = { queue_time: 0.001, prompt_time: 0.01, completion_time: 0.1, total_time: 0.111 };

/** With what else the vendor says with its usage. */
function fullClaim(asked: Asked, fault: Fault, { timesAt, claimsThought }: Dialect): Usage {
  const thought = { completion_tokens_details: { reasoning_tokens: asked.thoughtTokens * asked.answers } };
  return {
    ...(timesAt === 'usage' ? SECONDS : {}),
    ...claimOf(asked, fault),
    ...(claimsThought && asked.thoughtTokens > 0 ? thought : {}),
  };
}

const indexesOf = ({ answers }: Asked): readonly number[] => Array.from({ length: answers }, (_, index) => index);

const thoughtBy = ({ thoughtAs }: Dialect, text: string): object =>
  Object.fromEntries(thoughtAs.map((name) => [name, text]));

/** A whole answer, for who did not ask for a stream. */
export function wholeAnswer(asked: Asked, id: string, { fault, dialect: name }: Scenario): string {
  const instead = INSTEAD[fault];
  if (instead !== undefined) return instead.whole;
  const dialect = DIALECT[name];
  const words = textOf(asked);
  const text = words.slice(asked.thoughtTokens).join('');
  const thought = asked.thoughtTokens === 0 ? {} : thoughtBy(dialect, words.slice(0, asked.thoughtTokens).join(''));
  const usage = fault === 'no-usage' ? {} : { usage: fullClaim(asked, fault, dialect) };
  const call = { id: 'call_simulated', type: 'function', function: { name: asked.tool, arguments: text } };
  const message =
    asked.tool === null
      ? { role: 'assistant', ...thought, content: text }
      : { role: 'assistant', content: null, tool_calls: [call] };
  const said = asked.kind === 'chat' ? { message } : { text };
  const choices = indexesOf(asked).map((index) => ({ index, ...said, logprobs: null, finish_reason: asked.finish }));
  const object = asked.kind === 'chat' ? 'chat.completion' : 'text_completion';
  const body = { ...headOf(asked, id, dialect, object), choices, ...usage, ...timesOf(dialect) };
  return withFault(JSON.stringify(body), fault);
}

/** One piece of a stream: bytes, and how many tokens are in them. */
export interface Piece {
  readonly text: string;
  readonly tokens: number;
}

/** A whole stream, as pieces in order. The first is the role, which is no token. */
export function streamOf(asked: Asked, id: string, scenario: Scenario): readonly Piece[] {
  const dialect = DIALECT[scenario.dialect];
  const instead = INSTEAD[scenario.fault];
  if (instead !== undefined) {
    return instead.events.map((event) => ({ text: `data:${dialect.blank}${event}\n\n`, tokens: 0 }));
  }
  const object = asked.kind === 'chat' ? 'chat.completion.chunk' : 'text_completion';
  const head = headOf(asked, id, dialect, object);
  const frame = (body: object, tokens = 0): Piece => ({
    text: `data:${dialect.blank}${withFault(JSON.stringify(body), scenario.fault)}\n\n`,
    tokens,
  });
  const chunks = (said: object, tokens = 0): readonly Piece[] =>
    indexesOf(asked).map((index) => frame({ ...head, choices: [{ index, ...said, finish_reason: null }] }, tokens));
  const opening = asked.kind === 'chat' ? chunks({ delta: { role: 'assistant', content: '' } }) : [];
  return [
    ...opening,
    ...contentOf(asked, dialect).flatMap(({ said, tokens }) => chunks(said, tokens)),
    ...endOf(asked, head, scenario).map((body) => frame(body)),
    { text: `data:${dialect.blank}[DONE]\n\n`, tokens: 0 },
  ];
}

function contentOf(
  asked: Asked,
  dialect: Dialect,
): readonly { readonly said: object; readonly tokens: number }[] {
  const words = textOf(asked);
  const { tokensPerChunk } = dialect;
  const parts: { said: object; tokens: number }[] = [];
  for (let start = 0; start < words.length; ) {
    const isThought = start < asked.thoughtTokens;
    const end = Math.min(start + tokensPerChunk, isThought ? asked.thoughtTokens : words.length);
    const text = words.slice(start, end).join('');
    const said = isThought ? { delta: thoughtBy(dialect, text) } : saidOf(asked, text, start);
    parts.push({ said, tokens: end - start });
    start = end;
  }
  return parts;
}

function saidOf({ kind, tool }: Asked, text: string, start: number): object {
  if (kind === 'completion') return { text };
  if (tool === null) return { delta: { content: text } };
  const named = start === 0 ? { id: 'call_simulated', type: 'function' } : {};
  const name = start === 0 ? { name: tool } : {};
  return { delta: { tool_calls: [{ index: 0, ...named, function: { ...name, arguments: text } }] } };
}

/** Why it ended and what was used, where the dialect says so. */
function endOf(asked: Asked, head: object, { fault, dialect: name }: Scenario): readonly object[] {
  const dialect = DIALECT[name];
  const said = asked.kind === 'chat' ? { delta: {} } : { text: '' };
  const choices = indexesOf(asked).map((index) => ({ index, ...said, finish_reason: asked.finish }));
  const finish = { ...head, choices };
  const usage = fullClaim(asked, fault, dialect);
  const isTold = asked.includesUsage && fault !== 'no-usage';
  if (!isTold) return [dialect.timesAt === 'time_info' ? { ...finish, ...timesOf(dialect) } : finish];
  switch (dialect.usageAt) {
    case 'finish-chunk':
      return [{ ...finish, usage, ...timesOf(dialect) }];
    case 'x_groq':
      return [{ ...finish, x_groq: { id: 'req_simulated', usage } }];
    case 'own-chunk': {
      const own = { ...head, choices: [], usage, ...timesOf(dialect) };
      const doubled = { ...usage, completion_tokens: usage.completion_tokens * 2 };
      return fault === 'usage-twice' ? [finish, own, { ...own, usage: doubled }] : [finish, own];
    }
  }
}

function headOf({ model }: Asked, id: string, { fingerprint }: Dialect, object: string): object {
  const system_fingerprint = `SIMULATED-${fingerprint}`;
  return { id, object, created: 0, model, system_fingerprint };
}

/** Times that an answer carries beside its usage: Cerebras in seconds, vLLM in milliseconds. */
function timesOf({ timesAt }: Dialect): object {
  switch (timesAt) {
    case 'time_info':
      return { time_info: { ...SECONDS, created: 0 } };
    case 'metrics': {
      const { queue_time: queue, prompt_time: prompt, completion_time: completion } = SECONDS;
      return {
        metrics: {
          queue_time_ms: queue * 1_000,
          time_to_first_token_ms: prompt * 1_000,
          generation_time_ms: completion * 1_000,
        },
      };
    }
    case 'nowhere':
    case 'usage':
      return {};
  }
}

/** No JSON knows NaN: some servers write it all the same. */
function withFault(json: string, fault: Fault): string {
  if (fault !== 'usage-nan') return json;
  return json.replace(/"completion_tokens":-?\d+/, '"completion_tokens":NaN');
}

export const longLine = (): string => `data: {"x":"${'x'.repeat(LONG_LINE_BYTES)}"}\n\n`;
