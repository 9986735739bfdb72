import { LRUCache } from 'lru-cache';
import type { AnswerKey, StoredAnswer } from './event-store.js';
import { growingTo } from '../kernel/growing-cache.js';

const idOf = ({ scope, key }: AnswerKey): string => `${scope}\n${key}`;

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
