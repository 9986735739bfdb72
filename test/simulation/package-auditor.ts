import type { MarketOutcome } from '../../src/allocation/application/market.service.js';
import type { RawEvent } from './raw-event.js';
import type { Content } from './requests.js';
import { demand } from './violation.js';

type PackageContent = Extract<Content, { readonly type: 'HoldPackage' }>;

/** Follows packages: all of one is held, by one decision, or nothing of it. */
export class PackageAuditor {
  /** How many holds were asked for under a cause: several where other content came under its key, a single hold too. */
  private readonly asked = new Map<string, Set<number>>();
  private open: { readonly cause: string; holds: number } | null = null;

  announced(cause: string, content: Content): void {
    if (content.type !== 'HoldPackage' && content.type !== 'HoldReservation') return;
    const sizes = this.asked.get(cause) ?? new Set();
    this.asked.set(cause, sizes.add(content.type === 'HoldPackage' ? content.holds.length : 1));
  }

  /** What a quote sets aside, and what extends a reservation, was asked for by other content under the same key. */
  isPart(event: RawEvent): boolean {
    if (event.type !== 'ReservationHeld' || !this.asked.has(event.cause)) return false;
    return event.quoteId === null && event.extendsReservationId === null;
  }

  read(event: RawEvent): void {
    if (this.open !== null && this.open.cause !== event.cause) this.checkDone();
    if (!this.isPart(event)) return;
    this.open ??= { cause: event.cause, holds: 0 };
    this.open.holds += 1;
  }

  /** Nothing of the decision is still to come. */
  checkDone(): void {
    if (this.open === null) return;
    const { cause, holds } = this.open;
    this.open = null;
    const isWhole = this.asked.get(cause)?.has(holds) === true;
    demand(isWhole, `package ${cause} is held in part: ${holds} holds`);
  }
}

/** True when every hold of the package is in the log as it was asked for, and as it was told. */
export function isWholeInLog(
  { buyerId, holds }: PackageContent,
  answer: Extract<MarketOutcome, { readonly accepted: true }>['answer'],
  effects: readonly RawEvent[],
): boolean {
  const held = effects.flatMap((effect) => (effect.type === 'ReservationHeld' ? [effect] : []));
  if (answer.kind !== 'package' || held.length !== holds.length) return false;
  return holds.every(({ listingId, window, quantity }, index) => {
    const effect = held[index];
    if (effect?.listingId !== listingId || effect.holderId !== buyerId) return false;
    const isWindow = effect.window.start === window.start && effect.window.end === window.end;
    const isTold = answer.reservations[index]?.reservationId === effect.reservationId;
    return isWindow && isTold && effect.quantity === String(quantity);
  });
}
