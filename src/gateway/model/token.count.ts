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
  const bytes = bytesOf(text);
  // A token has a byte at least.
  const pieces = before.pieces + Math.min(listed ?? 1, bytes);
  return { ...own, [part]: { pieces, bytes: before.bytes + bytes } };
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

const SHORT_PIECES_MIN = 64;

/**
 * So many pieces, and fewer than three bytes in two of them: no vocabulary writes text like that, but for
 * digits. Whoever cuts tokens into letters is counted for each.
 */
export function areShort({ answer, reasoning }: OwnCount): boolean {
  const pieces = answer.pieces + reasoning.pieces;
  return pieces >= SHORT_PIECES_MIN && 2 * (answer.bytes + reasoning.bytes) < 3 * pieces;
}

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
