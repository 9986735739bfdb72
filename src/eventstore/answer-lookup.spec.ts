import { AnswerLookup } from './answer-lookup.js';
import type { AnswerKey, StoredAnswer } from './event-store.js';

const keyed = (key: string): AnswerKey => ({ scope: 'buyer', key });
const answerTo = (key: string): StoredAnswer => ({
  ...keyed(key),
  fingerprint: Buffer.alloc(32),
  body: `"${key}"`,
});

/** A store whose queries end when they are told to. */
function slowStore() {
  const queries: { readonly keys: string[]; end: (found: StoredAnswer[] | Error) => void }[] = [];
  const findAnswers = (keys: readonly AnswerKey[]): Promise<StoredAnswer[]> =>
    new Promise((resolve, reject) => {
      const end = (found: StoredAnswer[] | Error): void =>
        found instanceof Error ? reject(found) : resolve(found);
      queries.push({ keys: keys.map(({ key }) => key), end });
    });
  const asked = async (): Promise<string[][]> => {
    await new Promise((done) => setImmediate(done));
    return queries.map(({ keys }) => keys);
  };
  return { findAnswers, queries, asked };
}

describe('answer lookup', () => {
  it('answers in the order of the keys, null where there is none', async () => {
    const store = slowStore();
    const found = new AnswerLookup(store).find(['b', 'none', 'a'].map(keyed));
    await store.asked();
    store.queries[0]?.end([answerTo('a'), answerTo('b')]);
    expect(await found).toEqual([answerTo('b'), null, answerTo('a')]);
  });

  it('gathers behind a query under way and never joins it', async () => {
    const store = slowStore();
    const lookup = new AnswerLookup(store);
    const first = lookup.find([keyed('a')]);
    expect(await store.asked()).toEqual([['a']]);
    const others = [lookup.find([keyed('a')]), lookup.find([keyed('b')])];
    expect(await store.asked()).toEqual([['a']]);
    store.queries[0]?.end([]);
    expect(await first).toEqual([null]);
    expect(await store.asked()).toEqual([['a'], ['a', 'b']]);
    store.queries[1]?.end([answerTo('a')]);
    expect(await Promise.all(others)).toEqual([[answerTo('a')], [null]]);
  });

  it('fails those who asked, and goes on', async () => {
    const store = slowStore();
    const lookup = new AnswerLookup(store);
    const failed = lookup.find([keyed('a')]);
    await store.asked();
    const next = lookup.find([keyed('b')]);
    store.queries[0]?.end(new Error('connection lost'));
    await expect(failed).rejects.toThrow('connection lost');
    expect(await store.asked()).toEqual([['a'], ['b']]);
    store.queries[1]?.end([]);
    expect(await next).toEqual([null]);
  });
});
