import { LRUCache } from 'lru-cache';
import type { AnswerKey, StoredAnswer } from './event-store.js';
import { growingTo } from '../kernel/growing-cache.js';
import type { Outcome } from './stream-definition.js';
import { IdempotencyMismatchError } from './stream-errors.js';

const idOf = ({ scope, key }: AnswerKey): string => `${scope}\n${key}`;

/**
 * What an answer says to who asks with the content that has a fingerprint.
 *
 * @throws IdempotencyMismatchError the key was used with other content
 */
export function outcomeOf<Answer, Rejection>(answer: StoredAnswer, fingerprint: Buffer): Outcome<Answer, Rejection> {
  if (!answer.fingerprint.equals(fingerprint)) throw new IdempotencyMismatchError(answer.key);
  return JSON.parse(answer.body) as Outcome<Answer, Rejection>;
}

/** Answers that were given lately, so that a quick retry does not reach the store. */
export class RecentAnswers {
  private readonly answers: LRUCache<string, StoredAnswer>;

  constructor(max: number) {
    this.answers = new LRUCache(growingTo(max));
  }

  /** Those that there are, of the keys. */
  of(keys: readonly AnswerKey[]): readonly StoredAnswer[] {
    return keys.flatMap((key) => this.answers.get(idOf(key)) ?? []);
  }

  remember(answers: readonly StoredAnswer[]): void {
    for (const answer of answers) this.answers.set(idOf(answer), answer);
  }
}
