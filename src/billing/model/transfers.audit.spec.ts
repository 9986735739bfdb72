import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import { microUsd } from '../../kernel/money.js';
import type { LedgerEvent, Posting } from './ledger.events.js';
import { TransfersAudit } from './transfers.audit.js';

const [A, B] = ['a', 'b'] as unknown as [OrganizationId, OrganizationId];
const reservationId = 'r' as ReservationId;
const clearing = (amount: bigint): readonly Posting[] => [
  { account: 'clearing', amount: microUsd(amount), balance: microUsd(0n), currency: 'USD' },
];

const sent = (transferId: string, amount: bigint, toId = B): LedgerEvent => ({
  type: 'EscrowCancelled',
  cancelledAt: null,
  reservationId,
  refund: microUsd(0n),
  fee: microUsd(amount),
  transfers: [{ transferId, toId, kind: 'fee', amount: microUsd(amount), evidence: null, parts: [] }],
  postings: clearing(amount),
});
const received = (transferId: string, amount: bigint, fromId = A): LedgerEvent => ({
  ...{ type: 'TransferReceived', transferId, fromId, kind: 'fee', reservationId, evidence: null, parts: [], limited: null, transfers: [] },
  receivedAt: null,
  amount: microUsd(amount),
  postings: clearing(-amount),
});

function audit(...seen: readonly (readonly [LedgerEvent, OrganizationId])[]): string | null {
  const transfers = new TransfersAudit();
  for (const [event, ownerId] of seen) transfers.see(event, ownerId);
  return transfers.end();
}

describe('transfers between books', () => {
  it.each([
    ['on its way', [[sent('t', 5n), A]], null],
    ['arrived', [[received('t', 5n), B], [sent('t', 5n), A]], null],
    ['never sent', [[received('t', 5n), B]], /never sent/],
    ['arrived twice', [[sent('t', 5n), A], [received('t', 5n), B], [received('t', 5n), B]], /twice/],
    ['another amount', [[sent('t', 5n), A], [received('t', 4n), B]], /another than was sent/],
    ['another organization', [[sent('t', 5n), A], [received('t', 5n), A]], /another than was sent/],
    ['clearing that lies', [[{ ...sent('t', 5n), postings: clearing(4n) }, A]], /clearing holds 4/],
  ] as const)('%s', (_what, seen, lie) => {
    const found = audit(...(seen as unknown as readonly [LedgerEvent, OrganizationId][]));
    if (lie === null) expect(found).toBeNull();
    else expect(found).toMatch(lie);
  });
});
