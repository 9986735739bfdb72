import { MARKET, hours, hour, price, tokens } from '../../test/support/market.js';
import { ANYTHING } from '../../test/support/order-traffic.js';
import { marketCodec, type Market, type ReservationCurtailed } from '../allocation/contract.js';
import type { Books } from '../billing/contract.js';
import type { RecordedEvent } from '../eventstore/event.js';
import { HOUR_MS, MINUTE_MS, plus } from '../kernel/time.js';
import { curtailments } from './curtailment.process.js';

const curtailed = (changes: Partial<ReservationCurtailed> = {}): ReservationCurtailed => ({
  type: 'ReservationCurtailed',
  ...{ curtailmentId: 'C', reservationId: `${MARKET}~R` as never, poolId: 'P' as never },
  ...{ providerId: 'provider' as never, holderId: 'holder' as never, cause: 'outage' },
  ...{ curtailedAt: plus(hour(24), 20 * MINUTE_MS), grid: HOUR_MS, window: hours(24, 28) },
  ...{ quantity: tokens(100), lost: [{ window: hours(24, 28), value: 30n }] },
  lostTitle: [{ window: hours(24, 26), value: 30n }, { window: hours(26, 28), value: 10n }],
  ...{ entitlement: [], refund: 4n as never, penalty: 1n as never },
  ...{ isWhole: false, isTransfer: false },
  rebooking: { limitPrice: price(120), constraints: ANYTHING, timeInForce: { kind: 'GTC' }, minimumFill: tokens(1), isAllOrNone: false },
  rebookingLotSize: tokens(1),
  ...changes,
});

/** Calls that an event leads to, in order; the books refuse every second order. */
async function callsOf(event: ReservationCurtailed, times = 1): Promise<readonly string[]> {
  const calls: string[] = [];
  const said = (window: { start: number; end: number }): string =>
    `${(window.start - hour(0)) / HOUR_MS}-${(window.end - hour(0)) / HOUR_MS}`;
  const books = {
    curtailEscrow: async (holder: string) => void calls.push(`refund ${holder}`),
    chargePenalty: async (provider: string, { amount, holderId }: never) =>
      void calls.push(`penalty ${provider} ${String(amount)} to ${String(holderId)}`),
    rebook: async (buyer: string, order: { orderId: string; quantity: bigint; window: never }) => {
      calls.push(`order ${buyer} ${order.quantity} ${said(order.window)} ${order.orderId.slice(-12)}`);
      return order.quantity === 10n ? null : 'INSUFFICIENT_FUNDS';
    },
  };
  const market = {
    recordRebooking: async ({ refusal, window }: { refusal: string | null; window: never }) =>
      void calls.push(`row ${said(window)} ${String(refusal)}`),
  };
  const process = curtailments(market as unknown as Market, books as unknown as Books);
  const recorded = { stream: `market-${MARKET}`, ...marketCodec.encode(event) } as unknown as RecordedEvent;
  for (let time = 0; time < times; time += 1) await process.handle([recorded]);
  return calls;
}

const names = (calls: readonly string[]): string[] => calls.map((call) => call.split(' ').slice(0, 4).join(' '));

describe('what follows a curtailment', () => {
  it('is the refund, then the penalty, then orders for what has not begun, each written down', async () => {
    expect(names(await callsOf(curtailed()))).toEqual([
      'refund holder',
      'penalty provider 1 to',
      'order holder 20 25-26',
      'row 25-26 INSUFFICIENT_FUNDS',
      'order holder 10 25-28',
      'row 25-28 null',
    ]);
  });

  it('is the same when it is asked again', async () => {
    const calls = await callsOf(curtailed(), 2);
    expect(calls.slice(0, calls.length / 2)).toEqual(calls.slice(calls.length / 2));
  });

  it.each<[string, Partial<ReservationCurtailed>, string[]]>([
    ['nothing more where nothing is wanted', { rebooking: null }, ['refund holder', 'penalty provider 1 to']],
    ['no refund of what was handed over', { isTransfer: true, rebooking: null }, ['penalty provider 1 to']],
    ['no penalty of nothing', { rebooking: null, penalty: 0n as never }, ['refund holder']],
    ['no order for what was resold', { lostTitle: [] }, ['refund holder', 'penalty provider 1 to']],
    [
      'no order for an hour that runs, and a row that says so',
      { lostTitle: [{ window: hours(24, 25), value: 5n }] },
      ['refund holder', 'penalty provider 1 to', 'row 24-25 WINDOW_OVER'],
    ],
  ])('is %s', async (_what, changes, expected) => {
    expect(names(await callsOf(curtailed(changes)))).toEqual(expected);
  });
});
