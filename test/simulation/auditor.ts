import type { RecordedEvent } from '../../src/eventstore/event.js';

// Written from the log's own text, hour by hour, with plain numbers and arrays: nothing of the
// product's rules, types or step functions, so that one mistake cannot be in both.

const HOUR = 3_600_000;

interface Span {
  readonly from: number;
  readonly to: number;
}
interface Pool {
  readonly nameplate: Map<number, number>;
  cap: number | null;
  readonly provider: string;
}
interface Offer extends Span {
  readonly pool: string;
  readonly source: string;
  readonly quantity: number;
  isOpen: boolean;
}
interface Sale extends Span {
  readonly pool: string;
  readonly listing: string;
  /** `pool` or the reservation it was cut from. */
  readonly source: string;
  readonly holder: string;
  readonly quantity: number;
  state: 'held' | 'paid' | 'over' | 'released' | 'cancelled';
}

type Data = Record<string, any>;

const spanOf = ({ start, end }: { start: number; end: number }): Span => ({
  from: start / HOUR,
  to: end / HOUR,
});
const covers = ({ from, to }: Span, hour: number): boolean => from <= hour && hour < to;
const sourceOf = ({ source }: Data): string =>
  source.kind === 'pool' ? 'pool' : (source.reservationId as string);

export class AuditError extends Error {}

/** Follows one market's log and checks after each step that nothing is lost and nothing oversold. */
export class Auditor {
  private readonly pools = new Map<string, Pool>();
  private readonly offers = new Map<string, Offer>();
  private readonly sales = new Map<string, Sale>();
  version = 0;

  see(event: RecordedEvent): void {
    if (event.version !== this.version + 1) {
      throw new AuditError(`version ${event.version} follows ${this.version}`);
    }
    this.version = event.version;
    this.apply(event.type, JSON.parse(event.data) as Data);
  }

  hasSale(reservationId: string): boolean {
    return this.sales.has(reservationId);
  }

  hasOffer(listingId: string): boolean {
    return this.offers.has(listingId);
  }

  private apply(type: string, data: Data): void {
    switch (type) {
      case 'PoolOpened':
        this.pools.set(data['poolId'], {
          nameplate: new Map(),
          cap: data['buyerShareMax'],
          provider: data['providerId'],
        });
        this.extend(data['poolId'], data['nameplate']);
        break;
      case 'PoolExtended':
        this.extend(data['poolId'], data['added']);
        break;
      case 'PoolTermsChanged':
        this.poolOf(data['poolId']).cap = data['buyerShareMax'];
        break;
      case 'ListingCreated':
        this.offers.set(data['listingId'], {
          ...spanOf(data['window']),
          pool: data['poolId'],
          source: sourceOf(data),
          quantity: Number(data['quantity']),
          isOpen: true,
        });
        break;
      case 'ListingClosed':
        (this.offers.get(data['listingId']) as Offer).isOpen = false;
        break;
      default:
        this.applyToSale(type, data);
    }
  }

  private applyToSale(type: string, data: Data): void {
    const id = data['reservationId'] as string;
    if (type === 'ReservationHeld') {
      this.hold(id, data);
      return;
    }
    const sale = this.sales.get(id);
    if (sale === undefined) throw new AuditError(`${type} of ${id}, which was never held`);
    const next: Record<string, Sale['state']> = {
      ReservationPaid: 'paid',
      ReservationActivated: 'paid',
      ReservationCompleted: 'over',
      HoldReleased: 'released',
      ReservationCancelled: 'cancelled',
    };
    const state = next[type];
    if (state === undefined) throw new AuditError(`an event ${type} that the auditor does not know`);
    sale.state = state;
  }

  private hold(id: string, data: Data): void {
    const span = spanOf(data['window']);
    const quantity = Number(data['quantity']);
    const due = BigInt(data['unitPrice']) * BigInt(quantity) * BigInt(span.to - span.from);
    if (due !== BigInt(data['amount'])) throw new AuditError(`${id} costs ${due}, not ${data['amount']}`);
    this.sales.set(id, {
      ...span,
      ...{ pool: data['poolId'], listing: data['listingId'], source: sourceOf(data) },
      ...{ holder: data['holderId'], quantity, state: 'held' },
    });
    const left = (data['listingRemaining'] as Data[]).map(({ window, value }) => ({
      ...spanOf(window),
      value: Number(value),
    }));
    for (const hour of this.hoursOf(data['poolId'])) {
      const said = left.find((one) => covers(one, hour))?.value ?? 0;
      const found = this.leftOf(data['listingId'], hour);
      if (said !== found) throw new AuditError(`${id} says ${said} are left at ${hour}, not ${found}`);
    }
  }

