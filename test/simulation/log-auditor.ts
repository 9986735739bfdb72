import type { MarketOutcome } from '../../src/allocation/application/market.service.js';
import { streamId } from '../../src/eventstore/event.js';
import type { MarketId } from '../../src/kernel/ids.js';
import { MarketAuditor } from './market-auditor.js';
import { ExtensionAuditor } from './extension-auditor.js';
import { insistsOnAny } from './insistence.js';
import type { SimulatedStore } from './jobs.js';
import { PackageAuditor } from './package-auditor.js';
import { checkRests } from './post-only-auditor.js';
import { isInLog } from './promised.js';
import { readRaw, type RawEvent } from './raw-event.js';
import { RefusalAuditor } from './refusal-auditor.js';
import type { Refused } from './refused.js';
import type { Request } from './requests.js';
import { ShownAuditor } from './shown-auditor.js';
import { demand, found, Violation } from './violation.js';

/** Holds and payments are looked after on this grid: nothing is due earlier than its end. */
const DUE_GRID_MS = 5_000;

/** One command may lead to several of these. */
const MANY: readonly string[] = [
  ...['OrderFilled', 'OrderClosed', 'ListingClosed'],
  ...['HoldReleased', 'ListingReduced', 'ReservationCurtailed', 'QuoteClosed'],
];

/** What one request led to. */
interface Effects {
  readonly first: number;
  count: number;
  readonly types: Set<string>;
  /** Kept until somebody is told of them: they are in the log, and so is what is told. */
  events: RawEvent[];
}

/** How whoever asks for a package calls its parts: as the package, and a number. */
const PART = /-[1-9]\d?$/;

/** An extension, a package and a quote hold several parts at once. */
const isPart = (event: RawEvent): boolean => {
  if (event.type !== 'ReservationHeld') return false;
  return event.quoteId !== null || event.extendsReservationId !== null || PART.test(event.reservationId);
};

/**
 * What happens once for a request: an order may wait for what several pools set aside, for each once, and a
 * curtailment of an auction ends each of its bids once.
 */
function onceIn(event: RawEvent): string {
  if (event.type === 'ReleaseAwaited') return `${event.type} ${event.poolId}`;
  return event.type === 'AuctionBidWithdrawn' ? `${event.type} ${event.orderId}` : event.type;
}

export const causeOf = ({ scope, key }: Request): string => `${scope} ${key}`;

/** Reads what is new in a stream, audits it, and checks against it what callers are told. */
export class LogAuditor {
  readonly book = new MarketAuditor();
  readonly packages = new PackageAuditor();
  readonly extensions = new ExtensionAuditor(this.book);
  readonly refusals = new RefusalAuditor(this.book);
  readonly shown = new ShownAuditor(this.book);
  version = 0;
  /** Bids that insist on something and were refused. */
  insistingRefused = 0;
  private readonly byCause = new Map<string, Effects>();
  private readonly told = new Map<string, string>();
  /** Refusals that were decided at a version that is still to come. */
  private refused: Refused[] = [];

  constructor(
    private readonly store: SimulatedStore,
    readonly marketId: MarketId,
  ) {}

  /** Somebody asks for something: what it was is known to whoever judges the answer. */
  announced(request: Request, now: number): void {
    const cause = causeOf(request);
    this.packages.announced(cause, request.content);
    this.extensions.announced(cause, request.content);
    this.refusals.announced(cause, request.content, now);
  }

  /** @throws Violation at the first broken promise */
  async catchUp(): Promise<void> {
    const stream = streamId('market', this.marketId);
    const tail = await this.store.readStream(stream, this.version, 100_000);
    this.refused.push(...this.store.takeRefused(stream));
    this.judge();
    for (const recorded of tail) {
      // Two of these may run in turns: whoever comes second finds its events read.
      if (recorded.version <= this.version) continue;
      demand(recorded.version === this.version + 1, `${stream} skips ${this.version + 1}`);
      this.version = recorded.version;
      this.read(readRaw(recorded), recorded.hash.toString('hex'));
      this.judge();
    }
    this.packages.checkDone();
    this.extensions.checkDone();
  }

  /** What was refused in the market as it is at this version. */
  private judge(): void {
    while (this.refused[0]?.version === this.version) {
      const [one] = this.refused.splice(0, 1);
      if (one !== undefined) this.refusals.refused(one);
    }
  }

