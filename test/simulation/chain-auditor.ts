import type * as raw from './raw-event.js';

/** An event of the log as a reader is told of it. */
export interface ToldEvent {
  readonly stream: string;
  readonly version: number;
  /** Hexadecimal. */
  readonly hash: string;
}

/** One change of hands; instants are epoch milliseconds. */
export interface ToldLink {
  readonly hop: number;
  readonly reservationId: string;
  readonly fromId: string;
  readonly toId: string;
  readonly isTransfer: boolean;
  readonly start: number;
  readonly end: number;
  /** Decimal text, tokens/s. */
  readonly quantity: string;
  readonly movedAt: number;
  readonly event: ToldEvent;
  readonly extendsReservationId: string | null;
  readonly nameplate: { readonly poolId: string; readonly openedAt: number; readonly event: ToldEvent } | null;
}

interface Link extends Omit<ToldLink, 'nameplate'> {
  readonly poolId: string;
  /** What it was cut from; null: the pool's nameplate. */
  readonly cutFrom: string | null;
}

type Nameplate = NonNullable<ToldLink['nameplate']>;

/** Follows by the log alone who got what of whom, one change of hands after the other. */
export class ChainAuditor {
  /** Every reservation that was ever somebody's, in the order in which title moved. */
  readonly moved = new Map<string, Link>();
  private readonly held = new Map<string, raw.ReservationHeld>();
  private readonly nameplates = new Map<string, Nameplate>();

  read(event: raw.RawEvent, told: ToldEvent): void {
    switch (event.type) {
      case 'PoolOpened': {
        const { poolId, occurredAt } = event;
        this.nameplates.set(poolId, { poolId, openedAt: occurredAt, event: told });
        return;
      }
      case 'ReservationHeld':
        this.held.set(event.reservationId, event);
        return;
      case 'HoldReleased':
        this.held.delete(event.reservationId);
        return;
      case 'ReservationPaid': {
        const held = this.held.get(event.reservationId);
        this.held.delete(event.reservationId);
        if (held !== undefined) this.sold(held, { at: event.paidAt, told, extendsReservationId: held.extendsReservationId });
        return;
      }
      case 'OrderFilled':
        this.sold(event, { at: event.filledAt, told, extendsReservationId: null });
        return;
      case 'ReservationTransferred': {
        const source = { kind: 'reservation', reservationId: event.source.reservationId } as const;
        const within = { ...event, source, sellerId: event.holderId };
        this.sold(within, { at: event.transferredAt, told, extendsReservationId: null });
        return;
      }
      default:
    }
  }

  /** What an organization is told of how a reservation came to be its holder's; null: nothing. */
  chainOf(reservationId: string, organizationId: string): readonly ToldLink[] | null {
    const links: Link[] = [];
    for (let id: string | null = reservationId; id !== null; ) {
      const link: Link | undefined = this.moved.get(id);
      if (link === undefined) return null;
      links.unshift(link);
      id = link.cutFrom;
    }
    if (!links.some(({ fromId, toId }) => fromId === organizationId || toId === organizationId)) return null;
    // What is handed from team to team is its organization's own business, and so is what was prolonged.
    const seen = links.filter(({ isTransfer, toId }) => !isTransfer || toId === organizationId);
    return seen.map(({ poolId, cutFrom, ...link }) => ({
      ...link,
      extendsReservationId: link.toId === organizationId ? link.extendsReservationId : null,
      nameplate: cutFrom === null ? (this.nameplates.get(poolId) ?? null) : null,
    }));
  }

  private sold(sale: Sale, move: { at: number; told: ToldEvent; extendsReservationId: string | null }): void {
    const { reservationId, poolId, sellerId: fromId, holderId: toId, window, source, hops: hop, quantity } = sale;
    this.moved.set(reservationId, {
      ...{ hop, reservationId, fromId, toId, isTransfer: fromId === toId, start: window.start, end: window.end },
      ...{ quantity, movedAt: move.at, event: move.told, extendsReservationId: move.extendsReservationId },
      ...{ poolId, cutFrom: source.kind === 'pool' ? null : source.reservationId },
    });
  }
}

type Sale = Pick<
  raw.ReservationHeld,
  'reservationId' | 'poolId' | 'sellerId' | 'holderId' | 'window' | 'source' | 'hops' | 'quantity'
>;
