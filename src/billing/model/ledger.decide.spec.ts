import { hour, hours } from '../../../test/support/market.js';
import {
  cancel,
  fund,
  LedgerStory,
  overage,
  posted,
  receive,
  release,
  sent,
  settle,
  topUp,
  transferred,
  type Untimed,
} from '../../../test/support/ledger.js';
import { InvariantError } from '../../kernel/assert.js';
import { auditLedger } from './ledger.audit.js';

/** 1,000 came in; 400 of it waits for hours 24 to 28. */
const funded = (): LedgerStory => new LedgerStory().given(topUp(1_000), fund('R', 400));
const delivering = (): LedgerStory => funded().at(hour(25)).given(settle('R'));
const released = (): LedgerStory => funded().given(release('R'));

describe('the books refuse', () => {
  it.each<[string, LedgerStory, Untimed, string]>([
    // what                           given         command                        answer
    ['to pay twice', funded(), fund('R', 400), 'ALREADY_FUNDED'],
    ['twice before too much', funded(), fund('R', 601), 'ALREADY_FUNDED'],
    ['twice before too late', funded().at(hour(28)), fund('R', 1), 'ALREADY_FUNDED'],
    ['to pay again for what came back', released(), fund('R', 400), 'ALREADY_FUNDED'],
    ['to pay again for what was given back', funded().given(cancel('R', 0)), fund('R', 1), 'ALREADY_FUNDED'],
    ['to pay when the window is over', funded().at(hour(28)), fund('S', 1), 'WINDOW_OVER'],
    ['too late before too much', funded().at(hour(28)), fund('S', 601), 'WINDOW_OVER'],
    ['to pay more than there is', funded(), fund('S', 601), 'INSUFFICIENT_FUNDS'],
    ['to settle what nobody paid', funded(), settle('S'), 'ESCROW_NOT_FOUND'],
    ['to release what nobody paid', funded(), release('S'), 'ESCROW_NOT_FOUND'],
    ['to release twice', released(), release('R'), 'ESCROW_NOT_FOUND'],
    ['to release what is delivered', delivering(), release('R'), 'ALREADY_DELIVERED'],
    ['to cancel what nobody paid', funded(), cancel('S', 0), 'ESCROW_NOT_FOUND'],
    ['to cancel what is delivered', delivering(), cancel('R', 0), 'ALREADY_DELIVERED'],
    ['to cancel what was all delivered', delivering().at(hour(28)).given(settle('R')), cancel('R', 0), 'ESCROW_NOT_FOUND'],
  ])('%s', (_what, story, command, code) => {
    const before = new Map(story.state.balances);
    expect(sent(story.send(command))).toBe(code);
    expect(story.state.balances).toEqual(before);
    auditLedger(story.state);
  });

  it('and say what is missing', () => {
    expect(funded().ask(fund('S', 601))).toEqual({
      accepted: false,
      rejection: { code: 'INSUFFICIENT_FUNDS', balance: 600n, due: 601n, owed: 0n, creditUnused: 0n, frozenBy: null },
    });
  });

  it('to give back even a delivery that rounded to nothing', () => {
    const story = new LedgerStory().given(topUp(1), fund('R', 1)).at(hour(25)).given(settle('R'));
    expect(sent(story.send(cancel('R', 0)))).toBe('ALREADY_DELIVERED');
    expect(sent(story.send(release('R')))).toBe('ALREADY_DELIVERED');
  });
});

