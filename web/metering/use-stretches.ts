import { useMemo } from 'react';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.js';
import type { Query } from '../api/query.js';
import { useAllPages, type Connection, type Whole } from '../api/use-all-pages.js';
import {
  SERVICE_HOURS,
  SERVICE_MINUTES,
  USAGE_HOURS,
  type ServiceHour,
  type ServiceMinute,
  type UsageHour,
} from './metering.documents.js';
import { hourOf, minuteOf, type Stretch } from './serving.figures.js';

export const RANGES = { hour: '1 h', three: '3 h', day: '24 h', week: '7 d' } as const;
export type Range = keyof typeof RANGES;
const LENGTHS: Readonly<Record<Range, number>> = { hour: HOUR_MS, three: 3 * HOUR_MS, day: DAY_MS, week: 7 * DAY_MS };

/** From when until when, and how finely it is looked at. */
export interface Look {
  readonly from: number;
  readonly until: number;
  readonly step: number;
}

/** The last minutes or hours, the running one included. */
export function lookOf(range: Range, now: number): Look {
  const step = range === 'hour' || range === 'three' ? MINUTE_MS : HOUR_MS;
  const until = (Math.floor(now / step) + 1) * step;
  return { from: until - LENGTHS[range], until, step };
}

const minutesOf = ({ serviceMinutes }: { readonly serviceMinutes: Connection<ServiceMinute> }): Connection<ServiceMinute> => serviceMinutes;
const hoursOf = ({ serviceHours }: { readonly serviceHours: Connection<ServiceHour> }): Connection<ServiceHour> => serviceHours;
const usedOf = ({ usageHours }: { readonly usageHours: Connection<UsageHour> }): Connection<UsageHour> => usageHours;

export interface Measured {
  readonly stretches: readonly Stretch[];
  /** The same by the hour, as judged. */
  readonly hours: readonly ServiceHour[];
}

/** What was measured of a reservation: by the minute as it comes in, by the hour once that was judged. */
export function useStretches(reservationId: string, { from, until, step }: Look): Query<Measured> {
  const isHourly = step === HOUR_MS;
  const window = { start: new Date(from).toISOString(), end: new Date(until).toISOString() };
  const minutes = useAllPages(SERVICE_MINUTES, isHourly ? null : { reservationId, window }, minutesOf);
  const hours = useAllPages(SERVICE_HOURS, isHourly ? { reservationId, window } : null, hoursOf);
  const used = useAllPages(USAGE_HOURS, isHourly ? { reservationId } : null, usedOf);
  return useMemo(() => {
    if (!isHourly) return mapped(minutes, (nodes) => ({ stretches: nodes.map(minuteOf), hours: [] }));
    const byHour = new Map((used.state === 'ready' ? used.data.nodes : []).map((one) => [one.hour, one]));
    return mapped(hours, (nodes) => ({ stretches: nodes.map((hour) => hourOf(hour, byHour)), hours: nodes }));
  }, [isHourly, minutes, hours, used]);
}

function mapped<Node, Data>(query: Query<Whole<Node>>, map: (nodes: readonly Node[]) => Data): Query<Data> {
  return query.state === 'ready' ? { state: 'ready', data: map(query.data.nodes) } : query;
}
