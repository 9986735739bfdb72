import fc from 'fast-check';
import { bill, budget, creditLine } from '../../../../test/support/controls.js';
import {
  cancel,
  capture,
  fund,
  fundAll,
  giveBack,
  LedgerStory,
  overage,
  posted,
  reserve,
  settle,
  topUp,
  usd,
  type Untimed,
} from '../../../../test/support/ledger.js';
import { hour } from '../../../../test/support/market.js';
import { DAY_MS, plus, type Instant } from '../../../kernel/time.js';
import { auditLedger } from '../ledger.audit.js';
import type { Bill } from './controls.state.js';
import { AGES, agesOf, availableFor, billedOf, drawnOf } from './credit-line.rules.js';

/** 100 in the wallet, and a line of 500. */
const granted = (): LedgerStory => new LedgerStory().given(topUp(100), creditLine(500));
/** 300 of the line is drawn for the order O. */
const drawn = (): LedgerStory => granted().given(reserve('O', 400));
const DUE = hour(24);
/** 120 of it is due. */
const billed = (): LedgerStory => drawn().given(bill('HR-1', 120, DUE));
const overdue = (): LedgerStory => billed().at(DUE);

const available = (story: LedgerStory): string => {
  const { balance, creditUnused, frozenBy } = availableFor(story.state, story.now);
  return `${balance} + ${creditUnused}${frozenBy === null ? '' : `, frozen by ${frozenBy}`}`;
};

