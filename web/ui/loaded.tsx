import type { ReactNode } from 'react';
import type { Query } from '../api/use-query.js';
import { ErrorState, Skeleton } from './states.js';

/** What a query leads to, also while it is on its way and when it fails. */
export function Loaded<Data>({
  query,
  rows = 4,
  children,
}: {
  readonly query: Query<Data>;
  /** How many lines stand in its place while it is on its way. */
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}): ReactNode {
  switch (query.state) {
    case 'loading':
      return <Skeleton rows={rows} />;
    case 'failed':
      return <ErrorState failure={query.failure} />;
    case 'ready':
      return children(query.data);
  }
}
