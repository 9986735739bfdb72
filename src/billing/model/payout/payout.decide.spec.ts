import { creditLine } from '../../../../test/support/controls.js';
import {
  credit,
  eventsOf,
  fund,
  LedgerStory,
  posted,
  receive,
  reservation,
  sent,
  topUp,
  usd,
  type Untimed,
} from '../../../../test/support/ledger.js';
import { hour } from '../../../../test/support/market.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { auditLedger } from '../ledger.audit.js';
import type { PayoutStarted } from './payout.events.js';

const BUYER = 'org-buyer' as OrganizationId;
const OPEN: Untimed = { type: 'OpenPayouts' };
const DAY = 24;
const start = (payoutId: string, minimum = 0, holdBackDays = 7): Untimed => ({
  type: 'StartPayout',
  ...{ payoutId, minimum: usd(minimum), holdBackDays },
});
const settle = (payoutId: string, amount: number, ...reversals: readonly (readonly [string, number])[]): Untimed => ({
  type: 'SettlePayout',
  ...{ payoutId, transferId: `tr_${payoutId}`, amount: usd(amount) },
  reversals: reversals.map(([reversalId, part]) => ({ reversalId, amount: usd(part) })),
});
const fail = (payoutId: string): Untimed => ({ type: 'FailPayout', payoutId, reason: 'balance_insufficient' });
const keep = (amount: number): Untimed => ({ type: 'KeepEarnings', amount: usd(amount) });
const of = (id: string, amount: number): Untimed =>
  ({ ...receive(`t/${id}/${amount}`, amount), reservationId: reservation(id) }) as Untimed;

/** Open since the first hour, and paid for two reservations on the first day and one on the third. */
function seller(): LedgerStory {
  const story = new LedgerStory().at(hour(0)).given(OPEN, of('A', 30_005), of('B', 20_000), of('A', 5));
  return story.at(hour(2 * DAY)).given(of('C', 40_000));
}

const linesOf = (story: LedgerStory): readonly string[] => {
  const started = story.events.filter((event): event is PayoutStarted => event.type === 'PayoutStarted');
  const lines = started.at(-1)?.lines ?? [];
  return lines.map(({ kind, reservationId, payoutId, amount }) => `${kind} ${reservationId ?? payoutId} ${amount}`);
};

describe('what is earned', () => {
  it('is to spend until the organization can be paid out, and spent last', () => {
    const story = new LedgerStory().given(topUp(100), of('A', 50), fund('R', 120));
    expect(story.state.earnings.inWallet).toBe(30n);
    expect(posted(story.send(OPEN))).toEqual(['PayoutsOpened', '  wallet -30 = 0', '  payable 30 = 30']);
    expect(posted(story.send(of('B', 7)))).toEqual(['TransferReceived', '  clearing -7 = -57', '  payable 7 = 37']);
    expect(sent(story.send(OPEN))).toBe('');
    auditLedger(story.state);
  });

  it('repays what is drawn on a credit line where it is kept to be spent', () => {
    const story = new LedgerStory().given(OPEN, creditLine(1_000), of('A', 50), fund('R', 30));
    expect(story.state.balances.get('credit-line-receivable')).toBe(-30n);
    expect(posted(story.send(keep(50)))).toEqual([
      ...['EarningsKept', '  payable -50 = 0', '  wallet 50 = 50'],
      ...['CreditLineRepaid', '  wallet -30 = 20', '  credit-line-receivable 30 = 0'],
    ]);
    auditLedger(story.state);
  });

  it('is not what comes as a credit, a penalty or a fee', () => {
    const story = new LedgerStory().given(OPEN);
    for (const kind of ['credit', 'penalty', 'fee'] as const) {
      story.given({ ...receive(kind, 10), kind } as Untimed);
    }
    expect([story.balance('wallet'), story.balance('payable')]).toEqual([30n, 0n]);
    auditLedger(story.state);
  });

  it('pays what is owed before it is payable', () => {
    const story = new LedgerStory().given(OPEN, credit('R', 50, BUYER, hour(1)));
    expect(sent(story.send(of('A', 20)))).toBe('TransferReceived CreditCollected');
    expect([story.balance('payable'), story.balance('receivable')]).toEqual([0n, -30n]);
    story.given(of('B', 40));
    expect([story.balance('payable'), story.balance('receivable')]).toEqual([10n, 0n]);
    auditLedger(story.state);
  });

  it('pays a credit before the wallet does, the oldest day first', () => {
    const story = seller().given(topUp(1_000), credit('A', 40_010, BUYER, hour(1)));
    expect([story.balance('payable'), story.balance('wallet')]).toEqual([50_000n, 1_000n]);
    story.at(hour(20 * DAY)).given(start('P'));
    expect(linesOf(story)).toEqual(['proceeds B 10000', 'proceeds C 40000']);
    auditLedger(story.state);
  });
});

