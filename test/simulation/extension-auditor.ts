import type { MarketAuditor } from './market-auditor.js';
import { inLots } from './lot-auditor.js';
import { Cells, isEqual } from './pool-book.js';
import type { RawEvent, ReservationHeld } from './raw-event.js';
import type { Content } from './requests.js';
import { demand, found } from './violation.js';

type Extension = Extract<Content, { readonly type: 'ExtendReservation' }>;

/** What an extension is held from, listing by listing; the fault where there is too little. */
type Expected = ReadonlyMap<string, Cells> | string;

/** The holds of one extension, as far as the log has told of them. */
interface Open {
  readonly cause: string;
  readonly reservationId: string;
  /** What it should come to, for each content that was sent under its key. */
  readonly expected: readonly Expected[];
  readonly held: Map<string, Cells>;
}

/**
 * Follows extensions by the log alone: together their holds are all of the reservation from its end until
 * then, of what others offer of the pool the cheapest in every cell, and never above the price that was named.
 */
export class ExtensionAuditor {
  private readonly asked = new Map<string, Extension[]>();
  private open: Open | null = null;

  constructor(private readonly market: MarketAuditor) {}

  announced(cause: string, content: Content): void {
    if (content.type !== 'ExtendReservation') return;
    this.asked.set(cause, [...(this.asked.get(cause) ?? []), content]);
  }

  /** Before an event is applied: what is offered then is what there was to choose from. */
  before(event: RawEvent): void {
    if (this.open !== null && this.open.cause !== event.cause) this.checkDone();
    if (event.type !== 'ReservationHeld' || event.extendsReservationId === null) return;
    this.open ??= this.begun(event, event.extendsReservationId);
    this.held(event, this.open);
  }

  /** Nothing of the decision is still to come. */
  checkDone(): void {
    if (this.open === null) return;
    const { reservationId, expected, held } = this.open;
    this.open = null;
    const faults = expected.map((one) => faultOf(one, held));
    demand(faults.includes(null), `${reservationId} is extended by other than was asked for: ${String(faults[0])}`);
  }

  private begun({ cause }: ReservationHeld, reservationId: string): Open {
    const asked = (this.asked.get(cause) ?? []).filter((one) => one.reservationId === reservationId);
    demand(asked.length > 0, `${reservationId} is extended for ${cause}, and nobody asked for that`);
    return { cause, reservationId, expected: asked.map((one) => this.expectedOf(one)), held: new Map() };
  }

  private held({ reservationId, listingId, holderId, window, quantity }: ReservationHeld, open: Open): void {
    const extended = found(this.market.reservations.get(open.reservationId), `live ${open.reservationId}`);
    const isTheirs = extended.holderId === holderId && extended.status !== 'held';
    demand(isTheirs, `${reservationId} extends what ${holderId} does not have`);
    const cells = open.held.get(listingId) ?? new Cells();
    open.held.set(listingId, cells);
    const { poolId } = found(this.market.listings.get(listingId), `open ${listingId}`);
    this.market.pool(poolId).paint(cells, window, Number(quantity));
  }

  /** In every cell the cheapest, of equal prices what was there first, in whole lots. */
  private expectedOf({ reservationId, until, unitPriceMax }: Extension): Expected {
    const { poolId, holderId, window, quantity } = found(this.market.reservations.get(reservationId), `live ${reservationId}`);
    const pool = this.market.pool(poolId);
    const asks = [...this.market.listings.values()]
      .filter((ask) => ask.poolId === poolId && ask.sellerId !== holderId && !ask.isAuction)
      .filter(({ unitPrice }) => unitPrice <= unitPriceMax)
      .sort((a, b) => this.market.orders.compareAsks(a, b));
    const expected = new Map<string, Cells>();
    const [from, end] = pool.cellsOf({ start: window.end, end: until });
    for (let cell = from; cell < end; cell += 1) {
      let left = quantity;
      for (const { listingId } of asks) {
        const offered = found(pool.claimed(listingId), `offer ${listingId}`).at(cell);
        const part = Math.min(inLots(offered, pool), left);
        if (part <= 0) continue;
        const cells = expected.get(listingId) ?? new Cells();
        cells.add(cell, part);
        expected.set(listingId, cells);
        left -= part;
      }
      if (left > 0) return `at ${new Date(cell * pool.grid).toISOString()} nobody offers ${left} of ${quantity} at ${unitPriceMax} or less`;
    }
    return expected;
  }
}

function faultOf(expected: Expected, held: ReadonlyMap<string, Cells>): string | null {
  if (typeof expected === 'string') return expected;
  for (const listingId of new Set([...expected.keys(), ...held.keys()])) {
    const [due, had] = [expected, held].map((of) => of.get(listingId) ?? new Cells());
    if (!isEqual(due ?? new Cells(), had ?? new Cells())) return `of ${listingId} it is another part that is the cheapest for all of it`;
  }
  return null;
}
