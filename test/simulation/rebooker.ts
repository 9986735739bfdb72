import { z } from 'zod';
import type { Market, OrderRequest, Quotes } from '../../src/allocation/contract.js';
import type { PurchaseDesk, PurchaseOutcome } from '../../src/billing/application/controls/purchase-desk.js';
import type { LedgerService } from '../../src/billing/application/ledger.service.js';
import { OrderFundsService } from '../../src/billing/application/order-funds.service.js';
import type { SaleSplits } from '../../src/billing/application/sale-splits.js';
import type { Books } from '../../src/billing/contract.js';
import type { StreamId } from '../../src/eventstore/event.js';
import type { AppendRequest, EventStore, OutboxMessage } from '../../src/eventstore/event-store.js';
import type { Instant } from '../../src/kernel/time.js';
import { jobType, toMessage } from '../../src/platform/queue/job.js';
import type { JobRegistry } from '../../src/platform/queue/job-registry.js';
import type { curtailments } from '../../src/processes/curtailment.process.js';

/** Hands an event to who follows curtailments, as the log's readers do: at least once, and late. */
const followCurtailment = jobType('allocation', 'follow-curtailment', z.object({ stream: z.string(), version: z.number().int() }));

/** One event after the other that somebody has to follow. */
export function toFollow({ stream, expected, events }: AppendRequest): readonly OutboxMessage[] {
  return events.flatMap(({ type, data }, index) => {
    if (type !== 'ReservationCurtailed') return [];
    const { curtailmentId, reservationId } = JSON.parse(data) as { readonly curtailmentId: string; readonly reservationId: string };
    const when = { runAt: 0 as Instant, dedupeKey: `${curtailmentId} ${reservationId}` };
    return [toMessage(followCurtailment, { stream, version: expected.version + index + 1 }, when)];
  });
}

/** The product's own process: orders what was lost, and writes down what became of it. */
export function followCurtailments(
  jobs: JobRegistry,
  { store, market, processOf, ordered }: {
    readonly store: EventStore;
    readonly market: Market;
    readonly processOf: typeof curtailments;
    /** Told of each order before it is sent. */
    readonly ordered: (request: OrderRequest) => void;
  },
): void {
  const process = processOf(market, booksOf(market, ordered));
  jobs.register(followCurtailment, async ({ stream, version }) => {
    await process.handle(await store.readStream(stream as StreamId, version - 1, 1));
  });
}

/** The product's way to an order, in front of wallets that do not cover every eighth. */
function booksOf(market: Market, ordered: (request: OrderRequest) => void): Books {
  const ledger = { execute: async () => ({ accepted: true }) } as unknown as LedgerService;
  const desk = { buy: async (_buyerId: string, { orderId }: { readonly orderId: string }) => purchaseOf(orderId) } as unknown as PurchaseDesk;
  const sendOrder: Market['sendOrder'] = (request, context) => {
    ordered(request);
    return market.sendOrder(request, context);
  };
  const recallOrder: Market['recallOrder'] = (context) => market.recallOrder(context);
  const asked = { sendOrder, recallOrder } as unknown as Market;
  const funds = new OrderFundsService(ledger, desk, {} as SaleSplits, asked, {} as Quotes);
  const nothing = async (): Promise<void> => undefined;
  const rebook: Books['rebook'] = (buyerId, order) => funds.rebook(buyerId, order);
  return { curtailEscrow: nothing, chargePenalty: nothing, rebook } as unknown as Books;
}

/** The same for the same order, whoever asks and however often. */
function purchaseOf(orderId: string): PurchaseOutcome {
  if ('01'.includes(orderId.at(-1) ?? '')) return { accepted: false, rejection: { code: 'INSUFFICIENT_FUNDS' } } as PurchaseOutcome;
  return { accepted: true, wallet: 'W', executed: null };
}