describe('each transaction', () => {
  it.each<[string, LedgerStory, Untimed, readonly string[]]>([
    ['a top-up', new LedgerStory(), topUp(1_000), ['TopUpCredited', '  external -1000 = -1000', '  wallet 1000 = 1000']],
    ['the same top-up', funded(), topUp(1_000), []],
    ['another top-up', funded(), topUp(5, 'T2'), ['TopUpCredited', '  external -5 = -1005', '  wallet 5 = 605']],
    ['a payment', funded(), fund('S', 600), ['EscrowFunded', '  wallet -600 = 0', '  escrow:S 600 = 600']],
    ['of nothing', funded(), fund('S', 0), ['EscrowFunded']],
    ['a release', funded(), release('R'), ['EscrowReleased', '  escrow:R -400 = 0', '  wallet 400 = 1000']],
    [
      'a cancellation',
      funded(),
      cancel('R', 101),
      ['EscrowCancelled', '  escrow:R -400 = 0', '  wallet 299 = 899', '  clearing 101 = 101'],
    ],
    ['for all of it', funded(), cancel('R', 400), ['EscrowCancelled', '  escrow:R -400 = 0', '  clearing 400 = 400']],
    [
      'a delivery',
      funded().at(hour(25)),
      settle('R'),
      ['DeliverySettled', '  escrow:R -100 = 300', '  clearing 100 = 100'],
    ],
    ['money that arrives', funded(), receive('X', 7), ['TransferReceived', '  clearing -7 = -7', '  wallet 7 = 607']],
  ])('%s', (_what, story, command, lines) => {
    expect(posted(story.send(command))).toEqual(lines);
    auditLedger(story.state);
  });

  it('shares a cancellation fee as the price would have been', () => {
    const story = new LedgerStory().given(topUp(10_000), fund('R', 10_000), cancel('R', 1_000));
    expect(transferred(story.events)).toEqual([
      'cancellation org-seller 925',
      'royalty org-provider 50',
      'fee org-exchange 25',
    ]);
  });

  it('of a sale at no price is delivered like any other', () => {
    const story = new LedgerStory().given(fund('R', 0)).at(hour(28));
    expect(posted(story.send(settle('R')))).toEqual(['DeliverySettled']);
    expect(story.state.escrows.size).toBe(0);
    expect(sent(story.send(settle('R')))).toBe('ESCROW_NOT_FOUND');
    auditLedger(story.state);
  });

  it.each<[string, Untimed]>([
    ['a payment below zero', fund('S', -1)],
    ['a top-up of nothing', topUp(0, 'T2')],
    ['a top-up below zero', topUp(-1, 'T2')],
    ['money that arrives below zero', receive('X', -1)],
    ['a fee below zero', cancel('R', -1)],
    ['a fee above the price', cancel('R', 401)],
    ['overage below zero', overage('R', hour(24), -1)],
  ])('%s is a bug', (_what, command) => {
    const story = funded();
    expect(() => story.ask(command)).toThrow(InvariantError);
  });
});

describe('what came back', () => {
  it('can be paid for again under no name until its window is long over, and is then forgotten', () => {
    const story = funded().given(release('R'), fund('S', 400, hours(24, 60)));
    expect(sent(story.at(hour(27)).send(fund('R', 400)))).toBe('ALREADY_FUNDED');
    story.at(hour(51)).given(settle('S'));
    expect(story.state.closed.size).toBe(1);
    story.at(hour(52)).given(settle('S'));
    expect(story.state.closed.size).toBe(0);
    expect(sent(story.send(fund('R', 400)))).toBe('WINDOW_OVER');
  });
});

describe('money that comes in while overage is owed', () => {
  const owing = (): LedgerStory =>
    new LedgerStory().given(topUp(100), fund('R', 100), overage('R', hour(20), 30));

  it.each<[string, Untimed, readonly string[]]>([
    [
      'from outside',
      topUp(50, 'T2'),
      [
        ...['TopUpCredited', '  external -50 = -150', '  wallet 50 = 50'],
        ...['OverageCollected', '  wallet -30 = 20', '  receivable 30 = 0'],
        ...['  uncollected -30 = 0', '  clearing 30 = 30'],
      ],
    ],
    [
      'from another organization',
      receive('X', 20),
      [
        ...['TransferReceived', '  clearing -20 = -20', '  wallet 20 = 20'],
        ...['OverageCollected', '  wallet -20 = 0', '  receivable 20 = -10'],
        ...['  uncollected -20 = 10', '  clearing 20 = 0'],
      ],
    ],
    [
      'from a hold that was lost',
      release('R'),
      [
        ...['EscrowReleased', '  escrow:R -100 = 0', '  wallet 100 = 100'],
        ...['OverageCollected', '  wallet -30 = 70', '  receivable 30 = 0'],
        ...['  uncollected -30 = 0', '  clearing 30 = 30'],
      ],
    ],
    [
      'from a reservation that was given back',
      cancel('R', 60),
      [
        ...['EscrowCancelled', '  escrow:R -100 = 0', '  wallet 40 = 40', '  clearing 60 = 60'],
        ...['OverageCollected', '  wallet -30 = 10', '  receivable 30 = 0'],
        ...['  uncollected -30 = 0', '  clearing 30 = 90'],
      ],
    ],
  ])('%s pays it first', (_what, command, lines) => {
    const story = owing();
    expect(posted(story.send(command))).toEqual(lines);
    auditLedger(story.state);
  });
});
