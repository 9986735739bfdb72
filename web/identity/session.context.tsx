import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { assertNever } from '../../src/kernel/assert.js';
import { randomKey } from '../api/attempt.js';
import { forgetAnswers } from '../api/client.js';
import { report, useUnsignedAnswers } from '../api/connection.js';
import type { Query } from '../api/query.js';
import { refreshAll } from '../api/refresh.js';
import { ask } from '../api/request.js';
import { useQuery } from '../api/use-query.js';
import { SIGN_OUT, VIEWER, type Viewer } from './identity.documents.js';

export type Session =
  | { readonly state: 'unknown' }
  | { readonly state: 'signed-out' }
  /** `hasEnded`: the exchange does not know the viewer any more; what they were doing is still on show. */
  | { readonly state: 'signed-in'; readonly viewer: Viewer; readonly hasEnded: boolean };

const SessionContext = createContext<Session>({ state: 'unknown' });
const LeaveContext = createContext<() => void>(() => undefined);
const NOTHING = {};
const EVERY = { everyMs: 15_000, isAboutSession: true };

/** Who the cookie of this browser stands for, as the exchange last said. */
export function useSession(): Session {
  return useContext(SessionContext);
}

/** Null for whoever is not signed in. */
export function useViewer(): Viewer | null {
  const session = useSession();
  return session.state === 'signed-in' ? session.viewer : null;
}

/** Ends the session, or puts away what is left of one that has ended. */
export function useLeave(): () => void {
  return useContext(LeaveContext);
}

export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const query = useQuery(VIEWER, NOTHING, EVERY);
  const [last, setLast] = useState<Viewer | null>(null);
  // Who asked to go: that they are not known any more is no news to them.
  const [left, setLeft] = useState<Viewer | null>(null);
  const viewer = query.state === 'ready' ? query.data.viewer : null;
  if (viewer !== null && viewer !== last) setLast(viewer);
  const session = useMemo(() => sessionOf(query, last === left ? null : last), [query, last, left]);
  const isLive = session.state === 'signed-in' && !session.hasEnded;
  const isOver = session.state === 'signed-out';
  const unsigned = useUnsignedAnswers();
  useEffect(() => {
    // Something else was told that it is not known: whether that is so for all, the viewer says.
    if (isLive && unsigned > 0) refreshAll();
  }, [isLive, unsigned]);
  useEffect(() => {
    if (isOver) forgetAnswers();
  }, [isOver]);
  const leave = useCallback((): void => {
    setLeft(last);
    void ask(SIGN_OUT, { key: randomKey() }).then((answer) => {
      report(answer);
      refreshAll();
    });
  }, [last]);
  return (
    <SessionContext value={session}>
      <LeaveContext value={leave}>{children}</LeaveContext>
    </SessionContext>
  );
}

function sessionOf(query: Query<{ readonly viewer: Viewer }>, last: Viewer | null): Session {
  switch (query.state) {
    case 'loading':
      return { state: 'unknown' };
    case 'failed':
      if (query.failure.kind === 'unreachable') return { state: 'unknown' };
      return last === null
        ? { state: 'signed-out' }
        : { state: 'signed-in', viewer: last, hasEnded: true };
    case 'ready':
      return { state: 'signed-in', viewer: query.data.viewer, hasEnded: false };
    default:
      return assertNever(query);
  }
}
