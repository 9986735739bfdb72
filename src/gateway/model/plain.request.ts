import { isObject, type InferenceRequest, type RequestBody } from './inference.request.js';

/** A token has a byte at least, and a prompt is counted at four bytes a token. */
const BYTES_PER_TOKEN = 4;
const MEMBERS = new Set([
  ...['model', 'messages', 'prompt', 'max_tokens', 'stream', 'stream_options', 'n', 'temperature', 'top_p'],
  // Of ours: it is not passed on.
  'service_tier',
]);

type Asked = Pick<InferenceRequest, 'operation' | 'body' | 'promptTokens' | 'choices'>;

/**
 * Whether nothing in a request can be refused: text only, by the members that every server of OpenAI's
 * protocol has, within their ranges, in turns, and short enough even if each byte were a token. Who
 * answers such a request in the 400s fails it.
 */
export function isPlain(
  { operation, body, promptTokens, choices }: Asked,
  { outputTokens, contextLength }: { readonly outputTokens: number | null; readonly contextLength: number },
): boolean {
  if (operation === 'embedding' || outputTokens === null || choices !== 1) return false;
  if (promptTokens * BYTES_PER_TOKEN + outputTokens > contextLength) return false;
  if (!Object.keys(body).every((name) => MEMBERS.has(name))) return false;
  if (!isSampledInRange(body)) return false;
  return operation === 'chat' ? isInTurns(body['messages']) : isText(body['prompt']);
}

const isSampledInRange = (body: RequestBody): boolean =>
  isWithin(body['temperature'], 0, 2) && isWithin(body['top_p'], 0.01, 1);

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

function isWithin(value: unknown, min: number, max: number): boolean {
  if (value === undefined) return true;
  return typeof value === 'number' && value >= min && value <= max;
}

/** A system's message or none, then a user's, and an assistant's and a user's as often as one likes. */
function isInTurns(messages: unknown): boolean {
  if (!Array.isArray(messages)) return false;
  const [first] = messages as readonly unknown[];
  const turns = isObject(first) && first['role'] === 'system' ? messages.slice(1) : messages;
  const isFit = (turns as readonly unknown[]).every((one, index) =>
    isMessage(one, index % 2 === 0 ? 'user' : 'assistant'),
  );
  const isHeaded = turns === messages || isMessage(first, 'system');
  return isFit && isHeaded && turns.length % 2 === 1;
}

function isMessage(message: unknown, role: string): boolean {
  if (!isObject(message)) return false;
  const { role: ownRole, content, ...others }: RequestBody = message;
  return ownRole === role && isText(content) && Object.keys(others).length === 0;
}