describe('a credit line', () => {
  it.each<[string, () => LedgerStory, string]>([
    ['is beside the wallet', granted, '100 + 500'],
    ['is drawn when the wallet is empty', drawn, '0 + 200'],
    ['is none before it begins', () => new LedgerStory().given(topUp(100), creditLine(500, hour(1))), '100 + 0'],
    ['begins', () => new LedgerStory().given(topUp(100), creditLine(500, hour(1))).at(hour(1)), '100 + 500'],
    ['is raised', () => drawn().given(creditLine(600)), '0 + 300'],
    ['is lowered below what is drawn', () => drawn().given(creditLine(200)), '0 + 0'],
    ['is taken away: what is drawn stays owed', () => drawn().given(creditLine(null)), '0 + 0'],
    ['is unused while it is due', billed, '0 + 200'],
    ['is frozen when it is overdue', overdue, '0 + 0, frozen by HR-1'],
    ['is frozen until all of it is paid', () => overdue().given(topUp(119, 'U')), '0 + 0, frozen by HR-1'],
    ['is free again when it is', () => overdue().given(topUp(120, 'U')), '0 + 320'],
    ['is not frozen by a void invoice', () => overdue().given({ type: 'UnbillCreditLine', invoiceNumber: 'HR-1' }), '0 + 200'],
  ])('%s', (_what, story, expected) => {
    expect(available(story())).toBe(expected);
    auditLedger(story().state);
  });

  it.each<[string, () => LedgerStory, Untimed, readonly string[]]>([
    ['is drawn for what the wallet does not hold', granted, reserve('O', 400), ['FundsReserved', '  wallet -100 = 0', '  credit-line-receivable -300 = -300', '  reserved:O 400 = 400']],
    ['not while the wallet holds it', granted, fund('R', 100), ['EscrowFunded', '  wallet -100 = 0', '  escrow:R 100 = 100']],
    ['by each part of a package', granted, fundAll(['R', 60], ['S', 70]), ['EscrowFunded', '  wallet -60 = 40', '  escrow:R 60 = 60', 'EscrowFunded', '  wallet -40 = 0', '  credit-line-receivable -30 = -30', '  escrow:S 70 = 70']],
    ['to the last unit', granted, fund('R', 600), ['EscrowFunded', '  wallet -100 = 0', '  credit-line-receivable -500 = -500', '  escrow:R 600 = 600']],
    ['is repaid by what comes back', drawn, giveBack('O', 350, 'final'), ['FundsReleased', '  reserved:O -350 = 50', '  wallet 350 = 350', 'CreditLineRepaid', '  wallet -300 = 50', '  credit-line-receivable 300 = 0']],
    ['and by money that comes in', drawn, topUp(50, 'U'), ['TopUpCredited', '  external -50 = -150', '  wallet 50 = 50', 'CreditLineRepaid', '  wallet -50 = 0', '  credit-line-receivable 50 = -250']],
    ['what is due first', billed, topUp(200, 'U'), ['TopUpCredited', '  external -200 = -300', '  wallet 200 = 200', 'CreditLineRepaid', '  wallet -120 = 80', '  credit-line-receivable 120 = -180', 'CreditLineRepaid', '  wallet -80 = 0', '  credit-line-receivable 80 = -100']],
    ['is due for no more than is drawn', drawn, bill('HR-1', 9_999, DUE), ['CreditLineBilled']],
    ['is due with an invoice once', billed, bill('HR-1', 9_999, DUE), []],
    ['is not due when nothing is drawn', granted, bill('HR-1', 9_999, DUE), []],
    ['is said to be frozen when it is overdue', overdue, { type: 'FreezeCreditLine', invoiceNumber: 'HR-1' }, ['CreditLineFrozen']],
    ['not before', billed, { type: 'FreezeCreditLine', invoiceNumber: 'HR-1' }, []],
    ['not when it was paid', () => overdue().given(topUp(120, 'U')), { type: 'FreezeCreditLine', invoiceNumber: 'HR-1' }, []],
    ['is not taken away twice', () => new LedgerStory(), creditLine(null), []],
  ])('%s', (_what, story, command, lines) => {
    const given = story();
    expect(posted(given.send(command))).toEqual(lines);
    auditLedger(given.state);
  });

  it('says what is missing, and why', () => {
    expect(drawn().ask(fund('R', 201))).toEqual({
      accepted: false,
      rejection: { code: 'INSUFFICIENT_FUNDS', balance: 0n, due: 201n, owed: 0n, creditUnused: 200n, frozenBy: null },
    });
    expect(overdue().ask(fund('R', 1))).toMatchObject({
      rejection: { code: 'INSUFFICIENT_FUNDS', creditUnused: 0n, frozenBy: 'HR-1' },
    });
  });

  it('is repaid invoice by invoice, the oldest first', () => {
    const story = billed().given(bill('HR-2', 100, hour(48)), topUp(150, 'U'));
    expect(story.events.at(-1)).toMatchObject({
      amount: 150n,
      bills: [
        { invoiceNumber: 'HR-1', amount: 120n },
        { invoiceNumber: 'HR-2', amount: 30n },
      ],
    });
    expect(story.state.controls.bills).toMatchObject([{ invoiceNumber: 'HR-2', amount: 100n, repaid: 30n }]);
    auditLedger(story.state);
  });

  it('is repaid before overage that is not invoiced, and overage before what is not due', () => {
    const story = billed().given(overage('R', hour(24), 40), topUp(170, 'U'));
    const types = story.events.slice(-3).map(({ type }) => type);
    expect(types).toEqual(['CreditLineRepaid', 'OverageCollected', 'CreditLineRepaid']);
    expect([drawnOf(story.state), story.balance('wallet'), story.balance('receivable')]).toEqual([170n, 0n, 0n]);
    auditLedger(story.state);
  });
});

/** The worked example of docs/FINANCE.md. */
describe('a line of 1,000 USD at 30 days', () => {
  const usdOf = (amount: number): number => amount * 1_000_000;
  it('is drawn, due, overdue, paid and free again', () => {
    const story = new LedgerStory().given(topUp(usdOf(200)), creditLine(usdOf(1_000)));
    story.given(reserve('O', usdOf(900)));
    expect(available(story)).toBe('0 + 300000000');
    story.given(capture('O', 'R', usdOf(850)), giveBack('O', usdOf(50), 'final'));
    expect(available(story)).toBe('0 + 350000000');
    story.at(hour(28)).given(settle('R'), bill('HR-2026-000001', usdOf(850), plus(hour(28), 30 * DAY_MS)));
    expect(billedOf(story.state.controls.bills)).toBe(650_000_000n);
    story.at(plus(hour(28), 31 * DAY_MS));
    expect(agesOf(story.state.controls.bills, story.now)).toMatchObject({ '1-30': 650_000_000n, current: 0n });
    expect(available(story)).toBe('0 + 0, frozen by HR-2026-000001');
    story.given(topUp(usdOf(700), 'U'));
    expect(available(story)).toBe('50000000 + 1000000000');
    auditLedger(story.state);
  });
});

