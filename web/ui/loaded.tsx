import type { ReactNode } from 'react';
import type { Query } from '../api/query.js';
import { Page } from './page.js';
import { ErrorState, Skeleton } from './states.js';

/** What a query leads to, also while it is on its way and when it fails. */
export function Loaded<Data>({
  query,
  rows = 4,
  title,
  children,
}: {
  readonly query: Query<Data>;
  /** How many lines stand in its place while it is on its way. */
  readonly rows?: number;
  /** Of a whole page, which has a heading before it is known what it is of. */
  readonly title?: string;
  readonly children: (data: Data) => ReactNode;
}): ReactNode {
  switch (query.state) {
    case 'loading':
      return <Untold title={title}><Skeleton rows={rows} /></Untold>;
    case 'failed':
      return <Untold title={title}><ErrorState failure={query.failure} /></Untold>;
    case 'ready':
      return children(query.data);
  }
}

/**
 * Parts of a page one above the other: lines stand in the place of all of them until something is known of
 * each, so that none pushes away what is being read below it.
 */
export function Together({ queries, rows, children }: {
  readonly queries: readonly Query<unknown>[];
  readonly rows: number;
  readonly children: ReactNode;
}): ReactNode {
  return queries.some(({ state }) => state === 'loading') ? <Skeleton rows={rows} /> : children;
}

function Untold({ title, children }: { readonly title: string | undefined; readonly children: ReactNode }): ReactNode {
  return title === undefined ? children : <Page title={title}>{children}</Page>;
}
