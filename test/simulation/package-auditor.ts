import type { MarketOutcome } from '../../src/allocation/application/market.service.js';
import type { MarketAuditor } from './market-auditor.js';
import { checkBought, checkSpread, type PlanAsked } from './plan-auditor.js';
import type { RawEvent } from './raw-event.js';
import type { Content } from './requests.js';
import { demand } from './violation.js';

/** What a package is held for. */
interface Insisted extends PlanAsked {
  /** What its plan costs; null where something else is held with it. */
  readonly amount: bigint | null;
}

type PackageContent = Extract<Content, { readonly type: 'HoldPackage' }>;

/** Follows packages: all of one is held, by one decision, or nothing of it. */
export class PackageAuditor {
  /** How many holds were asked for under a cause: several where other content came under its key, a single hold too. */
  private readonly asked = new Map<string, Set<number>>();
  /** What plans that packages are made of insist on. */
  private readonly insisted = new WeakMap<Content, Insisted>();
  private open: { readonly cause: string; holds: number } | null = null;

  announced(cause: string, content: Content): void {
    if (content.type !== 'HoldPackage' && content.type !== 'HoldReservation') return;
    const sizes = this.asked.get(cause) ?? new Set();
    this.asked.set(cause, sizes.add(content.type === 'HoldPackage' ? content.holds.length : 1));
  }

  insists(content: PackageContent, insisted: Insisted): void {
    this.insisted.set(content, insisted);
  }

  /** What is held of a package is what its plan insists on: judged by the log alone. */
  checkInsisted(content: Content, effects: readonly RawEvent[], book: MarketAuditor): void {
    const asked = this.insisted.get(content);
    if (asked === undefined) return;
    const held = effects.flatMap((effect) => (effect.type === 'ReservationHeld' ? [effect] : []));
    const all = held.map(({ poolId, window, quantity, unitPrice }) => ({
      ...{ poolId, window, quantity: BigInt(quantity), unitPrice: BigInt(unitPrice) },
    }));
    checkBought('a package', asked, all, book);
    if (asked.amount === null) return;
    checkSpread('a package', asked, all, book);
    const cost = held.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    demand(cost === asked.amount, `a package costs ${cost}, and its plan said ${asked.amount}`);
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