describe('a payout', () => {
  it.each([
    // days after the first hour, what it pays
    [8, 50_000, ['proceeds A 30010', 'proceeds B 19990']],
    [9.9, 50_000, ['proceeds A 30010', 'proceeds B 19990']],
    [10, 90_000, ['proceeds A 30010', 'proceeds B 20000', 'proceeds C 39990']],
  ])('after %d days pays %d: whole cents of whole days, the oldest first', (days, amount, lines) => {
    const story = seller().at(hour(days * DAY));
    const [event] = eventsOf(story.send(start('P')));
    expect(event).toMatchObject({ type: 'PayoutStarted', amount: BigInt(amount) });
    expect(linesOf(story)).toEqual(lines);
    auditLedger(story.state);
  });

  it('pays all that is due in one transfer, however many lines that is', () => {
    const story = new LedgerStory().given(OPEN);
    const ids = Array.from({ length: 501 }, (_, index) => `R${index}`);
    story.given(...ids.map((id) => of(id, 10_000))).at(hour(8 * DAY));
    const [event] = eventsOf(story.send(start('P')));
    expect(event).toMatchObject({ type: 'PayoutStarted', amount: 5_010_000n });
    expect(linesOf(story)).toEqual(ids.map((id) => `proceeds ${id} 10000`));
    story.given(settle('P', 5_010_000));
    expect([story.balance('payable'), story.balance('external')]).toEqual([0n, 5_010_000n]);
    expect(sent(story.send(start('Q')))).toBe('NOTHING_DUE');
    auditLedger(story.state);
  });

  it('moves from seller payable to in flight, and to Stripe once it is there', () => {
    const story = seller().at(hour(8 * DAY));
    expect(posted(story.send(start('P')))).toEqual([
      ...['PayoutStarted', '  payable -50000 = 40010', '  payout:P 50000 = 50000'],
    ]);
    auditLedger(story.state);
    expect(posted(story.send(settle('P', 50_000)))).toEqual([
      ...['PayoutSent', '  payout:P -50000 = 0', '  external 50000 = 50000'],
    ]);
    auditLedger(story.state);
  });

  it('that failed is payable again at once, under another name', () => {
    const story = seller().at(hour(8 * DAY)).given(start('P'), fail('P'));
    expect(story.balance('payable')).toBe(90_010n);
    story.given(start('Q'));
    expect(linesOf(story)).toEqual(['returned P 50000']);
    auditLedger(story.state);
  });

  it('that was reversed is held back again, after it paid what is owed', () => {
    const story = seller().at(hour(8 * DAY)).given(start('P'), settle('P', 50_000));
    story.given(credit('A', 60_010, BUYER, hour(1)));
    expect([story.balance('payable'), story.balance('receivable')]).toEqual([0n, -20_000n]);
    expect(sent(story.send(settle('P', 50_000, ['trr_1', 30_000])))).toBe('PayoutReversed CreditCollected');
    expect([story.balance('payable'), story.balance('receivable'), story.balance('external')]).toEqual([
      ...[10_000n, 0n, 20_000n],
    ]);
    expect(sent(story.send(start('Q')))).toBe('NOTHING_DUE');
    expect(sent(story.at(hour(16 * DAY)).send(start('R')))).toBe('PayoutStarted');
    auditLedger(story.state);
  });

  it('that is told as reversed before it is told as sent was sent', () => {
    const story = seller().at(hour(8 * DAY)).given(start('P'));
    const told = settle('P', 50_000, ['trr_1', 10_000], ['trr_2', 40_000]);
    expect(sent(story.send(told))).toBe('PayoutSent PayoutReversed PayoutReversed');
    expect(sent(story.send(told))).toBe('');
    expect(sent(story.send(settle('P', 50_000)))).toBe('');
    expect([story.balance('payable'), story.balance('external')]).toEqual([90_010n, 0n]);
    auditLedger(story.state);
  });

  it('is forgotten after four hundred days, unless it is in flight', () => {
    const story = seller().at(hour(8 * DAY)).given(start('P'), settle('P', 50_000));
    story.at(hour(12 * DAY)).given(start('Q'));
    story.given(of('D', 10_000)).at(hour(500 * DAY)).given(start('R'));
    expect([...story.state.earnings.payouts.keys()]).toEqual(['Q', 'R']);
  });
});