describe('what is due', () => {
  /** As a clerk would do it, with a calendar and no formula. */
  function naiveAge(dueAt: Instant, now: Instant): (typeof AGES)[number] {
    if (now < dueAt) return 'current';
    let days = 1;
    for (let day = dueAt + DAY_MS; day <= now; day += DAY_MS) days += 1;
    return days <= 30 ? '1-30' : days <= 60 ? '31-60' : days <= 90 ? '61-90' : '91+';
  }

  it.each([
    [-1, 'current'],
    [0, '1-30'],
    [30 * DAY_MS - 1, '1-30'],
    [30 * DAY_MS, '31-60'],
    [60 * DAY_MS, '61-90'],
    [90 * DAY_MS - 1, '61-90'],
    [90 * DAY_MS, '91+'],
  ])('%s ms after its day is %s', (late, age) => {
    const bills = [{ invoiceNumber: 'N', amount: usd(3), repaid: usd(1), dueAt: DUE }];
    expect(agesOf(bills, plus(DUE, late))).toMatchObject({ [age]: 2n });
  });

  it('ages as a clerk would say, and sums to what is billed', () => {
    const one = fc.record({ amount: fc.integer({ min: 1, max: 9 }), days: fc.integer({ min: -200, max: 200 }), ms: fc.integer({ min: 0, max: DAY_MS - 1 }) });
    fc.assert(
      fc.property(fc.array(one), (given) => {
        const now = hour(9_999);
        const bills: Bill[] = given.map(({ amount, days, ms }, index) => ({
          ...{ invoiceNumber: `${index}`, amount: usd(amount), repaid: usd(0), dueAt: plus(now, days * DAY_MS + ms) },
        }));
        const naive = Object.fromEntries(AGES.map((age) => [age, 0n]));
        for (const { dueAt, amount } of bills) {
          const age = naiveAge(dueAt, now);
          naive[age] = (naive[age] ?? 0n) + amount;
        }
        expect(agesOf(bills, now)).toEqual(naive);
        expect(Object.values(naive).reduce((sum, amount) => sum + amount, 0n)).toBe(billedOf(bills));
      }),
    );
  });
});

describe('a budget', () => {
  const told = (story: LedgerStory): readonly string[] =>
    story.events.flatMap((event) =>
      event.type === 'BudgetThresholdReached' ? [`${event.month} ${event.measure} ${event.percent}: ${event.amount}`] : [],
    );
  const rich = (): LedgerStory => new LedgerStory().given(topUp(1_000));

  it('tells what was bought, each percentage once', () => {
    const story = rich().given(budget(100, [], [50, 100]), fund('R', 49));
    expect(told(story)).toEqual([]);
    story.given(fund('S', 1), fund('T', 10));
    expect(told(story)).toEqual([expect.stringMatching(/committed 50: 50$/)]);
    story.given(fund('U', 90));
    expect(told(story)).toHaveLength(2);
  });

  it('tells two at once, and what is reached when it is set', () => {
    const story = rich().given(fund('R', 100), budget(100, [], [80, 100]));
    expect(told(story)).toEqual([expect.stringContaining('committed 80'), expect.stringContaining('committed 100')]);
  });

  it('tells what a month has cost: delivered, overage, cancelled', () => {
    const story = rich().given(budget(100, [40, 70, 90]), fund('R', 40), fund('S', 60)).at(hour(28));
    story.given(settle('R'), overage('R', hour(24), 30));
    expect(told(story)).toEqual([expect.stringMatching(/spent 40: 40$/), expect.stringMatching(/spent 70: 70$/)]);
    story.at(hour(20)).given(cancel('S', 20));
    expect(told(story).at(-1)).toMatch(/spent 90: 90$/);
  });

  it('counts no more what came back, and no fill twice', () => {
    const story = rich().given(budget(100, [], [100]), reserve('O', 90), capture('O', 'R', 60), giveBack('O', 30, 'final'));
    story.given(fund('S', 39));
    expect(told(story)).toEqual([]);
    story.given(fund('T', 1));
    expect(told(story)).toEqual([expect.stringMatching(/committed 100: 100$/)]);
  });

  it('begins anew with each month', () => {
    const story = rich().given(budget(100, [], [100]), fund('R', 100));
    story.at(plus(hour(0), 40 * DAY_MS)).given(reserve('O', 100));
    expect(told(story)).toHaveLength(2);
    expect(new Set(told(story).map((one) => one.slice(0, 7))).size).toBe(2);
  });
});
