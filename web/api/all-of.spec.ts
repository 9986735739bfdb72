import { allOf } from './all-of.js';
import type { Query } from './query.js';

const loading: Query<never> = { state: 'loading' };
const failed: Query<never> = { state: 'failed', failure: { kind: 'unreachable', message: 'no answer' } as never };
const one: Query<number> = { state: 'ready', data: 1 };
const text: Query<string> = { state: 'ready', data: 'two' };

it.each([
  ['ready when all are', { one, text }, { state: 'ready', data: { one: 1, text: 'two' } }],
  ['loading while one is', { one, loading }, loading],
  ['failed when one is, whatever the others are', { loading, failed, one }, failed],
  ['ready when there is none', {}, { state: 'ready', data: {} }],
])('is %s', (_name, queries: Record<string, Query<unknown>>, expected) => {
  expect(allOf(queries)).toEqual(expected);
});
