import type { Issue } from '../../kernel/issue.js';
import { err, ok, type Result } from '../../kernel/result.js';
import { parseModelName, type ModelName } from './model.name.js';
import { promptSizeOf } from './prompt.size.js';
import { isTier, TIERS, tierOfService, type Tier } from './tier.js';

export type Operation = 'chat' | 'completion' | 'embedding';

/** Where each is asked for. */
export const OPERATION_PATHS: Readonly<Record<Operation, string>> = {
  chat: '/v1/chat/completions',
  completion: '/v1/completions',
  embedding: '/v1/embeddings',
};
export const MODELS_PATH = '/v1/models';

/** A request's body as JSON gave it; what is not named here is passed on as it is. */
export type RequestBody = Readonly<Record<string, unknown>>;

/** What a client says beside the body. */
export interface RequestHints {
  /** `x-headroom-tier`. */
  readonly tier: string | undefined;
  /** `x-headroom-lane`: a reservation, and no other. */
  readonly lane: string | undefined;
  /** `x-slo-ttft-ms`: lanes that are measured slower come last. */
  readonly ttft: string | undefined;
  /** `x-slo-tpot-ms`: the same by the time for each output token after the first. */
  readonly tpot: string | undefined;
}

/** One request, read. */
export interface InferenceRequest {
  readonly operation: Operation;
  readonly model: ModelName;
  readonly isStream: boolean;
  /** The client wants the usage as the stream's last chunk. */
  readonly includesUsage: boolean;
  /** By rule, all prompts together; see `prompt.size.ts`. */
  readonly promptTokens: number;
  /** Of the longest prompt. */
  readonly contextTokens: number;
  /** Null: the client did not say. */
  readonly outputTokensMax: number | null;
  /** What its key may have at most where the client does not say; null: no cap. */
  readonly outputTokensCap: number | null;
  /** How many answers, of all prompts together, each with as many tokens. */
  readonly choices: number;
  readonly tier: Tier;
  /** Null: whichever fits best. */
  readonly lane: string | null;
  readonly ttftMs: number | null;
  readonly tpotMs: number | null;
  readonly body: RequestBody;
}

export const REQUEST_LIMITS = { outputTokensMax: 1_000_000, choicesMax: 8, messagesMax: 10_000 } as const;

type Field<Value> = Result<Value, Issue>;

const wrong = (field: string, reason: string, accepted: string): Field<never> =>
  err({ field, reason, accepted });

/** Reads a request; the first thing that is wrong with it is named, as OpenAI does. */
export function readInference(
  operation: Operation,
  body: unknown,
  hints: RequestHints,
): Result<InferenceRequest, Issue> {
  if (!isObject(body)) return wrong('body', 'is no JSON object', 'a JSON object');
  const model = readModel(body['model']);
  const content = checkContent(operation, body);
  const stream = readStream(operation, body);
  const output = readOutput(operation, body);
  const choices = readChoices(body);
  const kind = checkText(body);
  const hint = readHints(body, hints);
  for (const field of [model, content, stream, output, choices, kind, hint]) if (!field.ok) return field;
  const size = promptSizeOf(CONTENT[operation], body);
  if (size === null) return wrong(CONTENT[operation], 'is nested too deeply', 'at most 64 levels');
  const { promptTokens, contextTokens, prompts } = size;
  return ok({
    ...{ operation, body, promptTokens, contextTokens },
    model: valueOf(model),
    ...valueOf(stream),
    outputTokensMax: valueOf(output),
    outputTokensCap: null,
    choices: prompts * valueOf(choices),
    ...valueOf(hint),
  });
}

function valueOf<Value>(field: Field<Value>): Value {
  if (!field.ok) throw new Error(`read with issues: ${field.error.field}`);
  return field.value;
}

