import type { ReactNode } from 'react';
import type { Failure } from '../api/query.js';
import { refreshAll } from '../api/refresh.js';
import { sentence } from './format.js';

// The states that every page shares besides having something to show. A page picks one and says why.

/** Nothing is here: why that is, and what one can do about it. */
export function EmptyState({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <div className="empty-state">
      <p className="empty-title">{title}</p>
      {children !== undefined && <div className="empty-text">{children}</div>}
      {action !== undefined && <div className="buttons">{action}</div>}
    </div>
  );
}

/** It did not work: what, why, and what now. */
export function ErrorState({ failure: { kind, message } }: { readonly failure: Failure }): ReactNode {
  if (kind === 'forbidden') return <NoPermission />;
  return (
    <div className="refusal" role="alert">
      <p>{sentence(message)}</p>
      {kind === 'unreachable' && (
        <button type="button" className="quiet" onClick={refreshAll}>Try again</button>
      )}
    </div>
  );
}

export function NoPermission({ children }: { readonly children?: ReactNode }): ReactNode {
  return (
    <EmptyState title="Your role does not allow this">
      <p>{children ?? 'An owner of your organization can give you another role.'}</p>
    </EmptyState>
  );
}

/** The room that a chart takes, while what draws it is on its way. */
export function ChartPlace(): ReactNode {
  return <div className="chart" aria-busy="true" role="status"><span className="visually-hidden">Loading…</span></div>;
}

/** Lines in the place of what is on its way, of the height that it will have. */
export function Skeleton({ rows = 4 }: { readonly rows?: number }): ReactNode {
  return (
    <div className="skeleton" aria-busy="true" role="status">
      <span className="visually-hidden">Loading…</span>
      {Array.from({ length: rows }, (_, index) => <span key={index} className="skeleton-row" />)}
    </div>
  );
}