  /** I6 and I7: an answer that was given is kept, is the only one, and the log says the same. */
  async acknowledge(request: Request, outcome: MarketOutcome): Promise<void> {
    const [kept] = await this.store.findAnswers([request]);
    await this.catchUp();
    // Nothing is kept for a market that was never begun.
    if (this.version === 0 && kept === undefined && !outcome.accepted) return;
    const id = causeOf(request);
    const body = JSON.stringify(outcome);
    demand(found(kept, `kept answer to ${id}`).body === body, `I6: ${id} is told other than kept`);
    const before = this.told.get(id);
    demand((before ?? body) === body, `I6: ${id} is told two things`);
    if (before !== undefined) return;
    this.told.set(id, body);
    this.checkEffects(request, outcome);
  }

  private checkEffects(request: Request, outcome: MarketOutcome): void {
    const { content } = request;
    const id = causeOf(request);
    const effects = this.byCause.get(id);
    if (outcome.accepted) {
      const isThere = isInLog(content, outcome.answer, effects?.events ?? []) || this.isOldNews(content);
      demand(isThere, `I7: ${content.type} ${id} is acknowledged and not so in the log`);
      if (content.type === 'CreateListing') checkRests(id, content, effects?.events ?? []);
      if (content.type === 'RequestQuote') this.book.orders.bids.checkQuoted(id, content.constraints, effects?.events ?? []);
    } else {
      demand(effects === undefined, `I6: ${content.type} ${id} is refused and happens all the same`);
      if (content.type === 'PlaceOrder' && insistsOnAny(content.constraints)) this.insistingRefused += 1;
    }
    if (effects !== undefined) effects.events = [];
    this.refusals.forget(id);
  }

  /** Of a pool's evidence only what is newer than what is known is written down. */
  private isOldNews(content: Request['content']): boolean {
    if (content.type !== 'RateEvidence') return false;
    return this.book.pool(content.poolId).evidence.change >= content.change;
  }

  /** What should have happened by now, when every job that was due has run; null when nothing. */
  overdue(now: number): string | null {
    for (const { listingId, window } of this.book.listings.values()) {
      if (window.end <= now) return `${listingId} is open after its window`;
    }
    for (const one of this.book.reservations.values()) {
      const { reservationId, window, status, paidAt, expiresAt } = one;
      const isHeld = status === 'held';
      const isExpired = lookedAfterAt(expiresAt) <= now;
      if (isHeld && isExpired) return `${reservationId} is held after it expired`;
      if (!isHeld && window.end <= now) return `${reservationId} goes on after its end`;
      const startsAt = Math.max(window.start, lookedAfterAt(paidAt));
      if (status === 'scheduled' && startsAt <= now) return `${reservationId} has not started`;
    }
    const { holders, quotes } = this.book;
    const overdue = holders.idle.overdue(now) ?? quotes.overdue(now, lookedAfterAt);
    if (overdue !== null) return overdue;
    return this.book.orders.overdue(now) ?? this.book.auctions.overdue(now);
  }

  private read(event: RawEvent, hash: string): void {
    try {
      this.shown.read(event, { stream: streamId('market', this.marketId), version: event.version, hash });
      this.extensions.before(event);
      this.book.apply(event);
      this.checkOnce(event);
      this.packages.read(event);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      const { version, type, actor, cause } = event;
      const place = `${streamId('market', this.marketId)} version ${version}`;
      throw new Violation(`${place}, ${type} by ${actor} for "${cause}": ${error.message}`);
    }
  }

  /** A quote is paid whole. */
  private isPaidWhole(event: RawEvent): boolean {
    if (event.type !== 'ReservationPaid') return false;
    return (this.book.reservations.get(event.reservationId)?.quoteId ?? null) !== null;
  }

  /** I6: what one request leads to happens at once, and once. */
  private checkOnce(event: RawEvent): void {
    const { cause, version, type } = event;
    const isSystem = event.actor.startsWith('system:');
    demand(!this.told.has(cause), `I6: ${cause} was answered, and happens`);
    // One order is placed and written down as two things, each once: what the product sends has its own keys.
    const key = isSystem ? `${event.actor} ${cause}` : cause;
    const effects = this.byCause.get(key);
    if (effects === undefined) {
      const events = isSystem ? [] : [event];
      this.byCause.set(key, { first: version, count: 1, types: new Set([onceIn(event)]), events });
      return;
    }
    const isOneDecision = version === effects.first + effects.count;
    demand(isOneDecision, `I6: ${cause} happens twice, again at ${version}`);
    const once = onceIn(event);
    const isTwice = effects.types.has(once) && !MANY.includes(type) && !isPart(event) && !this.isPaidWhole(event);
    demand(isSystem || !isTwice, `I6: ${cause} leads to ${type} twice`);
    effects.count += 1;
    effects.types.add(once);
    if (!isSystem) effects.events.push(event);
  }
}

const lookedAfterAt = (instant: number): number => Math.ceil(instant / DUE_GRID_MS) * DUE_GRID_MS;
