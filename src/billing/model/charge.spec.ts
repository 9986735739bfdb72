import { hour, hours } from '../../../test/support/market.js';
import { EXCHANGE, order, reservation, splitOf, usd } from '../../../test/support/ledger.js';
import type { Instant } from '../../kernel/time.js';
import { chargeOf } from './charge.js';
import type { LedgerEvent, OverageReduced, TransferReceived } from './ledger.events.js';

/** 2027-01-15, after the month in which `hours` are. */
const LATE = Date.parse('2027-01-15T12:00:00Z') as Instant;
const R = reservation('R');
const none = { postings: [], transfers: [] };
const window = hours(24, 28);

const delivered = (amount: number): LedgerEvent => ({
  ...{ type: 'DeliverySettled', reservationId: R, window, amount: usd(amount), teams: [], ...none },
});
const cancelled = (fee: number): LedgerEvent => ({
  ...{ type: 'EscrowCancelled', reservationId: R, refund: usd(1), fee: usd(fee), cancelledAt: hour(24), ...none },
});
const overrun = (collected: number, month: string | null): LedgerEvent => ({
  ...{ type: 'OverageCharged', reservationId: R, hour: hour(24), month, teamId: null, split: splitOf(), parts: [] },
  ...{ amount: usd(9), collected: usd(collected), evidence: 'R/usage/1', ...none },
});
const reduced = (forgiven: number, month: string | null): LedgerEvent => ({
  ...{ type: 'OverageReduced', reservationId: R, hour: hour(24), month, teamId: null, amount: usd(9), forgiven: usd(forgiven), creditedInvoice: null },
  ...{ evidence: 'R/usage/2', parts: [], claims: [], postings: [] },
});
const received = (kind: 'proceeds' | 'royalty' | 'fee' | 'cancellation' | 'overage' | 'credit'): LedgerEvent => ({
  ...{ type: 'TransferReceived', transferId: 't', fromId: EXCHANGE, kind, reservationId: R },
  ...{ amount: usd(9), evidence: kind === 'credit' ? 'R/2026-12-02T00:00:00.000Z/1' : null, receivedAt: null },
  ...{ parts: [], limited: null, ...none },
});
const givenBack: LedgerEvent = {
  ...{ type: 'CreditCharged', creditId: 'c', reservationId: R, toId: EXCHANGE, hour: hour(24) },
  ...{ amount: usd(9), evidence: 'R/2026-12-02T00:00:00.000Z/1', collected: usd(2), parts: [], limited: null, claims: [], ...none },
};
const silent: readonly LedgerEvent[] = [
  { type: 'TopUpCredited', topUpId: 't', amount: usd(9), paymentReference: 'pi', postings: [] },
  {
    ...{ type: 'EscrowFunded', quoteId: null, reservationId: R, split: splitOf(), window, amount: usd(9) },
    ...{ orderId: order('O'), grid: 1 as never, spent: null, postings: [] },
  },
  { type: 'FundsReserved', orderId: order('O'), amount: usd(9), request: 'asked', spent: null, postings: [] },
  { type: 'FundsReleased', orderId: order('O'), amount: usd(9), endedAt: null, postings: [] },
  { type: 'EscrowReleased', reservationId: R, reason: 'x', amount: usd(9), postings: [] },
  { type: 'CreditCollected', creditId: 'c', reservationId: R, amount: usd(9), ...none },
  { ...(reduced(4, '2026-12') as OverageReduced), creditedInvoice: 'HR-2026-000001' },
  { ...(received('credit') as TransferReceived), transferId: 'R/overage/1/noted/1/seller/9' },
  { type: 'OverageCollected', reservationId: R, hour: hour(24), amount: usd(9), ...none },
];

describe('a charge', () => {
  it.each([
    // what                          event                     month      kind          amount  served
    ['delivery, when it was served', delivered(9), '2026-12', 'delivery', 9n, window],
    ['a cancellation fee, when it was booked', cancelled(9), '2027-01', 'cancellation', 9n, null],
    ['overage, all of it, when it was served', overrun(2, '2026-12'), '2026-12', 'overage', 9n, { start: hour(24), end: null }],
    ['overage of books from before, when it was booked', overrun(2, null), '2027-01', 'overage', 9n, { start: hour(24), end: null }],
    ['proceeds, as a credit', received('proceeds'), '2027-01', 'proceeds', -9n, null],
    ['a royalty, as a credit', received('royalty'), '2027-01', 'royalty', -9n, null],
    ['a fee, as a credit', received('fee'), '2027-01', 'fee', -9n, null],
    ['a part in a cancellation', received('cancellation'), '2027-01', 'cancellation', -9n, null],
    ['what was given back of an hour', givenBack, '2027-01', 'credit', 9n, { start: hour(24), end: null }],
    ['what came back of it, as a credit', received('credit'), '2027-01', 'credit', -9n, null],
    ['overage that was owed and is not any more, as a credit', reduced(4, '2026-12'), '2026-12', 'credit', -4n, { start: hour(24), end: null }],
    ['the same of books from before, when it was booked', reduced(4, null), '2027-01', 'credit', -4n, { start: hour(24), end: null }],
    ['a part in overage', received('overage'), '2027-01', 'overage', -9n, null],
  ] as const)('is %s', (_what, event, month, ...[kind, amount, served]) => {
    const evidence = 'evidence' in event ? event.evidence : null;
    expect(chargeOf(event, LATE)).toEqual({ month, kind, reservationId: R, amount, served, evidence, parts: [] });
  });

  it.each([delivered(0), cancelled(0), reduced(0, null), ...silent].map((event) => [event.type, event] as const))(
    'is not made by %s',
    (_type, event) => {
      expect(chargeOf(event, LATE)).toBeNull();
    },
  );

  it('belongs to its month to the millisecond', () => {
    const end = Date.parse('2027-01-01T00:00:00Z') as Instant;
    const months = [(end - 1) as Instant, end].map((at) => chargeOf(cancelled(1), at)?.month);
    expect(months).toEqual(['2026-12', '2027-01']);
  });
});
