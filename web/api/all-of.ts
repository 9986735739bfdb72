import type { Query } from './query.js';

type Answers<Queries> = { readonly [Name in keyof Queries]: Queries[Name] extends Query<infer Data> ? Data : never };

/** Several queries as one: failed as soon as one of them has, ready when all are. */
export function allOf<Queries extends Readonly<Record<string, Query<unknown>>>>(queries: Queries): Query<Answers<Queries>> {
  const data: Record<string, unknown> = {};
  let isLoading = false;
  for (const [name, query] of Object.entries(queries)) {
    if (query.state === 'failed') return query;
    if (query.state === 'ready') data[name] = query.data;
    else isLoading = true;
  }
  return isLoading ? { state: 'loading' } : { state: 'ready', data: data as Answers<Queries> };
}