  private extend(poolId: string, segments: Data[]): void {
    const { nameplate } = this.poolOf(poolId);
    for (const { window, value } of segments) {
      const { from, to } = spanOf(window);
      for (let hour = from; hour < to; hour += 1) {
        nameplate.set(hour, (nameplate.get(hour) ?? 0) + Number(value));
      }
    }
  }

  private poolOf(poolId: string): Pool {
    const pool = this.pools.get(poolId);
    if (pool === undefined) throw new AuditError(`pool ${poolId} was never opened`);
    return pool;
  }

  private hoursOf(poolId: string): number[] {
    return [...this.poolOf(poolId).nameplate.keys()];
  }

  private salesAt(hour: number): [string, Sale][] {
    return [...this.sales].filter(([, sale]) => isAlive(sale) && covers(sale, hour));
  }

  /** What a listing can still sell in an hour; what was given back after payment does not return to it. */
  private leftOf(listingId: string, hour: number): number {
    const offer = this.offers.get(listingId) as Offer;
    if (!offer.isOpen || !covers(offer, hour)) return 0;
    return offer.quantity - this.soldOf(listingId, hour);
  }

  private soldOf(listingId: string, hour: number): number {
    return [...this.sales.values()]
      .filter((sale) => sale.listing === listingId && covers(sale, hour) && sale.state !== 'released')
      .reduce((sum, { quantity }) => sum + quantity, 0);
  }

  /** I1 and I2, at every hour of every pool from an instant on. */
  check(from: number): void {
    for (const [poolId, pool] of this.pools) {
      for (const [hour, whole] of pool.nameplate) {
        if (hour * HOUR >= from) this.checkHour(poolId, pool, hour, whole);
      }
    }
  }

  private checkHour(poolId: string, pool: Pool, hour: number, whole: number): void {
    const sales = this.salesAt(hour).filter(([, sale]) => sale.pool === poolId);
    const offers = [...this.offers].filter(([, offer]) => offer.pool === poolId);
    const lots = ['pool', ...sales.filter(([, { state }]) => state !== 'held').map(([id]) => id)];
    const titleOf = (lot: string): number => {
      const given = lot === 'pool' ? whole : (this.sales.get(lot) as Sale).quantity;
      return given - sum(sales.filter(([, s]) => s.source === lot && s.state !== 'held'));
    };
    for (const lot of lots) {
      const title = titleOf(lot);
      const held = sum(sales.filter(([, s]) => s.source === lot && s.state === 'held'));
      const offered = offers
        .filter(([, offer]) => offer.source === lot)
        .reduce((total, [id]) => total + this.leftOf(id, hour), 0);
      if (title < 0) throw new AuditError(`I1: ${lot} of ${poolId} has ${title} at ${hour}`);
      if (offered + held > title) {
        throw new AuditError(`I2: ${lot} of ${poolId} offers ${offered} and holds ${held} of ${title} at ${hour}`);
      }
    }
    const total = lots.reduce((all, lot) => all + titleOf(lot), 0);
    if (total !== whole) throw new AuditError(`I1: titles of ${poolId} are ${total} of ${whole} at ${hour}`);
    this.checkShares({ poolId, pool, hour, whole }, sales, titleOf);
  }

  private checkShares(
    { poolId, pool, hour, whole }: { poolId: string; pool: Pool; hour: number; whole: number },
    sales: [string, Sale][],
    titleOf: (lot: string) => number,
  ): void {
    const { cap, provider } = pool;
    if (cap === null) return;
    const shares = new Map<string, number>();
    for (const [id, { holder, state, quantity }] of sales) {
      const has = state === 'held' ? quantity : titleOf(id);
      shares.set(holder, (shares.get(holder) ?? 0) + has);
    }
    for (const [holder, has] of shares) {
      if (holder === provider || has * 10_000 <= whole * cap) continue;
      throw new AuditError(`${holder} has ${has} of ${whole} of ${poolId} at ${hour}, above its cap`);
    }
  }
}

const isAlive = ({ state }: Sale): boolean => state !== 'released' && state !== 'cancelled';

const sum = (sales: readonly [string, Sale][]): number =>
  sales.reduce((total, [, { quantity }]) => total + quantity, 0);