describe('the first reason counts', () => {
  const opened = (): LedgerStory => seller().at(hour(8 * DAY));
  it.each<[string, () => LedgerStory, Untimed, string]>([
    ['nobody can be paid out', () => new LedgerStory(), start('P'), 'PAYOUTS_NOT_OPEN'],
    ['the same payout again', () => opened().given(start('P')), start('P'), ''],
    ['the same payout, below the minimum now', () => opened().given(start('P')), start('P', 1), ''],
    ['nothing was earned', () => new LedgerStory().given(OPEN), start('P'), 'NOTHING_DUE'],
    ['less than a cent', () => new LedgerStory().given(OPEN, of('A', 9_999)).at(hour(300)), start('P'), 'NOTHING_DUE'],
    ['a day too early', () => seller().at(hour(8 * DAY - 1)), start('P'), 'NOTHING_DUE'],
    ['below the minimum', opened, start('P', 50_001), 'NOTHING_DUE'],
    ['the minimum', opened, start('P', 50_000), 'PayoutStarted'],
    ['a day is not over', () => new LedgerStory().given(OPEN, of('A', 10_000)).at(hour(23)), start('P', 0, 0), 'NOTHING_DUE'],
    ['a day is over, and nothing is held back', () => seller().at(hour(DAY)), start('P', 0, 0), 'PayoutStarted'],
    ['an unknown payout is there', opened, settle('P', 50_000), 'PAYOUT_NOT_FOUND'],
    ['a failed one is there', () => opened().given(start('P'), fail('P')), settle('P', 50_000), 'PAYOUT_FAILED'],
    ['another amount is there', () => opened().given(start('P')), settle('P', 50_001), 'TRANSFER_MISMATCH'],
    [
      'more came back than went',
      () => opened().given(start('P')),
      settle('P', 50_000, ['trr_1', 50_001]),
      'TRANSFER_MISMATCH',
    ],
    [
      'another transfer is there',
      () => opened().given(start('P'), settle('P', 50_000)),
      { ...settle('P', 50_000), transferId: 'tr_other' } as Untimed,
      'TRANSFER_MISMATCH',
    ],
    ['an unknown payout fails', opened, fail('P'), 'PAYOUT_NOT_FOUND'],
    ['a payout that was sent fails', () => opened().given(start('P'), settle('P', 50_000)), fail('P'), 'PAYOUT_SENT'],
    ['a payout fails twice', () => opened().given(start('P'), fail('P')), fail('P'), ''],
    ['nobody can keep', () => new LedgerStory().given(of('A', 5)), keep(5), 'PAYOUTS_NOT_OPEN'],
    ['more than is payable is kept', opened, keep(90_011), 'NOT_EARNED'],
    ['all is kept', opened, keep(90_010), 'EarningsKept'],
  ])('%s', (_what, given, command, expected) => {
    const story = given();
    expect(sent(story.ask(command))).toBe(expected);
    auditLedger(story.state);
  });
});
