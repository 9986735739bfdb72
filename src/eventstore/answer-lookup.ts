import DataLoader from 'dataloader';
import type { AnswerKey, EventStore, StoredAnswer } from './event-store.js';

/** Keys that one query may ask for. */
const KEYS_MAX = 500;

const idOf = ({ scope, key }: AnswerKey): string => `${scope}\n${key}`;

/**
 * Finds answers in the store. While one query is under way the next gathers: who asks always sees
 * what was committed when they asked, and many who ask at once share a query.
 */
export class AnswerLookup {
  private last: Promise<unknown> = Promise.resolve();
  private readonly loader: DataLoader<AnswerKey, StoredAnswer | null>;

  constructor(private readonly store: Pick<EventStore, 'findAnswers'>) {
    this.loader = new DataLoader((keys) => this.query(keys), {
      ...{ cache: false, maxBatchSize: KEYS_MAX },
      batchScheduleFn: (dispatch) => void this.last.then(dispatch),
    });
  }

  /** In the order of the keys; null where there is none. */
  find(keys: readonly AnswerKey[]): Promise<readonly (StoredAnswer | null)[]> {
    return Promise.all(keys.map((key) => this.loader.load(key)));
  }

  private async query(keys: readonly AnswerKey[]): Promise<readonly (StoredAnswer | null)[]> {
    const found = this.store.findAnswers(keys);
    // The next one goes on whether this one worked or not.
    this.last = found.catch(() => undefined);
    const byId = new Map((await found).map((answer) => [idOf(answer), answer]));
    return keys.map((key) => byId.get(idOf(key)) ?? null);
  }
}
