import type { HandedPart, Purchase } from '../../../allocation/contract.js';
import type { ReservationId } from '../../../kernel/ids.js';
import { HOUR_MS, plus, type Instant } from '../../../kernel/time.js';
import type { ReservedHour, ServedHour, ServedHours } from '../../../metering/contract.js';
import type { ChargeRow } from '../../model/export/books.tables.js';
import type { PartUse, ServedUse } from '../../model/export/served-use.js';
import { hoursToldWith } from '../../model/export/served-hours.js';

/** What a charge is for, and the parts of it that teams were handed. */
export interface Bought {
  readonly purchase: Purchase;
  readonly parts: readonly HandedPart[];
}

/** Hours of a part, from one place up to another. */
interface PartHours {
  readonly part: HandedPart;
  readonly from: number;
  readonly to: number;
}

/**
 * The hours that deliveries are for, of which use is told as it was known when the month was closed: of what was bought,
 * and behind these of what was handed over of it.
 */
export class AskedHours {
  readonly hours: ReservedHour[] = [];
  /** Of each charge the place of the first of its hours, behind which the others are; then where the last one's end. */
  private readonly places: number[] = [];
  private readonly partsOf = new Map<number, readonly PartHours[]>();

  constructor(charges: readonly ChargeRow[], bought: ReadonlyMap<string, Bought>) {
    for (const charge of charges) {
      this.places.push(this.hours.length);
      this.ask(charge.reservationId, hoursOf(charge, bought));
    }
    this.places.push(this.hours.length);
    charges.forEach((charge, index) => {
      const { parts = [] } = bought.get(charge.reservationId) ?? {};
      if (parts.length > 0) this.partsOf.set(index, this.askParts(parts, hoursOf(charge, bought)));
    });
  }

  /** Of a charge, in all hours that it is for; null: nothing is known of any. */
  useOf(charge: number, served: ServedHours): ServedUse | null {
    return useIn(served, this.places[charge] ?? 0, this.places[charge + 1] ?? 0);
  }

  /** The same of each part of which something is known. */
  usesOfParts(charge: number, served: ServedHours): readonly PartUse[] {
    return (this.partsOf.get(charge) ?? []).flatMap(({ part: { reservationId, teamId }, from, to }) => {
      const use = useIn(served, from, to);
      return use === null ? [] : [{ reservationId, teamId, use }];
    });
  }

  private askParts(parts: readonly HandedPart[], hours: readonly Instant[]): readonly PartHours[] {
    return parts.map((part) => {
      const from = this.hours.length;
      const { start, end } = part.window;
      this.ask(part.reservationId, hours.filter((hour) => hour < end && plus(hour, HOUR_MS) > start));
      return { part, from, to: this.hours.length };
    });
  }

  private ask(reservationId: string, hours: readonly Instant[]): void {
    for (const hour of hours) this.hours.push({ reservationId: reservationId as ReservationId, hour });
  }
}

function hoursOf(
  { kind, reservationId, servedFrom: start, servedTo: end }: ChargeRow,
  bought: ReadonlyMap<string, Bought>,
): readonly Instant[] {
  if (kind !== 'delivery' || start === null || end === null) return [];
  return hoursToldWith({ start, end }, bought.get(reservationId)?.purchase.window.start ?? start);
}

function useIn(served: ServedHours, from: number, to: number): ServedUse | null {
  let use: ServedUse | null = null;
  for (let place = from; place < to; place += 1) {
    const hour = served(place);
    if (hour !== null) use = use === null ? useOf(hour) : sum(use, useOf(hour));
  }
  return use;
}

function useOf({ events, counts, weighted }: ServedHour): ServedUse {
  const { input, cachedInput, output, reasoning } = counts;
  return { requests: events, input, cachedInput, output, reasoning, weighted };
}

function sum(one: ServedUse, other: ServedUse): ServedUse {
  return {
    requests: one.requests + other.requests,
    input: one.input + other.input,
    cachedInput: one.cachedInput + other.cachedInput,
    output: one.output + other.output,
    reasoning: one.reasoning + other.reasoning,
    weighted: one.weighted + other.weighted,
  };
}
