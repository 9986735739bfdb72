import { BYTES_PER_TOKEN, bytesOf } from './prompt.size.js';

/** Text that was forwarded: in how many pieces, and its UTF-8 bytes. */
export interface Forwarded {
  readonly pieces: number;
  readonly bytes: number;
}

/** What we saw of an answer. */
export interface OwnCount {
  readonly answer: Forwarded;
  readonly reasoning: Forwarded;
}

const NOTHING: Forwarded = { pieces: 0, bytes: 0 };
export const NO_OUTPUT: OwnCount = { answer: NOTHING, reasoning: NOTHING };

/** `listed`: how many tokens the piece says it is made of; null: it does not say. */
export function addText(
  own: OwnCount,
  part: keyof OwnCount,
  text: string,
  listed: number | null,
): OwnCount {
  if (text === '') return own;
  const before = own[part];
  const pieces = before.pieces + (listed ?? 1);
  return { ...own, [part]: { pieces, bytes: before.bytes + bytesOf(text) } };
}

export function addOwn(a: OwnCount, b: OwnCount): OwnCount {
  return { answer: addUp(a.answer, b.answer), reasoning: addUp(a.reasoning, b.reasoning) };
}

const addUp = (a: Forwarded, b: Forwarded): Forwarded => ({
  pieces: a.pieces + b.pieces,
  bytes: a.bytes + b.bytes,
});

/** Longer on average than this, and pieces are no single tokens. */
const TOKEN_BYTES_MAX = 8;

/** A piece is a token, as long as pieces are short enough to be one. */
export const arePiecesTokens = ({ pieces, bytes }: Forwarded): boolean =>
  bytes <= pieces * TOKEN_BYTES_MAX;

/**
 * Tokens by rule, without a tokenizer: one a piece, since servers stream token by token; where pieces have
 * more than 8 bytes on average, so that they must hold several, one for every 4 bytes. Whoever has the
 * stream can count the same.
 */
export function tokensOf(forwarded: Forwarded): number {
  if (arePiecesTokens(forwarded)) return forwarded.pieces;
  return Math.ceil(forwarded.bytes / BYTES_PER_TOKEN);
}

/** Reasoning included. */
export function outputOf({ answer, reasoning }: OwnCount): number {
  return tokensOf(answer) + tokensOf(reasoning);
}

export const hasOutput = ({ answer, reasoning }: OwnCount): boolean =>
  answer.pieces + reasoning.pieces > 0;
