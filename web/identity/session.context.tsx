import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { assertNever } from '../../src/kernel/assert.js';
import { randomKey } from '../api/attempt.js';
import { report } from '../api/connection.js';
import { refreshAll } from '../api/refresh.js';
import { ask } from '../api/request.js';
import { useQuery, type Query } from '../api/use-query.js';
import { SIGN_OUT, VIEWER, type Viewer } from './identity.documents.js';

export type Session =
  | { readonly state: 'unknown' }
  | { readonly state: 'signed-out' }
  | { readonly state: 'signed-in'; readonly viewer: Viewer };

const SessionContext = createContext<Session>({ state: 'unknown' });
const NOTHING = {};

/** Who the cookie of this browser stands for, as the exchange last said. */
export function useSession(): Session {
  return useContext(SessionContext);
}

export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const query = useQuery(VIEWER, NOTHING);
  const session = useMemo(() => sessionOf(query), [query]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

function sessionOf(query: Query<{ readonly viewer: Viewer }>): Session {
  switch (query.state) {
    case 'loading':
      return { state: 'unknown' };
    case 'failed':
      return { state: query.failure.kind === 'unreachable' ? 'unknown' : 'signed-out' };
    case 'ready':
      return { state: 'signed-in', viewer: query.data.viewer };
    default:
      return assertNever(query);
  }
}

export async function signOut(): Promise<void> {
  report(await ask(SIGN_OUT, { key: randomKey() }));
  refreshAll();
}
