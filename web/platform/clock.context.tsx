import { createContext, useContext, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { CLOCK } from './clock.documents.js';

/** The time by which the exchange decides: never the one of this machine. */
export interface ExchangeClock {
  readonly now: string;
  readonly isSimulated: boolean;
}

const ClockContext = createContext<ExchangeClock | null>(null);
const NOTHING = {};

/** Null until the exchange has told. */
export function useClock(): ExchangeClock | null {
  return useContext(ClockContext);
}

export function ClockProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const query = useQuery(CLOCK, NOTHING);
  const clock = query.state === 'ready' ? query.data.clock : null;
  return <ClockContext value={clock}>{children}</ClockContext>;
}
