import { fund, LedgerStory, posted, sent, topUp, usd, type Untimed } from '../../../test/support/ledger.js';
import { auditLedger } from './ledger.audit.js';

const refund = (id: string, amount: number, topUpId = 'T'): Untimed => ({
  type: 'ReserveRefund',
  refundId: id,
  topUpId,
  amount: usd(amount),
});
const settled = (id: string, outcome: 'paid' | 'returned'): Untimed => ({ type: 'SettleRefund', refundId: id, outcome });
const taken = (amount: number, cause: 'dispute' | 'refund', topUpId = 'T'): Untimed => ({
  ...{ type: 'WithdrawFunds', reference: 'dp_1', movementId: 'txn_1', topUpId, cause },
  amount: usd(amount),
});
const overage = (amount: number): Untimed =>
  ({ type: 'ChargeCredit', creditId: 'K', reservationId: 'R', toId: 'org-other', hour: 0, amount: usd(amount), evidence: 'e', parts: [] }) as never;

const funded = (): LedgerStory => new LedgerStory().given(topUp(1_000));

describe('a refund is refused', () => {
  it.each<[string, readonly Untimed[], Untimed, string]>([
    ['of no top-up of these books', [], refund('F', 1, 'other'), 'TOP_UP_NOT_FOUND'],
    ['of one that is disputed, however much', [taken(10, 'dispute')], refund('F', 5_000), 'TOP_UP_DISPUTED'],
    ['above what it brought', [topUp(1_000, 'U')], refund('F', 1_001), 'REFUND_TOO_HIGH'],
    ['above what has not gone back', [topUp(1_000, 'U'), refund('E', 600)], refund('F', 401), 'REFUND_TOO_HIGH'],
    ['above what the dashboard has left of it', [topUp(1_000, 'U'), taken(600, 'refund')], refund('F', 401), 'REFUND_TOO_HIGH'],
    ['above what can be spent', [fund('R', 700)], refund('F', 301), 'INSUFFICIENT_FUNDS'],
    ['of what is set aside for another', [topUp(1_000, 'U'), refund('E', 1_000, 'U'), fund('R', 700)], refund('F', 301), 'INSUFFICIENT_FUNDS'],
  ])('%s', (_what, before, command, code) => {
    const story = funded().given(...before);
    expect(sent(story.ask(command))).toBe(code);
  });

  it('and says how much is left', () => {
    const story = funded().given(refund('E', 600));
    expect(story.ask(refund('F', 401))).toMatchObject({ rejection: { available: 400n } });
  });
});

describe('a refund', () => {
  it('cannot be spent while it is under way, and leaves once', () => {
    const story = funded();
    expect(posted(story.send(refund('F', 400)))).toEqual(['RefundReserved', '  wallet -400 = 600', '  refund:F 400 = 400']);
    expect(sent(story.ask(fund('R', 601)))).toBe('INSUFFICIENT_FUNDS');
    expect(sent(story.send(refund('F', 400)))).toBe('');
    expect(posted(story.send(settled('F', 'paid')))).toEqual(['RefundPaid', '  refund:F -400 = 0', '  external 400 = -600']);
    expect(sent(story.send(settled('F', 'paid')))).toBe('');
    auditLedger(story.state);
  });

  it('that did not reach its card is in the wallet again, also after it was paid', () => {
    for (const before of [[], [settled('F', 'paid')]]) {
      const story = funded().given(refund('F', 400), ...before);
      expect(sent(story.send(settled('F', 'returned')))).toBe('RefundReturned');
      expect(story.balance('wallet')).toBe(1_000n);
      expect(story.balance('external')).toBe(-1_000n);
      for (const outcome of ['paid', 'returned'] as const) expect(sent(story.send(settled('F', outcome)))).toBe('');
      expect(sent(story.send(refund('G', 1_000)))).toBe('RefundReserved');
      auditLedger(story.state);
    }
  });

  it('that comes back pays what is owed first', () => {
    const story = funded().given(refund('F', 1_000), overage(300));
    expect(story.balance('receivable')).toBe(-300n);
    expect(sent(story.send(settled('F', 'returned')))).toBe('RefundReturned CreditCollected');
    expect(story.balance('wallet')).toBe(700n);
    auditLedger(story.state);
  });
});
