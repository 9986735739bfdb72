import type pg from 'pg';
import { MarketAuditor } from '../simulation/market-auditor.js';
import { readRaw, type RawEvent } from '../simulation/raw-event.js';
import { demand, found } from '../simulation/violation.js';
import type { RecordedEvent } from '../../src/eventstore/event.js';
import { giveWay } from './until.js';

/** An event of somebody's books, read without the product's codec. */
export interface BooksEvent {
  readonly type: string;
  readonly orderId?: string | null;
  readonly reservationId?: string;
  readonly curtailmentId?: string;
  readonly refund?: string;
  readonly amount: string;
  readonly postings: readonly { readonly account: string; readonly amount: string; readonly balance: string }[];
}

interface LogRow {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly occurredAt: number;
  readonly metadata: string;
  readonly data: string;
}

/** What the log says happened in some markets and in everybody's books. */
export interface ReadLog {
  /** By market, in the order asked for. */
  readonly markets: ReadonlyMap<string, readonly RawEvent[]>;
  /** By organization. */
  readonly books: ReadonlyMap<string, readonly BooksEvent[]>;
}

/** @throws Violation when a stream has a gap */
export async function readWholeLog(pool: pg.Pool, ...marketIds: readonly string[]): Promise<ReadLog> {
  const { rows } = await pool.query<LogRow>(
    `SELECT stream_id AS stream, version, type, metadata, data,
       (extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt"
     FROM eventstore.events ORDER BY stream_id, version`,
  );
  const markets = new Map(marketIds.map((marketId) => [marketId, [] as RawEvent[]]));
  const books = new Map<string, BooksEvent[]>();
  const heads = new Map<string, number>();
  for (const row of rows) {
    const { stream, version, type } = row;
    demand(version === (heads.get(stream) ?? 0) + 1, `${stream} skips or repeats before ${version}`);
    heads.set(stream, version);
    const market = stream.startsWith('market-') ? markets.get(stream.slice('market-'.length)) : undefined;
    market?.push(readRaw(row as unknown as RecordedEvent));
    if (!stream.startsWith('ledger-')) continue;
    const owner = stream.slice('ledger-'.length);
    const event = { ...(JSON.parse(row.data) as BooksEvent), type };
    books.set(owner, [...(books.get(owner) ?? []), event]);
  }
  return { markets, books };
}

/**
 * I1, I2, I4 and prices, event by event, market by market. @throws Violation at the first broken promise
 *
 * @param orderIds of what somebody ordered themselves; any other order must be in place of what was lost
 */
export function checkMarkets({ markets }: ReadLog, orderIds?: readonly string[]): readonly MarketAuditor[] {
  const known = orderIds === undefined ? null : new Set(orderIds);
  return [...markets.values()].map((events) => {
    const auditor = new MarketAuditor();
    auditor.losses.rebookings.isByHand = ({ orderId }) => known === null || known.has(orderId);
    for (const event of events) auditor.apply(event);
    return auditor;
  });
}

/** I3, event by event: sums of postings, balances that are told, and what is never below zero. */
export function checkBooks({ books }: ReadLog): void {
  for (const [owner, events] of books) {
    const balances = new Map<string, bigint>();
    for (const { type, postings } of events) {
      let sum = 0n;
      for (const { account, amount, balance } of postings) {
        const after = (balances.get(account) ?? 0n) + BigInt(amount);
        balances.set(account, after);
        sum += BigInt(amount);
        demand(after === BigInt(balance), `I3: ${account} of ${owner} is told other than it is`);
        const isPlain = /^(wallet|payable)$/.test(account) || /^(reserved|escrow|payout):/.test(account);
        demand(!isPlain || after >= 0n, `I3: ${account} of ${owner} is ${after} after ${type}`);
      }
      demand(sum === 0n, `I3: ${type} of ${owner} sums to ${sum}`);
    }
  }
}

/**
 * Each reservation that was bought was charged for once, to its holder, at its price; and nothing
 * else was. @throws Violation
 */
export function checkCharges(log: ReadLog): void {
  const due = new Map<string, string>();
  const held = new Map<string, { readonly holderId: string; readonly amount: string }>();
  for (const event of [...log.markets.values()].flat()) {
    if (event.type === 'ReservationHeld') held.set(event.reservationId, event);
    if (event.type === 'ReservationPaid') {
      const { holderId, amount } = found(held.get(event.reservationId), 'what was paid');
      due.set(event.reservationId, `${holderId} ${amount}`);
    }
    if (event.type === 'OrderFilled') due.set(event.reservationId, `${event.holderId} ${event.amount}`);
  }
  const charged = new Map<string, string>();
  for (const [owner, events] of log.books) {
    for (const { type, reservationId = '', amount } of events) {
      if (type === 'EscrowReleased') charged.delete(reservationId);
      if (type !== 'EscrowFunded') continue;
      demand(!charged.has(reservationId), `${reservationId} is charged for twice`);
      charged.set(reservationId, `${owner} ${amount}`);
    }
  }
  for (const [id, what] of due) demand(charged.get(id) === what, `${id}: ${what} is due, ${charged.get(id)} is charged`);
  for (const id of charged.keys()) demand(due.has(id), `${id} is charged for and was not bought`);
}

/** What is set aside is what resting orders may still cost, to the last unit. @throws Violation */
export function checkSetAside({ books }: ReadLog, auditors: readonly MarketAuditor[]): void {
  const live = new Map(auditors.flatMap(({ orders, auctions }) => [
    ...orders.live,
    ...[...auctions.bids].map(([orderId, { order }]) => [orderId, order] as const),
  ]));
  const aside = new Map<string, bigint>();
  for (const { account, balance } of [...books.values()].flat().flatMap(({ postings }) => postings)) {
    if (account.startsWith('reserved:')) aside.set(account.slice('reserved:'.length), BigInt(balance));
  }
  for (const { orderId, reserved, spent } of live.values()) {
    const kept = aside.get(orderId);
    demand(kept === reserved - spent, `${orderId}: ${kept} is set aside, not ${reserved - spent}`);
  }
  for (const [id, left] of aside) demand(left === 0n || live.has(id), `${id} is over and has ${left} set aside`);
}

/** Waits until every reader has read everything and what they did led to nothing more. */
export async function untilQuiet(pool: pg.Pool): Promise<void> {
  for (let seen = ''; ; ) {
    const { rows } = await pool.query<{ newest: string; isRead: boolean }>(`
      WITH newest AS (SELECT transaction_id, position FROM eventstore.events
        ORDER BY transaction_id DESC, position DESC LIMIT 1)
      SELECT newest.position::text AS newest, (SELECT bool_and(
        (c.transaction_id, c.position) >= (newest.transaction_id, newest.position))
        FROM eventstore.checkpoints c) AS "isRead" FROM newest`);
    const [row] = rows;
    if (row?.isRead === true && row.newest === seen) return;
    seen = row?.isRead === true ? row.newest : '';
    await giveWay();
  }
}
