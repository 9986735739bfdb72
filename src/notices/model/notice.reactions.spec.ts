import type { InvoiceEvent, LedgerEvent } from '../../billing/contract.js';
import type { MarketEvent } from '../../allocation/contract.js';
import type { EvidenceEvent, ServiceEvent } from '../../metering/contract.js';
import { bodyOf, type Notice } from './notice.js';
import { toldOfBooks, toldOfEvidence, toldOfExport, toldOfInvoices, toldOfMarket, toldOfService } from './notice.reactions.js';

const ME = 'me' as never;
const books = (event: object): readonly Notice[] => toldOfBooks(event as LedgerEvent, ME);

it('tells of a budget in amounts that no program rounds', () => {
  const event = { type: 'BudgetThresholdReached', scope: 'team:t1', month: '2026-11', measure: 'spent', percent: 80, amount: 80n, budget: 100n };
  const data = { scope: 'team:t1', month: '2026-11', measure: 'spent', percent: 80, amount: '80', budget: '100' };
  expect(books(event)).toEqual([{ organizationId: 'me', kind: 'budget.alert', data }]);
});

it.each([
  [{ type: 'TransferReceived', kind: 'credit', transferId: 't', reservationId: 'r', amount: 1n, evidence: 'e', fromId: 'them' }, 'credit.posted'],
  [{ type: 'PayoutSent', payoutId: 'p', transferId: 't', amount: 1n }, 'payout.paid'],
  [{ type: 'PayoutFailed', payoutId: 'p', amount: 1n, reason: 'x' }, 'payout.failed'],
  [{ type: 'ApprovalDecided', approvalId: 'a', end: 'expired', decidedAt: 0, reservationIds: [] }, 'approval.decided'],
])('tells of %j', (event, kind) => {
  const told = books(event);
  expect(told).toMatchObject([{ organizationId: 'me', kind }]);
  // Who paid stays between the books of the two.
  expect(JSON.stringify(told)).not.toContain('them');
});

it('tells nothing of other money', () => {
  expect(books({ type: 'TransferReceived', kind: 'proceeds', amount: 1n })).toEqual([]);
  expect(books({ type: 'FundsReserved' })).toEqual([]);
});

it.each<[Partial<InvoiceEvent>, string]>([
  [{ type: 'InvoiceIssued', charges: 5n, credits: 2n, month: '2026-11', tax: null, issuedAt: 0, dueAt: null } as never, 'invoice.finalized'],
  [{ type: 'InvoicePaid', paidAt: 0 } as never, 'invoice.paid'],
  [{ type: 'InvoiceOverdue', dueAt: 0 } as never, 'invoice.overdue'],
  [{ type: 'InvoiceVoided', voidedAt: 0, reason: 'x' } as never, 'invoice.voided'],
  [{ type: 'CreditNoteIssued', issuedAt: 0, amount: 1n, tax: null, invoiceNumber: 'i', reservationId: 'r', reason: 'x' } as never, 'invoice.credited'],
])('tells an invoice’s organization of %j', (event, kind) => {
  const told = toldOfInvoices({ number: '2026-1', organizationId: 'me', ...event } as InvoiceEvent);
  expect(told).toMatchObject([{ organizationId: 'me', kind, data: { number: '2026-1' } }]);
});

it('tells a holder of what was lost, and a buyer of a fill without who sold it', () => {
  const lost = { type: 'ReservationCurtailed', holderId: 'me', providerId: 'them', curtailedAt: 0, refund: 3n, penalty: 1n, isWhole: true };
  expect(toldOfMarket(lost as unknown as MarketEvent)).toMatchObject([{ organizationId: 'me', kind: 'reservation.curtailed', data: { refund: '3' } }]);
  const fill = {
    ...{ type: 'OrderFilled', holderId: 'me', sellerId: 'them', providerId: 'them', window: { start: 0, end: 1 }, filledAt: 0 },
    ...{ quantity: 1n, unitPrice: 2n, amount: 3n, orderRemaining: 0n },
  };
  const told = toldOfMarket(fill as unknown as MarketEvent);
  expect(told).toMatchObject([{ organizationId: 'me', kind: 'order.filled', data: { amount: '3', orderRemaining: '0' } }]);
  expect(JSON.stringify(told)).not.toContain('them');
});

