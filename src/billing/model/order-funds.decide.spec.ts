import { hour, hours } from '../../../test/support/market.js';
import {
  cancel,
  capture,
  fund,
  giveBack,
  LedgerStory,
  order,
  overage,
  posted,
  receive,
  reserve,
  sent,
  settle,
  topUp,
  transferred,
  type Untimed,
} from '../../../test/support/ledger.js';
import { InvariantError } from '../../kernel/assert.js';
import { auditLedger } from './ledger.audit.js';

/** 1,000 came in; 400 of it is set aside for the order O. */
const reserved = (): LedgerStory => new LedgerStory().given(topUp(1_000), reserve('O', 400));
/** 150 of it paid for the reservation R. */
const filled = (): LedgerStory => reserved().given(capture('O', 'R', 150));
/** Over, with 150 left for a fill that is not booked. */
const ended = (): LedgerStory => reserved().given(giveBack('O', 250, 'final'));
/** Over and spent. */
const closed = (): LedgerStory => ended().given(capture('O', 'R', 150));

describe('money for an order', () => {
  it.each<[string, LedgerStory, Untimed, readonly string[]]>([
    // what              given       command                  lines
    ['is set aside', new LedgerStory().given(topUp(1_000)), reserve('O', 400), ['FundsReserved', '  wallet -400 = 600', '  reserved:O 400 = 400']],
    ['to the last unit', reserved(), reserve('P', 600), ['FundsReserved', '  wallet -600 = 0', '  reserved:P 600 = 600']],
    ['is raised', reserved(), reserve('O', 1), ['FundsReserved', '  wallet -1 = 599', '  reserved:O 1 = 401']],
    ['is raised when part of it is spent', filled(), reserve('O', 10), ['FundsReserved', '  wallet -10 = 590', '  reserved:O 10 = 260']],
    ['is raised by nothing, and what is asked for is kept', reserved(), reserve('O', 0), ['FundsReserved']],
    ['is nothing for an order at no price, which is kept too', reserved(), reserve('P', 0), ['FundsReserved']],
    ['is spent by a fill', reserved(), capture('O', 'R', 150), ['EscrowFunded', '  reserved:O -150 = 250', '  escrow:R 150 = 150']],
    ['all of it', reserved(), capture('O', 'R', 400), ['EscrowFunded', '  reserved:O -400 = 0', '  escrow:R 400 = 400']],
    ['by the next fill', filled(), capture('O', 'S', 250), ['EscrowFunded', '  reserved:O -250 = 0', '  escrow:S 250 = 250']],
    ['once for each fill', filled(), capture('O', 'R', 150), []],
    ['not for what came back from escrow', filled().given(cancel('R', 0)), capture('O', 'R', 150), []],
    ['by a fill at no price', reserved(), capture('O', 'R', 0), ['EscrowFunded']],
    ['of an order at no price', reserved(), capture('P', 'R', 0), ['EscrowFunded']],
    ['by a fill whose window is over', reserved().at(hour(99)), capture('O', 'R', 150), ['EscrowFunded', '  reserved:O -150 = 250', '  escrow:R 150 = 150']],
    ['by a fill after the order ended', ended(), capture('O', 'R', 150), ['EscrowFunded', '  reserved:O -150 = 0', '  escrow:R 150 = 150']],
    ['comes back in part', reserved(), giveBack('O', 50, 'goes on'), ['FundsReleased', '  reserved:O -50 = 350', '  wallet 50 = 650']],
    ['comes back for good', filled(), giveBack('O', 250, 'final'), ['FundsReleased', '  reserved:O -250 = 0', '  wallet 250 = 850']],
    ['in part after that', ended(), giveBack('O', 20, 'goes on'), ['FundsReleased', '  reserved:O -20 = 130', '  wallet 20 = 870']],
    ['comes back for good once', ended(), giveBack('O', 150, 'final'), []],
    ['also when it is spent', closed(), giveBack('O', 250, 'final'), []],
    ['of which nothing is left ends', reserved().given(capture('O', 'R', 400)), giveBack('O', 0, 'final'), ['FundsReleased']],
    ['that was none ends', reserved(), giveBack('P', 0, 'final'), ['FundsReleased']],
    ['is not moved by giving back nothing', reserved(), giveBack('O', 0, 'goes on'), []],
  ])('%s', (_what, story, command, lines) => {
    expect(posted(story.send(command))).toEqual(lines);
    auditLedger(story.state);
  });

  it.each<[string, LedgerStory, Untimed, string]>([
    // what                             given       command            answer
    ['above the wallet', reserved(), reserve('P', 601), 'INSUFFICIENT_FUNDS'],
    ['raised above the wallet', reserved(), reserve('O', 601), 'INSUFFICIENT_FUNDS'],
    ['for an order that ended', ended(), reserve('O', 401), 'ORDER_CLOSED'],
    ['for one that is spent', closed(), reserve('O', 401), 'ORDER_CLOSED'],
    ['for one that never had any', reserved().given(giveBack('P', 0, 'final')), reserve('P', 1), 'ORDER_CLOSED'],
    ['ended before nothing to do', ended(), reserve('O', 400), 'ORDER_CLOSED'],
    ['ended before too much', ended(), reserve('O', 9_999), 'ORDER_CLOSED'],
    ['that is set aside, to pay a hold', reserved(), fund('S', 601), 'INSUFFICIENT_FUNDS'],
    ['again for a hold that a fill paid', filled(), fund('R', 1), 'ALREADY_FUNDED'],
  ])('is refused: %s', (_what, story, command, code) => {
    const before = new Map(story.state.balances);
    expect(sent(story.send(command))).toBe(code);
    expect(story.state.balances).toEqual(before);
  });

  it('is refused with what the wallet holds and what is due', () => {
    expect(reserved().ask(reserve('O', 601))).toEqual({
      accepted: false,
      rejection: { code: 'INSUFFICIENT_FUNDS', balance: 600n, due: 601n, owed: 0n, creditUnused: 0n, frozenBy: null },
    });
  });

  it.each<[string, LedgerStory, Untimed]>([
    ['a fill above what is set aside', reserved(), capture('O', 'R', 401)],
    ['a fill of nobody’s order', reserved(), capture('P', 'R', 1)],
    ['a fill after all of it came back', reserved().given(giveBack('O', 400, 'final')), capture('O', 'R', 1)],
    ['more back than is set aside', filled(), giveBack('O', 251, 'final')],
    ['more back from an order that is spent', closed(), giveBack('O', 1, 'goes on')],
    ['an amount below zero', reserved(), reserve('O', -1)],
    ['a fill below zero', reserved(), capture('O', 'R', -1)],
    ['less than nothing back', reserved(), giveBack('O', -1, 'final')],
  ])('%s is a bug', (_what, story, command) => {
    expect(() => story.ask(command)).toThrow(InvariantError);
  });
});

