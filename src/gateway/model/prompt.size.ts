/** What of a request becomes prompt. */
export type PromptParts = Readonly<Record<string, unknown>>;

/** Byte-level BPE vocabularies need about four bytes of English for a token. */
export const BYTES_PER_TOKEN = 4;
/** What chat templates put around a message. */
const TOKENS_PER_MESSAGE = 8;
/** Pictures and sound: nobody knows before the model has read them. */
const TOKENS_PER_ATTACHMENT = 1_024;
const ATTACHMENTS = new Set<unknown>(['image_url', 'input_audio', 'file']);
const DEPTH_MAX = 64;

const encoder = new TextEncoder();
/** A token's text is a few characters: counting them is quicker than encoding them. */
const COUNTED_LENGTH_MAX = 64;

/** Length in UTF-8; half a surrogate pair is encoded as U+FFFD, three bytes. */
export function bytesOf(text: string): number {
  if (text.length > COUNTED_LENGTH_MAX) return encoder.encode(text).length;
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}

/**
 * Prompt tokens by rule, without a tokenizer: UTF-8 bytes of every text in `messages`, `prompt`, `input`,
 * `tools`, `functions`, `suffix` and `response_format`, four a token, and something for each message and attachment. Numbers in
 * `prompt` and `input` are tokens themselves. Null when it is nested deeper than anybody means.
 */
export function promptTokensOf(body: PromptParts): number | null {
  const size = { bytes: 0, tokens: 0 };
  const { messages, prompt, input, suffix, tools, functions, response_format: format, ...others } = body;
  const isRead = [messages, prompt, input, suffix, tools, functions, format].every((part) => measure(part, size, 0));
  // No prompt, but it has to be written out again.
  if (!isRead || !measure(others, { bytes: 0, tokens: 0 }, 0)) return null;
  const count = Array.isArray(messages) ? messages.length : 1;
  return Math.ceil(size.bytes / BYTES_PER_TOKEN) + size.tokens + count * TOKENS_PER_MESSAGE;
}

/** How much a request asks to be read, and how many prompts it is. */
export interface PromptSize {
  /** All of its prompts together. */
  readonly promptTokens: number;
  /** The longest of them: each has a context of its own. */
  readonly contextTokens: number;
  readonly prompts: number;
}

/** `name`: what holds the prompt. A list of prompts counts as they do one by one. */
export function promptSizeOf(name: 'messages' | 'prompt' | 'input', body: PromptParts): PromptSize | null {
  const list = name === 'messages' ? null : listIn(body[name]);
  const common = promptTokensOf(list === null ? body : { ...body, [name]: undefined });
  if (list === null || common === null) {
    return common === null ? null : { promptTokens: common, contextTokens: common, prompts: 1 };
  }
  // What is common has the allowance that each prompt brings along.
  let promptTokens = common - TOKENS_PER_MESSAGE;
  let contextTokens = 0;
  for (const prompt of list) {
    const tokens = promptTokensOf({ [name]: [prompt] });
    if (tokens === null) return null;
    promptTokens += tokens;
    contextTokens = Math.max(contextTokens, tokens);
  }
  contextTokens += common - TOKENS_PER_MESSAGE;
  return { promptTokens, contextTokens, prompts: list.length };
}

/** Null: one prompt. So is a list of numbers: they are its tokens. */
function listIn(content: unknown): readonly unknown[] | null {
  return Array.isArray(content) && content.some((one) => typeof one !== 'number') ? content : null;
}

interface Size {
  bytes: number;
  tokens: number;
}

function measure(value: unknown, size: Size, depth: number): boolean {
  if (depth > DEPTH_MAX) return false;
  if (typeof value === 'string') {
    size.bytes += bytesOf(value);
    return true;
  }
  if (typeof value === 'number') {
    size.tokens += 1;
    return true;
  }
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every((one) => measure(one, size, depth + 1));
  return measureObject(value as PromptParts, size, depth);
}

function measureObject(value: PromptParts, size: Size, depth: number): boolean {
  if (ATTACHMENTS.has(value['type'])) {
    size.tokens += TOKENS_PER_ATTACHMENT;
    return true;
  }
  return Object.entries(value).every(([name, one]) => {
    // A message's role and a part's type are the template's, which has its own allowance.
    if (depth > 0 && (name === 'role' || name === 'type')) return true;
    return measure(one, size, depth + 1);
  });
}
