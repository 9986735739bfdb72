import { useState, type ReactNode } from 'react';

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** Where one is in a list: the cursors of the pages before this one. */
export interface Paging {
  readonly after: string | null;
  readonly trail: readonly (string | null)[];
  readonly go: (trail: readonly (string | null)[]) => void;
}

/** Starts over whenever what the list is about changes. */
export function usePaging(about: string): Paging {
  const [held, setHeld] = useState<{ about: string; trail: readonly (string | null)[] }>({
    about,
    trail: [null],
  });
  const trail = held.about === about ? held.trail : [null];
  const go = (next: readonly (string | null)[]): void => setHeld({ about, trail: next });
  return { after: trail.at(-1) ?? null, trail, go };
}

export function Pager({
  paging: { trail, go },
  page: { hasNextPage, endCursor },
  of,
}: {
  readonly paging: Paging;
  readonly page: PageInfo;
  readonly of: string;
}): ReactNode {
  if (trail.length === 1 && !hasNextPage) return null;
  return (
    <nav className="pager" aria-label={`Pages of ${of}`}>
      <button type="button" className="quiet" disabled={trail.length === 1} onClick={() => go(trail.slice(0, -1))}>
        Previous
      </button>
      <span>Page {trail.length}</span>
      <button type="button" className="quiet" disabled={!hasNextPage} onClick={() => go([...trail, endCursor])}>
        Next
      </button>
    </nav>
  );
}
