import type { Query } from '../api/query.js';
import { useAllPages, type Connection, type Whole } from '../api/use-all-pages.js';
import { USAGE_HOURS, type UsageHour } from '../metering/metering.documents.js';

const hoursOf = ({ usageHours }: { readonly usageHours: Connection<UsageHour> }): Connection<UsageHour> => usageHours;
/** Hours are rated as use comes in; nobody watches them by the second. */
const OPTIONS = { everyMs: 30_000 };

/** What was used of a reservation, hour by hour; null: of none. */
export function useHours(reservationId: string | null): Query<Whole<UsageHour>> {
  return useAllPages(USAGE_HOURS, reservationId === null ? null : { reservationId }, hoursOf, OPTIONS);
}