it('tells of an hour that missed its promise when that changes what is due', () => {
  const verdict = { kind: 'breached', misses: [{ objective: 'ttft', missedBy: 1_000 }], credit: 2_500 };
  const nothing = { share: 0n, area: 0n };
  const event = { type: 'ServiceHourJudged', holderId: 'me', hour: 0, revision: 1, verdict, credit: { share: 1n, area: 1n }, creditBefore: nothing };
  const told = (change: object): readonly Notice[] => toldOfService({ ...event, ...change } as unknown as ServiceEvent);
  expect(told({})).toMatchObject([{ kind: 'slo.missed', data: { missed: ['ttft'], creditBasisPoints: 2_500 } }]);
  expect(told({ creditBefore: event.credit })).toEqual([]);
  expect(told({ verdict: { kind: 'met' } })).toEqual([]);
});

it('tells a provider that its pool is slower than before, and that it is not any more, with what was measured', () => {
  const pool = { poolId: 'p', marketId: 'm', providerId: 'me', profileVersion: 2, source: 'traffic', figure: 'ttft' };
  const about = { poolId: 'p', profileVersion: 2, source: 'traffic', figure: 'ttft' };
  const measured = { recent: { samples: 60, value: 900_000 }, baseline: { samples: 400, value: 300_000 } };
  const told = (event: object): readonly Notice[] => toldOfEvidence({ ...pool, ...event } as unknown as EvidenceEvent);
  expect(told({ type: 'RegressionRaised', ...measured, raisedAt: 0 })).toEqual([
    {
      ...{ organizationId: 'me', kind: 'pool.regressed' },
      data: { ...about, value: 900_000, samples: 60, valueBefore: 300_000, samplesBefore: 400, raisedAt: '1970-01-01T00:00:00.000Z' },
    },
  ]);
  expect(told({ type: 'RegressionEnded', outcome: 'recovered', endedAt: 0 })).toEqual([
    { organizationId: 'me', kind: 'pool.recovered', data: { ...about, outcome: 'recovered', endedAt: '1970-01-01T00:00:00.000Z' } },
  ]);
  expect(told({ type: 'EvidenceLevelChanged' })).toEqual([]);
});

it('tells of an export what it is, and nothing by which it could be fetched', () => {
  const asked = { exportId: 'e', organizationId: 'me', requestedBy: 'member:m', dataset: 'usage_hours', format: 'csv', month: '2026-11', endedAt: 0 } as const;
  const file = { fileName: 'f.csv', invoiceNumber: 'HR-1', bytes: '5', rows: '2', sha256: 'ab', keptUntil: 1_000 };
  const same = { exportId: 'e', dataset: 'usage_hours', format: 'csv', month: '2026-11', requestedBy: 'member:m' };
  expect(toldOfExport({ ...asked, end: 'ready', ...file, closedAt: null })).toEqual({
    ...{ organizationId: 'me', kind: 'export.ready' },
    data: { ...same, ...file, isFinal: true, readyAt: '1970-01-01T00:00:00.000Z', keptUntil: '1970-01-01T00:00:01.000Z' },
  });
  const others = { ...asked, end: 'ready', ...file, invoiceNumber: null } as const;
  expect([null, 7].map((closedAt) => toldOfExport({ ...others, closedAt }).data)).toMatchObject([{ isFinal: false }, { isFinal: true, invoiceNumber: null }]);
  expect(toldOfExport({ ...asked, end: 'failed', reason: 'x' })).toMatchObject({ kind: 'export.failed', data: { ...same, reason: 'x' } });
});

it('has a body with the time in seconds', () => {
  const notice = { noticeId: 'n', organizationId: ME, kind: 'invoice.paid', data: { number: '1' }, occurredAt: 1_999 } as const;
  expect(JSON.parse(bodyOf(notice))).toEqual({ id: 'n', object: 'event', type: 'invoice.paid', created: 1, organizationId: 'me', data: { number: '1' } });
});
