import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  type ReactNode,
} from 'react';
import { present } from '../../src/kernel/assert.js';
import { randomKey } from '../api/attempt.js';
import { report, whenSignedOut } from '../api/connection.js';
import { refreshAll } from '../api/refresh.js';
import { ask } from '../api/request.js';
import { SIGN_OUT, VIEWER, type Viewer } from './identity.documents.js';

export type Session =
  | { readonly state: 'unknown' }
  | { readonly state: 'signed-out' }
  | { readonly state: 'signed-in'; readonly viewer: Viewer };

interface SessionControl {
  readonly session: Session;
  /** Looks who the cookie of this browser stands for. */
  readonly look: () => Promise<void>;
  readonly signOut: () => Promise<void>;
}

const SessionContext = createContext<SessionControl | null>(null);

export function useSession(): SessionControl {
  return present(useContext(SessionContext), 'session provider');
}

export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [session, setSession] = useState<Session>({ state: 'unknown' });
  const look = useCallback(async () => {
    const answer = await ask(VIEWER, {});
    if (answer.ok) setSession({ state: 'signed-in', viewer: answer.data.viewer });
    else report(answer);
    if (!answer.ok && answer.failure.kind !== 'unreachable') setSession({ state: 'signed-out' });
  }, []);
  const signOut = useCallback(async () => {
    const answer = await ask(SIGN_OUT, { key: randomKey() });
    report(answer);
    if (!answer.ok) return;
    setSession({ state: 'signed-out' });
    refreshAll();
  }, []);
  useEffect(() => {
    whenSignedOut(() => setSession({ state: 'signed-out' }));
    void look();
  }, [look]);
  const control = useMemo(() => ({ session, look, signOut }), [session, look, signOut]);
  return <SessionContext value={control}>{children}</SessionContext>;
}
