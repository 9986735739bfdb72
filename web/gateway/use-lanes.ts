import { useMemo } from 'react';
import { RESERVATIONS, type Reservation } from '../allocation/allocation.documents.js';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { SERVING_KEYS, type ServingKey } from './gateway.documents.js';

const BOUGHT = { side: 'BOUGHT' as const };
const NOTHING = {};
const reservationsOf = ({ reservations }: { readonly reservations: Connection<Reservation> }): Connection<Reservation> => reservations;
const keysOf = ({ apiKeys }: { readonly apiKeys: Connection<ServingKey> }): Connection<ServingKey> => apiKeys;

/** What traffic can be routed to, now or later; null until it has come. */
export function useLanes(): readonly Reservation[] | null {
  const query = useAllPages(RESERVATIONS, BOUGHT, reservationsOf);
  return useMemo(
    () => (query.state === 'ready' ? query.data.nodes.filter(({ status }) => status === 'ACTIVE' || status === 'SCHEDULED') : null),
    [query],
  );
}

const NO_KEYS: ReadonlyMap<string, ServingKey> = new Map();

/** Names of keys by their id, as far as this member may see keys; null until they have come. */
export function useKeyNames(mayAsk: boolean): ReadonlyMap<string, ServingKey> | null {
  const query = useAllPages(SERVING_KEYS, mayAsk ? NOTHING : null, keysOf);
  return useMemo(() => {
    if (!mayAsk || query.state === 'failed') return NO_KEYS;
    return query.state === 'ready' ? new Map(query.data.nodes.map((key) => [key.keyId, key])) : null;
  }, [mayAsk, query]);
}

/** A lane in a line, for lists to choose from. */
export function laneText({ marketId, quantity, window, reservationId }: Reservation): string {
  return `${marketId} · ${quantity} tokens/s · until ${window.end.slice(0, 16).replace('T', ' ')} UTC · …${reservationId.slice(-8)}`;
}