export function isObject(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readModel(value: unknown): Field<ModelName> {
  const name = typeof value === 'string' ? parseModelName(value) : null;
  const accepted = 'a model such as llama-3.3-70b, or one at a quantization such as llama-3.3-70b@fp8';
  if (value === undefined) return wrong('model', 'is missing', accepted);
  return name === null ? wrong('model', 'is no name of a model', accepted) : ok(name);
}

const CONTENT = { chat: 'messages', completion: 'prompt', embedding: 'input' } as const;

/** Which member of a body holds the prompt. */
export const contentNameOf = (operation: Operation): string => CONTENT[operation];

/** Which member says how long the answer may be: the newer name, where it is used. */
export const outputNameOf = (body: RequestBody): 'max_tokens' | 'max_completion_tokens' =>
  isAbsent(body['max_completion_tokens']) ? 'max_tokens' : 'max_completion_tokens';

/** Whether the answer is to name its tokens: `true` for chats, how many rivals of each for completions. */
export const asksForTokens = ({ logprobs }: RequestBody): boolean =>
  logprobs === true || typeof logprobs === 'number';

function checkContent(operation: Operation, body: RequestBody): Field<null> {
  const name = CONTENT[operation];
  const value = body[name];
  if (operation !== 'chat') {
    const isFit = typeof value === 'string' || (Array.isArray(value) && value.length > 0);
    return isFit ? ok(null) : wrong(name, 'is missing or empty', 'a text, or a list that is not empty');
  }
  return checkMessages(name, value);
}

function checkMessages(name: string, value: unknown): Field<null> {
  const accepted = `1 to ${REQUEST_LIMITS.messagesMax} messages, each an object with a role`;
  if (!Array.isArray(value) || value.length === 0) return wrong(name, 'is missing or empty', accepted);
  if (value.length > REQUEST_LIMITS.messagesMax) return wrong(name, 'is too long', accepted);
  const odd = value.findIndex((one) => !isObject(one) || typeof one['role'] !== 'string');
  return odd === -1 ? ok(null) : wrong(`${name}.${odd}`, 'is no message', accepted);
}

function readStream(
  operation: Operation,
  { stream, stream_options: options }: RequestBody,
): Field<Pick<InferenceRequest, 'isStream' | 'includesUsage'>> {
  if (!isAbsent(stream) && typeof stream !== 'boolean') {
    return wrong('stream', 'is neither true nor false', 'true or false');
  }
  const isStream = stream === true;
  if (isStream && operation === 'embedding') {
    return wrong('stream', 'is not for embeddings', 'false, or nothing');
  }
  if (isAbsent(options)) return ok({ isStream, includesUsage: false });
  if (!isStream) return wrong('stream_options', 'is for streams only', 'nothing, or stream: true');
  if (!isObject(options)) return wrong('stream_options', 'is no object', '{"include_usage": true}');
  return ok({ isStream, includesUsage: options['include_usage'] === true });
}

/** Embeddings have no output. */
function readOutput(operation: Operation, body: RequestBody): Field<number | null> {
  if (operation === 'embedding') return ok(null);
  const name = outputNameOf(body);
  return readWhole(name, body[name], REQUEST_LIMITS.outputTokensMax);
}

/** Answers to each prompt. What is made to be thrown away is never seen here: nobody could count it. */
function readChoices(body: RequestBody): Field<number> {
  const { choicesMax } = REQUEST_LIMITS;
  const choices = readWhole('n', body['n'], choicesMax);
  const made = readWhole('best_of', body['best_of'], choicesMax);
  if (!choices.ok) return choices;
  if (!made.ok) return made;
  const shown = choices.value ?? 1;
  return (made.value ?? 1) <= shown ? ok(shown) : wrong('best_of', 'is more than n', `at most n, which is ${shown}`);
}

/** What is sold and counted is text that the model made. */
function checkText({ modalities, audio, echo }: RequestBody): Field<null> {
  const isText = isAbsent(modalities) || (Array.isArray(modalities) && modalities.every((one) => one === 'text'));
  if (!isText) return wrong('modalities', 'asks for more than text', '["text"], or nothing');
  if (!isAbsent(audio)) return wrong('audio', 'asks for sound', 'nothing: answers are text');
  const isOwn = isAbsent(echo) || echo === false;
  return isOwn ? ok(null) : wrong('echo', 'asks for the prompt in the answer, where it would count as output', 'false, or nothing');
}

function readWhole(name: string, value: unknown, max: number): Field<number | null> {
  if (isAbsent(value)) return ok(null);
  const isFit = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;
  return isFit ? ok(value) : wrong(name, 'is out of range', `a whole number from 1 to ${max}`);
}

function readTier(service: unknown, header: string | undefined): Field<Tier> {
  if (header !== undefined) {
    return isTier(header) ? ok(header) : wrong('x-headroom-tier', 'is no tier', TIERS.join(', '));
  }
  if (isAbsent(service)) return ok('standard');
  const tier = typeof service === 'string' ? tierOfService(service) : null;
  const accepted = 'auto, default, flex, scale or priority';
  return tier === null ? wrong('service_tier', 'is no tier', accepted) : ok(tier);
}

function readHints(
  { service_tier: service }: RequestBody,
  { tier: header, lane, ttft, tpot }: RequestHints,
): Field<Pick<InferenceRequest, 'tier' | 'lane' | 'ttftMs' | 'tpotMs'>> {
  const tier = readTier(service, header);
  const ttftMs = readMilliseconds('x-slo-ttft-ms', ttft, TTFT);
  const tpotMs = readMilliseconds('x-slo-tpot-ms', tpot, TPOT);
  for (const field of [tier, ttftMs, tpotMs]) if (!field.ok) return field;
  const wishes = { ttftMs: valueOf(ttftMs), tpotMs: valueOf(tpotMs) };
  return ok({ tier: valueOf(tier), lane: lane ?? null, ...wishes });
}

const TTFT = { form: /^\d{1,7}$/, accepted: 'whole milliseconds from 1 to 9999999' };
/** Fast lanes need less than a millisecond for a token. */
const TPOT = { form: /^\d{1,5}(\.\d{1,3})?$/, accepted: 'milliseconds from 0.001 to 99999.999' };

function readMilliseconds(
  name: string,
  text: string | undefined,
  { form, accepted }: { readonly form: RegExp; readonly accepted: string },
): Field<number | null> {
  if (text === undefined) return ok(null);
  const isFit = form.test(text) && Number(text) > 0;
  return isFit ? ok(Number(text)) : wrong(name, 'is out of range', accepted);
}

/** JSON may spell out what is not there as null. */
const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;
