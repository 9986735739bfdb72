import type { ReactNode } from 'react';
import type { Query } from '../api/use-query.js';

/** What a query leads to, also while it is on its way and when it fails. */
export function Loaded<Data>({
  query,
  children,
}: {
  readonly query: Query<Data>;
  readonly children: (data: Data) => ReactNode;
}): ReactNode {
  switch (query.state) {
    case 'loading':
      return <p className="quiet-note" aria-busy="true">Loading…</p>;
    case 'failed':
      return <p className="refusal" role="alert">{query.failure.message}</p>;
    case 'ready':
      return children(query.data);
  }
}