describe('a reservation that a fill made', () => {
  it('is delivered, shared and settled like any other', () => {
    const byOrder = filled().at(hour(28)).given(settle('R'));
    const byHold = new LedgerStory().given(topUp(1_000), fund('R', 150)).at(hour(28)).given(settle('R'));
    expect(byOrder.events.at(-1)).toEqual(byHold.events.at(-1));
    expect(transferred(byOrder.events)).toEqual(transferred(byHold.events));
    auditLedger(byOrder.state);
  });

  it('gives its money back to the wallet', () => {
    const lines = ['EscrowCancelled', '  escrow:R -150 = 0', '  wallet 140 = 740', '  clearing 10 = 10'];
    expect(posted(filled().send(cancel('R', 10)))).toEqual(lines);
  });
});

describe('an order that is over', () => {
  it.each([
    ['the end last', [capture('O', 'R', 150), capture('O', 'S', 100), giveBack('O', 30, 'goes on'), giveBack('O', 120, 'final')]],
    ['the end first', [giveBack('O', 120, 'final'), giveBack('O', 30, 'goes on'), capture('O', 'S', 100), capture('O', 'R', 150)]],
    ['the end between', [capture('O', 'S', 100), giveBack('O', 120, 'final'), capture('O', 'R', 150), giveBack('O', 30, 'goes on')]],
  ] as const)('has the same books: %s', (_what, commands) => {
    const story = reserved().given(...commands);
    auditLedger(story.state);
    expect([story.balance('wallet'), story.balance('reserved:O' as never)]).toEqual([750n, 0n]);
    expect([story.state.orders.size, [...story.state.closedOrders.keys()]]).toEqual([0, ['O']]);
  });

  it('is kept while fills are not booked', () => {
    expect([...ended().state.orders.keys()]).toEqual(['O']);
    expect([...closed().state.orders.keys()]).toEqual([]);
  });

  it('is forgotten when another ends a day later', () => {
    const day = hour(24);
    const story = closed().given(reserve('P', 1), reserve('Q', 1));
    story.at((day - 1) as never).given(giveBack('P', 1, 'final'));
    expect([...story.state.closedOrders.keys()]).toEqual(['O', 'P']);
    story.at(day).given(giveBack('Q', 1, 'final'));
    expect([...story.state.closedOrders.keys()]).toEqual(['P', 'Q']);
    auditLedger(story.state);
  });

  it('is not forgotten before its last fill is booked', () => {
    const story = ended().given(reserve('P', 1)).at(hour(99)).given(giveBack('P', 1, 'final'));
    expect(story.state.orders.has(order('O'))).toBe(true);
    expect(sent(story.send(reserve('O', 500)))).toBe('ORDER_CLOSED');
    expect(posted(story.send(capture('O', 'R', 150, hours(24, 28))))).toHaveLength(3);
  });
});

describe('money that comes back from an order while overage is owed', () => {
  it('pays it first', () => {
    const story = new LedgerStory().given(topUp(100), reserve('O', 100), overage('R', hour(20), 30));
    expect(posted(story.send(giveBack('O', 90, 'final')))).toEqual([
      ...['FundsReleased', '  reserved:O -90 = 10', '  wallet 90 = 90'],
      ...['OverageCollected', '  wallet -30 = 60', '  receivable 30 = 0'],
      ...['  uncollected -30 = 0', '  clearing 30 = 30'],
    ]);
    auditLedger(story.state);
  });

  it('does not, while it is set aside', () => {
    const story = new LedgerStory().given(topUp(100), reserve('O', 100), overage('R', hour(20), 30));
    expect(story.balance('receivable')).toBe(-30n);
    expect(sent(story.send(receive('X', 10)))).toBe('TransferReceived OverageCollected');
    expect(story.balance('reserved:O' as never)).toBe(100n);
    auditLedger(story.state);
  });
});
