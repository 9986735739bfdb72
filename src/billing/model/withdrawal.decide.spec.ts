import { creditLine } from '../../../test/support/controls.js';
import {
  fund,
  fundAll,
  giveBack,
  LedgerStory,
  order,
  posted,
  reserve,
  sent,
  topUp,
  usd,
  type Untimed,
} from '../../../test/support/ledger.js';
import { auditLedger } from './ledger.audit.js';
import { reservedOf } from './ledger.state.js';

const move = (type: 'WithdrawFunds' | 'ReinstateFunds', movementId: string, amount: number): Untimed => ({
  ...{ type, reference: 'dp_1', movementId, topUpId: 'T', cause: 'dispute' },
  amount: usd(amount),
});
const taken = (amount: number, id = 'out'): Untimed => move('WithdrawFunds', id, amount);
const back = (amount: number, id = 'in'): Untimed => move('ReinstateFunds', id, amount);

describe('a dispute', () => {
  it('takes from the wallet what is there, and the rest is owed', () => {
    const story = new LedgerStory().given(topUp(1_000), fund('R', 700));
    expect(posted(story.send(taken(1_000)))).toEqual([
      'FundsWithdrawn',
      '  wallet -300 = 0',
      '  receivable -700 = -700',
      '  external 1000 = 0',
    ]);
    expect(sent(story.send(taken(1_000)))).toBe('');
    auditLedger(story.state);
  });

  it('leaves nothing to spend until what is owed is paid', () => {
    const story = new LedgerStory().given(topUp(1_000), fund('R', 700), taken(1_000));
    expect(sent(story.ask(fund('S', 1)))).toBe('INSUFFICIENT_FUNDS');
    expect(posted(story.send(topUp(500, 'U')))).toEqual([
      'TopUpCredited',
      '  external -500 = -500',
      '  wallet 500 = 500',
      'WithdrawalCollected',
      '  wallet -500 = 0',
      '  receivable 500 = -200',
    ]);
    expect(sent(story.ask(fund('S', 1)))).toBe('INSUFFICIENT_FUNDS');
    expect(sent(story.send(topUp(201, 'V')))).toBe('TopUpCredited WithdrawalCollected');
    expect(sent(story.send(fund('S', 1)))).toBe('EscrowFunded');
    auditLedger(story.state);
  });

  it.each<[string, Untimed]>([
    ['a reservation', fund('S', 1)],
    ['a package', fundAll(['S', 1], ['T', 1])],
    ['a bid', reserve('P', 1)],
    ['a bid that is raised', reserve('O', 1)],
  ])('leaves %s unpaid, also where a credit line is, and says what is owed', (_what, purchase) => {
    const story = new LedgerStory().given(topUp(1_000), fund('R', 700), reserve('O', 200), creditLine(500), taken(1_000));
    const refused = { code: 'INSUFFICIENT_FUNDS', balance: 0n, owed: 900n, creditUnused: 0n, frozenBy: null };
    expect(story.ask(purchase)).toMatchObject({ accepted: false, rejection: refused });
    // What waits in the book keeps what was set aside for it; what comes back of that pays the debt.
    expect(story.balance(reservedOf(order('O')))).toBe(200n);
    expect(sent(story.send(giveBack('O', 200, 'final')))).toBe('FundsReleased WithdrawalCollected');
    expect([story.balance('wallet'), story.balance('receivable')]).toEqual([0n, -700n]);
    story.given(topUp(700, 'U'));
    expect(sent(story.send(fund('S', 1)))).toBe('EscrowFunded');
    auditLedger(story.state);
  });

  it('that is won forgives what is owed and gives the rest back', () => {
    const story = new LedgerStory().given(topUp(1_000), fund('R', 700), taken(1_000), topUp(200, 'U'));
    expect(posted(story.send(back(1_000)))).toEqual([
      'FundsReinstated',
      '  external -1000 = -1200',
      '  receivable 500 = 0',
      '  wallet 500 = 500',
    ]);
    expect(sent(story.send(back(1_000)))).toBe('');
    auditLedger(story.state);
  });

  it('is as docs/FINANCE.md tells it', () => {
    const story = new LedgerStory().given(topUp(15_000_000), fund('R', 7_000_000), taken(10_000_000));
    expect([story.balance('wallet'), story.balance('receivable')]).toEqual([0n, -2_000_000n]);
    story.given(topUp(5_000_000, 'U'));
    expect([story.balance('wallet'), story.balance('receivable')]).toEqual([3_000_000n, 0n]);
  });

  it('ends the same when what came back is told before what went', () => {
    const story = new LedgerStory().given(topUp(1_000), fund('R', 700), back(1_000), taken(1_000));
    expect(story.balance('wallet')).toBe(300n);
    expect(story.balance('receivable')).toBe(0n);
    auditLedger(story.state);
  });
});
