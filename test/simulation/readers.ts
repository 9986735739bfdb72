import { topOf } from '../../src/allocation/model/depth.js';
import type { BookView } from '../../src/allocation/application/market-data.service.js';
import type { AvailableStep } from '../../src/allocation/model/availability.js';
import type { ChainLink, ChainQueries, LoggedEvent } from '../../src/allocation/projection/chain.queries.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { BUYERS, PROVIDERS } from './cast.js';
import type { ToldEvent, ToldLink } from './chain-auditor.js';
import type { Level, ShownBook } from './depth-auditor.js';
import type { LogAuditor } from './log-auditor.js';
import type { MarketProcess } from './market-process.js';
import type { SeededRandom } from './random.js';
import type { ReadWish } from './reader-wishes.js';
import { demand } from './violation.js';

/** So many chains are read at a time: of what moved last, and of anything. */
const CHAINS_NEW = 3;
const CHAINS_OLD = 2;
const READERS = [...BUYERS, ...PROVIDERS];

/** Those who read one market: what they are shown is held against what the log says. */
export class Readers {
  readonly counts = { booksRead: 0, chainsRead: 0, linksRead: 0 };

  constructor(
    private readonly log: LogAuditor,
    private readonly chains: ChainQueries,
  ) {}

  /** The book of a window and the calendar, as anybody sees them. Nothing is written meanwhile. */
  async book(process: MarketProcess, { window, calendar }: ReadWish): Promise<void> {
    const { marketId, shown } = this.log;
    await this.log.catchUp();
    const now = process.now();
    const answers = await process.reading((readers) =>
      Promise.all([readers.book(marketId, window), readers.availability(marketId, calendar)]),
    );
    if (answers === null || this.log.version === 0) return;
    const [book, steps] = answers;
    const place = `of ${marketId} at ${new Date(now).toISOString()}`;
    const { depth } = shown;
    compare(`depth ${place}, ${window.start} to ${window.end}`, book?.ok === true ? bookOf(book.value) : book?.error.code, depth.bookOf(window, now));
    compare(`availability ${place}`, steps?.map(stepOf), depth.stepsOf(calendar, now).map(stepText));
    this.counts.booksRead += 1;
  }

  /** Chains of title, as somebody is told of them: parties, mostly. */
  async chainsOf(random: SeededRandom): Promise<void> {
    const { chains } = this.log.shown;
    const moved = [...chains.moved.keys()];
    const newest = moved.slice(-CHAINS_NEW);
    const others = moved.length === 0 ? [] : Array.from({ length: CHAINS_OLD }, () => random.pick(moved));
    for (const reservationId of [...newest, ...others]) {
      const { fromId, toId } = chains.moved.get(reservationId) ?? { fromId: '', toId: '' };
      const reader = random.pick([fromId, toId, random.pick(READERS)]) as OrganizationId;
      const told = await this.chains.chainOf(reservationId, reader);
      const due = chains.chainOf(reservationId, reader);
      compare(`chain of ${reservationId} for ${reader}`, told?.map(linkOf) ?? null, due);
      this.counts.chainsRead += 1;
      this.counts.linksRead += due?.length ?? 0;
    }
  }
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_name, one: unknown) => (typeof one === 'bigint' ? String(one) : one)) ?? 'nothing';

/** @throws Violation when a reader is shown something else than there is */
export function compare(what: string, shown: unknown, due: unknown): void {
  const [seen, expected] = [textOf(shown), textOf(due)];
  demand(seen === expected, `shown: ${what} is ${seen}, not ${expected}`);
}

function bookOf(view: BookView): ShownBook | string {
  const side = (levels: BookView['asks']): Level[] =>
    levels.map(({ quantity, unitPrice, count, cumulativeQuantity: all }): Level => `${quantity} at ${unitPrice}, ${count} of them, ${all} in all`);
  const [asks, bids] = [side(view.asks), side(view.bids)];
  const { bestAsk, bestBid, spread } = topOf(view);
  const isTop = bestAsk === (view.asks[0] ?? null) && bestBid === (view.bids[0] ?? null);
  const isSpread = spread === null ? asks.length * bids.length === 0 : spread + (bestBid?.unitPrice ?? 0n) === bestAsk?.unitPrice;
  return isTop && isSpread ? { asks, bids } : 'another top than its best levels';
}

interface Step {
  readonly start: number;
  readonly quantity: bigint;
  readonly bestPrice: bigint | null;
}

const stepText = ({ start, quantity, bestPrice }: Step): string => `${start}: ${quantity} from ${String(bestPrice)}`;
const stepOf = ({ window, quantity, bestPrice }: AvailableStep): string => stepText({ start: window.start, quantity, bestPrice });

/** A link as the auditor tells it. */
export function linkOf(link: ChainLink): ToldLink {
  const { hop, reservationId, fromId, toId, isTransfer, window, quantity, movedAt, nameplate } = link;
  return {
    ...{ hop, reservationId, fromId, toId, isTransfer, start: window.start.getTime(), end: window.end.getTime() },
    ...{ quantity: String(quantity), movedAt: movedAt.getTime(), event: eventOf(link.event) },
    extendsReservationId: link.extendsReservationId,
    nameplate: nameplate && { poolId: nameplate.poolId, openedAt: nameplate.openedAt.getTime(), event: eventOf(nameplate.event) },
  };
}

const eventOf = (event: LoggedEvent | null): ToldEvent => ({
  ...{ stream: event?.stream ?? 'none', version: event?.version ?? 0, hash: event?.hash ?? '' },
});
