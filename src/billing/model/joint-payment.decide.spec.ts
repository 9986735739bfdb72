import { hour, hours } from '../../../test/support/market.js';
import {
  fund,
  fundAll,
  LedgerStory,
  posted,
  release,
  sent,
  topUp,
  type Untimed,
} from '../../../test/support/ledger.js';
import { auditLedger } from './ledger.audit.js';

/** 1,000 came in; 400 of it waits for hours 24 to 28. */
const funded = (): LedgerStory => new LedgerStory().given(topUp(1_000), fund('R', 400));
const over = (): LedgerStory => funded().at(hour(28));
const LATER = hours(30, 32);

describe('the books refuse to pay for several, the first reason that holds', () => {
  it.each<[what: string, story: () => LedgerStory, command: Untimed, rejection: object]>([
    ['one that is paid', funded, fundAll(['S', 1], ['R', 900]), { code: 'PAYMENT_REFUSED', index: 1, reason: 'ALREADY_FUNDED' }],
    ['one named twice', funded, fundAll(['S', 1], ['T', 900], ['S', 1]), { code: 'PAYMENT_REFUSED', index: 2, reason: 'ALREADY_FUNDED' }],
    ['one that came back', () => funded().given(release('R')), fundAll(['R', 1]), { code: 'PAYMENT_REFUSED', index: 0, reason: 'ALREADY_FUNDED' }],
    ['one that is over', over, fundAll(['S', 1, LATER], ['T', 900]), { code: 'PAYMENT_REFUSED', index: 1, reason: 'WINDOW_OVER' }],
    ['an earlier one before a later', over, fundAll(['S', 1], ['R', 900]), { code: 'PAYMENT_REFUSED', index: 0, reason: 'WINDOW_OVER' }],
    ['more than there is, all of it together', funded, fundAll(['S', 300], ['T', 301]), { code: 'INSUFFICIENT_FUNDS', balance: 600n, due: 601n, owed: 0n, creditUnused: 0n, frozenBy: null }],
  ])('%s', (_what, start, command, rejection) => {
    const story = start();
    const before = new Map(story.state.balances);
    expect(story.send(command)).toEqual({ accepted: false, rejection });
    expect(story.state.balances).toEqual(before);
    auditLedger(story.state);
  });
});

describe('a payment for several', () => {
  it('is a transaction for each, and the wallet falls with each', () => {
    const story = funded();
    expect(posted(story.send(fundAll(['S', 250], ['T', 0], ['U', 350])))).toEqual([
      ...['EscrowFunded', '  wallet -250 = 350', '  escrow:S 250 = 250'],
      'EscrowFunded',
      ...['EscrowFunded', '  wallet -350 = 0', '  escrow:U 350 = 350'],
    ]);
    expect([...story.state.escrows.keys()]).toEqual(['R', 'S', 'T', 'U']);
    auditLedger(story.state);
  });

  it('is paid for once, like any', () => {
    const story = funded().given(fundAll(['S', 1], ['T', 1]));
    expect(sent(story.send(fund('T', 1)))).toBe('ALREADY_FUNDED');
    expect(sent(story.send(release('S')))).toBe('EscrowReleased');
  });

  it('remembers of which quote it is', () => {
    const story = funded().given(fundAll(['S', 1], ['T', 1]), { ...fundAll(['U', 1]), quoteId: 'Q' } as never);
    expect([...story.state.escrows.values()].map(({ quoteId }) => quoteId)).toEqual([null, null, null, 'Q']);
  });
});
