import type { WaitlistQueries } from '../../src/allocation/projection/waitlist.queries.js';
import type { RecordedEvent } from '../../src/eventstore/event.js';
import type { OrderId, OrganizationId } from '../../src/kernel/ids.js';
import { BUYERS } from './cast.js';
import type { EstimateAuditor } from './estimate-auditor.js';
import type { LiveOrder } from './live.js';
import type { LogAuditor } from './log-auditor.js';
import type { MarketProcess } from './market-process.js';
import type { SeededRandom } from './random.js';
import { compare } from './readers.js';
import { readRaw } from './raw-event.js';
import { demand } from './violation.js';

/** What a bid was told first, as it was noted: null, nothing is. */
export type NotedOf = (orderId: OrderId) => Promise<number | null>;
/** The product's queries, and what they have noted. */
export type NotingQueries = WaitlistQueries & { notedOf: NotedOf };

/** So many bids are looked at, at a time. */
const LOOKS = 3;
/** Of the bids of one page so many are noted. */
const NOTED_AT_ONCE = 5;
/** A look for all bids of a page at more fills than this may be the last for a while. */
const LOOKED_AT_LONG = 100;
/** How often a page is followed again: per cent. */
const AGAIN_PERCENT = 15;

/** Those who wait, and are told when their turn comes. */
export class WaitingReaders {
  readonly counts = { estimatesNoted: 0, waitersRead: 0, estimatesRead: 0, recordsRead: 0 };

  constructor(
    private readonly log: LogAuditor,
    private readonly notedOf: NotedOf,
  ) {}

  /** The pages of the log are followed by either process, some by both: one dies and another goes on. */
  async follow(processes: readonly MarketProcess[], pages: readonly (readonly RecordedEvent[])[], random: SeededRandom): Promise<void> {
    for (const page of pages) {
      await this.followBy(random.pick(processes), page);
      if (random.chance(AGAIN_PERCENT)) await this.followBy(random.pick(processes), page);
    }
  }

  /** Where some of those who wait stand, and when they may be filled. */
  async look(process: MarketProcess, random: SeededRandom): Promise<void> {
    const resting = [...this.log.book.orders.live.values()];
    for (let looks = Math.min(LOOKS, resting.length); looks > 0; looks -= 1) {
      const order = random.pick(resting);
      const buyerId = random.chance(90) ? order.buyerId : random.pick(BUYERS);
      const now = process.now();
      const view = await process.reading((readers) => readers.waiting(order.orderId as OrderId, buyerId as OrganizationId));
      if (order.expiresAt <= now || buyerId !== order.buyerId) {
        demand(view === null, `shown: ${buyerId} is told of ${order.orderId}`);
        continue;
      }
      demand(view !== null, `shown: ${buyerId} is not told of ${order.orderId}`);
      this.judge(order, now, view);
    }
  }

  private judge(order: LiveOrder, now: number, view: Shown): void {
    const { estimates } = this.log.shown;
    const due = estimates.estimateOf(order, now);
    const { position, quantityAhead, estimate } = view;
    const place = `of ${order.orderId} at ${new Date(now).toISOString()}`;
    compare(`waitlist position ${place}`, [position, quantityAhead], [due.position, BigInt(due.quantityAhead)]);
    const { over, lookedAt } = due;
    const throughout = order.window.end - order.window.start;
    const possible = due.supplies.map((tokenMs) => {
      const fillsAt = estimates.fillsAt(order, due, tokenMs, now);
      return fillsAt === null ? null : { fillsAt, expiresFirst: fillsAt >= order.expiresAt, supply: { tokenMs, throughout, over, lookedAt } };
    });
    compareAny(`waitlist estimate ${place}`, estimate, possible);
    const record = estimates.trackRecord();
    if (record !== null) compare(`waitlist record of past estimates in ${this.log.marketId}`, view.trackRecord, record);
    this.counts.waitersRead += 1;
    if (estimate !== null) this.counts.estimatesRead += 1;
    if ((record?.judged ?? 0) > 0) this.counts.recordsRead += 1;
  }

  private async followBy(process: MarketProcess, page: readonly RecordedEvent[]): Promise<void> {
    const now = process.now();
    await process.reading((readers) => readers.follow(page));
    const { estimates } = this.log.shown;
    const placed = follow(estimates, page).slice(-NOTED_AT_ONCE);
    for (const orderId of placed) {
      const order = this.log.book.orders.live.get(orderId);
      const noted = await this.notedOf(orderId as OrderId);
      const before = estimates.told.get(orderId);
      if (before !== undefined) compare(`waitlist note of ${orderId}`, noted, before.fillsAt);
      else if (order === undefined || order.expiresAt <= now) demand(noted === null, `shown: ${orderId} is noted and does not wait`);
      else this.judgeNote(order, noted, now);
    }
  }

  private judgeNote(order: LiveOrder, noted: number | null, now: number): void {
    const { estimates } = this.log.shown;
    const due = estimates.estimateOf(order, now);
    const possible = due.supplies.map((tokenMs) => estimates.fillsAt(order, due, tokenMs, now));
    if (noted === null && due.lookedAt * NOTED_AT_ONCE > LOOKED_AT_LONG) return;
    compareAny(`waitlist note of ${order.orderId}`, noted, possible);
    if (noted === null) return;
    estimates.told.set(order.orderId, { fillsAt: noted, ended: null });
    this.counts.estimatesNoted += 1;
  }
}

interface Shown {
  readonly position: number;
  readonly quantityAhead: bigint;
  readonly estimate: unknown;
  readonly trackRecord: unknown;
}

/** Right where it is one of what may be: only the product knows when a set-aside will leave room. */
function compareAny(what: string, shown: unknown, possible: readonly unknown[]): void {
  const [first] = possible;
  const faults = possible.map((due) => {
    try {
      compare(what, shown, due);
      return null;
    } catch (error) {
      return error;
    }
  });
  if (!faults.includes(null)) compare(what, shown, first);
}

/** What became of what was told, and who came: the bids that were placed. */
function follow({ told }: EstimateAuditor, page: readonly RecordedEvent[]): readonly string[] {
  const events = page.map(readRaw);
  for (const event of events) {
    if (event.type === 'OrderAmended' && told.get(event.orderId)?.ended === null) told.delete(event.orderId);
  }
  for (const event of events) {
    if (event.type !== 'OrderClosed') continue;
    const known = told.get(event.orderId);
    if (known !== undefined) known.ended ??= { at: event.occurredAt, isFilled: event.reason === 'filled' };
  }
  return events.flatMap((event) => (event.type === 'OrderPlaced' ? [event.orderId] : []));
}

