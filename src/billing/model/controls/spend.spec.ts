import { approve, asked, by, creditLine, KEY, limits, refuse, SPOT, TRADER } from '../../../../test/support/controls.js';
import {
  cancel,
  capture,
  fund,
  fundAll,
  giveBack,
  LedgerStory,
  posted,
  release,
  reserve,
  reservation,
  sent,
  topUp,
  usd,
  type Untimed,
} from '../../../../test/support/ledger.js';
import { hour, hours } from '../../../../test/support/market.js';
import { DAY_MS, plus } from '../../../kernel/time.js';
import { auditLedger } from '../ledger.audit.js';
import { APPROVAL_LIFE, APPROVALS_MAX } from './spend.rules.js';

const rich = (): LedgerStory => new LedgerStory().given(topUp(1_000));
/** Up to 100 for one order, 150 in a day, 200 in a month. */
const limited = (): LedgerStory =>
  rich().given(limits('organization', { perOrder: 100, perDay: 150, perMonth: 200 }));
/** Up to 150 for one order and 100 in a day, of which an order took 100 yesterday. */
const raisedDaily = (): LedgerStory =>
  rich().given(limits('organization', { perOrder: 150, perDay: 100 }), reserve('O', 100)).at(hour(24));
/** Up to 100 without an approval. */
const watched = (): LedgerStory => rich().given(limits('organization', { approvalAbove: 100 }));
/** 300 for the order O waits for an approval. */
const waiting = (): LedgerStory => watched().given(asked('O', 300));
const approvedAtOnce = (): LedgerStory => waiting().given(approve('O', 300));

/** The code, and what of a refusal matters here. */
function said(story: LedgerStory, command: Untimed): string {
  const decision = story.ask(command);
  if (decision.accepted) return decision.events.map(({ type }) => type).join(' ');
  const { rejection } = decision;
  if (rejection.code !== 'OVER_SPEND_LIMIT') return rejection.code;
  const { subject, period, limit, spent, asked: more } = rejection;
  return `${subject} ${period}: ${spent} + ${more} > ${limit}`;
}

describe('what may be spent', () => {
  it.each<[what: string, story: () => LedgerStory, command: Untimed, answer: string]>([
    // The reason further up is given when several hold.
    ['nothing for an order that ended', () => limited().given(giveBack('O', 0, 'final')), reserve('O', 9_999), 'ORDER_CLOSED'],
    ['nothing again for what is paid', () => limited().given(fund('R', 10)), fund('R', 9_999), 'ALREADY_FUNDED'],
    ['nothing for what is over', () => limited().at(hour(28)), fund('R', 9_999), 'WINDOW_OVER'],
    ['nothing twice in one package', limited, fundAll(['R', 1], ['R', 9_999]), 'PAYMENT_REFUSED'],
    ['what one order may cost, before the day', limited, reserve('O', 9_999), 'organization order: 0 + 9999 > 100'],
    ['all parts of a package together', limited, fundAll(['R', 60], ['S', 41]), 'organization order: 0 + 101 > 100'],
    ['an order as it is raised', () => limited().given(reserve('O', 60)), reserve('O', 41), 'organization order: 60 + 41 > 100'],
    // So a limit of an order above that of a day is one that matters, and none to refuse.
    ['an order as it is raised day by day, beyond what a day allows', raisedDaily, reserve('O', 51), 'organization order: 100 + 51 > 150'],
    ['no less of an order than it allows, each day', raisedDaily, reserve('O', 50), 'FundsReserved'],
    ['the day, before the month', () => limited().given(reserve('O', 100)), reserve('P', 51), 'organization day: 100 + 51 > 150'],
    ['the month', () => limited().given(reserve('O', 100)).at(hour(24)).given(reserve('P', 100)).at(hour(48)), reserve('Q', 1), 'organization month: 200 + 1 > 200'],
    ['of a role', () => rich().given(limits('role:trader', { perOrder: 5 })), reserve('O', 6), 'role:trader order: 0 + 6 > 5'],
    ['not of another role', () => rich().given(limits('role:owner', { perOrder: 5 })), reserve('O', 6), 'FundsReserved'],
    ['of a member', () => rich().given(limits('member:trader', { perDay: 5 })), fund('R', 6), 'member:trader day: 0 + 6 > 5'],
    ['of the member who made a key', () => rich().given(limits('member:owner', { perDay: 5 })), by(KEY, fund('R', 6)), 'member:owner day: 0 + 6 > 5'],
    ['of a key', () => rich().given(limits('key:k', { perDay: 5 })), by(KEY, fund('R', 6)), 'key:k day: 0 + 6 > 5'],
    ['of the organization first', () => limited().given(limits('member:trader', { perOrder: 1 })), reserve('O', 101), 'organization order: 0 + 101 > 100'],
    ['a limit before money', () => limited().given(fund('X', 0)), reserve('O', 1_001), 'organization order: 0 + 1001 > 100'],
    ['money before an approval', watched, reserve('O', 1_001), 'INSUFFICIENT_FUNDS'],
    ['an approval last', watched, reserve('O', 101), 'ApprovalRequested'],
    ['of a hold', watched, fund('R', 101), 'ApprovalRequested'],
    ['of a package', watched, fundAll(['R', 60], ['S', 41]), 'ApprovalRequested'],
    ['of what an order is raised to', () => watched().given(reserve('O', 60)), reserve('O', 41), 'ApprovalRequested'],
    ['of nobody who could wait', watched, by(SPOT, reserve('O', 101)), 'organization unattended: 0 + 101 > 100'],
    ['the lowest of two thresholds', () => watched().given(limits('role:trader', { approvalAbove: 50 })), reserve('O', 51), 'ApprovalRequested'],
    ['up to the threshold', watched, reserve('O', 100), 'FundsReserved'],
    ['up to the limit of an order', limited, reserve('O', 100), 'FundsReserved'],
    ['up to the limit of a day', () => limited().given(reserve('O', 100)), reserve('P', 50), 'FundsReserved'],
    ['anew when the day is over', () => limited().given(reserve('O', 100), reserve('P', 50)).at(hour(24)), reserve('Q', 50), 'FundsReserved'],
    ['anew when the month is over', () => limited().given(reserve('O', 100)).at(plus(hour(0), 31 * DAY_MS)), reserve('Q', 100), 'FundsReserved'],
    ['again what an order gave back', () => limited().given(reserve('O', 100), giveBack('O', 100, 'final')), reserve('P', 100), 'FundsReserved'],
    ['again what an order filled for less', () => limited().given(reserve('O', 100), capture('O', 'R', 60), giveBack('O', 40, 'final')), reserve('P', 90), 'FundsReserved'],
    ['not what it spent', () => limited().given(reserve('O', 100), capture('O', 'R', 60), giveBack('O', 40, 'final')), reserve('P', 91), 'organization day: 60 + 91 > 150'],
    ['again what title did not move for', () => limited().given(fund('R', 100), release('R')), reserve('P', 100), 'FundsReserved'],
    ['again what was cancelled, less the fee', () => limited().given(fund('R', 100), cancel('R', 10)), reserve('P', 100), 'FundsReserved'],
    ['not the fee', () => limited().given(fund('R', 100), cancel('R', 60)), reserve('P', 91), 'organization day: 60 + 91 > 150'],
    ['not today what came back of yesterday', () => limited().given(reserve('O', 100)).at(hour(24)).given(reserve('P', 100), giveBack('O', 100, 'final')), reserve('Q', 51), 'organization day: 100 + 51 > 150'],
    ['above a limit that was taken away', () => limited().given(limits('organization', null)), reserve('O', 900), 'FundsReserved'],
    ['nothing below what was spent when the limit falls', () => limited().given(reserve('O', 100), limits('organization', { perDay: 50 })), reserve('P', 1), 'organization day: 100 + 1 > 50'],
    ['by a clock that lags: the day has begun', () => limited().at(hour(24)).given(reserve('O', 100)).at(hour(23)), reserve('P', 51), 'organization day: 100 + 51 > 150'],
  ])('%s', (_what, story, command, answer) => {
    expect(said(story(), command)).toBe(answer);
  });

  it('counts before there was a limit', () => {
    const story = rich().given(reserve('O', 100), limits('organization', { perDay: 150 }));
    expect(said(story, reserve('P', 51))).toBe('organization day: 100 + 51 > 150');
  });
});

describe('an approval', () => {
  it.each<[what: string, story: () => LedgerStory, command: Untimed, answer: string]>([
    // The reason further up is given when several hold.
    ['of nothing', waiting, approve('P', 300), 'APPROVAL_NOT_FOUND'],
    ['of what was approved', approvedAtOnce, approve('O', 300), 'APPROVAL_DECIDED'],
    ['of what was refused', () => waiting().given(refuse('O')), approve('O', 300), 'APPROVAL_DECIDED'],
    ['too late, by whoever asked', () => waiting().at(plus(hour(0), APPROVAL_LIFE)), approve('O', 300, 'trader'), 'APPROVAL_DECIDED'],
    ['of one’s own, at a worse price', waiting, approve('O', 301, 'trader'), 'OWN_REQUEST'],
    ['at a worse price, of an order that ended', () => waiting().given(giveBack('O', 0, 'final')), approve('O', 301), 'PRICE_WORSE'],
    ['of an order that ended, above a limit', () => waiting().given(giveBack('O', 0, 'final'), limits('organization', { perDay: 1 })), approve('O', 300), 'ORDER_CLOSED'],
    ['above a limit that was lowered, without money', () => waiting().given(reserve('P', 100), limits('organization', { perDay: 399 })), approve('O', 300), 'organization day: 100 + 300 > 399'],
    ['without money', () => waiting().given(limits('organization', null), reserve('P', 701)), approve('O', 300), 'INSUFFICIENT_FUNDS'],
    ['executes what was asked for', waiting, approve('O', 300), 'ApprovalDecided FundsReserved'],
    ['also below its price', waiting, approve('O', 299), 'ApprovalDecided FundsReserved'],
    ['in its last millisecond', () => waiting().at(plus(hour(0), APPROVAL_LIFE - 1)), approve('O', 300), 'ApprovalDecided FundsReserved'],
    ['above a threshold that was lowered: it is one', () => waiting().given(limits('organization', { approvalAbove: 1 })), approve('O', 300), 'ApprovalDecided FundsReserved'],
    ['is refused', waiting, refuse('O'), 'ApprovalDecided'],
    ['is refused once', () => waiting().given(refuse('O')), refuse('O'), 'APPROVAL_DECIDED'],
    ['expires', () => waiting().at(plus(hour(0), APPROVAL_LIFE)), { type: 'ExpireApproval', approvalId: 'AO' }, 'ApprovalDecided'],
    ['expires no sooner', waiting, { type: 'ExpireApproval', approvalId: 'AO' }, ''],
    ['expires not when it is decided', () => approvedAtOnce().at(plus(hour(0), APPROVAL_LIFE)), { type: 'ExpireApproval', approvalId: 'AO' }, ''],
  ])('%s', (_what, story, command, answer) => {
    expect(said(story(), command)).toBe(answer);
  });

  it('moves money once, and counts for whoever asked', () => {
    const story = waiting().given(limits('member:trader', { perDay: 400 }));
    expect(story.balance('wallet')).toBe(1_000n);
    expect(posted(story.send(approve('O', 300)))).toEqual([
      'ApprovalDecided',
      'FundsReserved',
      '  wallet -300 = 700',
      '  reserved:O 300 = 300',
    ]);
    expect(said(story, asked('P', 101))).toBe('member:trader day: 300 + 101 > 400');
    auditLedger(story.state);
  });

  it('pays for holds that were made again in place of those asked for', () => {
    const story = watched().given(by(TRADER, fund('R', 300), 'AR'));
    const { split, window, grid } = fund('S', 290) as Extract<Untimed, { readonly type: 'FundEscrow' }>;
    const sale = { reservationId: reservation('S'), split, window, grid, amount: usd(290) };
    const purchase = { kind: 'holds', quoteId: null, sales: [sale] } as const;
    story.given({ ...approve('R', 0), purchase } as Untimed);
    expect(story.events.at(-1)).toMatchObject({ type: 'EscrowFunded', reservationId: 'S', amount: 290n });
    expect(story.state.controls.decided.get('AR')).toMatchObject({ end: 'approved', reservationIds: ['S'] });
  });

  it('is not asked for by more than can be looked at', () => {
    const story = watched();
    for (let index = 0; index < APPROVALS_MAX; index += 1) story.given(asked(`${index}`, 101));
    expect(story.ask(asked('one more', 101))).toMatchObject({
      rejection: { code: 'TOO_MANY_APPROVALS', approvalsMax: APPROVALS_MAX },
    });
    expect(sent(story.send(asked('small', 100)))).not.toBe('TOO_MANY_APPROVALS');
  });

  it('is remembered for a month', () => {
    const story = approvedAtOnce().at(plus(hour(0), 32 * DAY_MS)).given(asked('P', 300), refuse('P'));
    expect([...story.state.controls.decided.keys()]).toEqual(['AP']);
  });
});

describe('a limit', () => {
  it('says what it was before', () => {
    const story = limited().given(limits('organization', { perDay: 1 }), limits('organization', null));
    expect(story.events.slice(-2)).toMatchObject([
      { before: { perOrder: 100n, perDay: 150n, perMonth: 200n, approvalAbove: null }, limits: { perDay: 1n } },
      { before: { perOrder: null, perDay: 1n }, limits: null },
    ]);
    expect(posted(story.send(limits('organization', null)))).toEqual([]);
  });

  it('holds on the credit line as well', () => {
    const story = new LedgerStory().given(creditLine(1_000), limits('organization', { perOrder: 100 }));
    expect(said(story, reserve('O', 101))).toBe('organization order: 0 + 101 > 100');
    expect(said(story, fund('R', 100, hours(24, 28)))).toBe('EscrowFunded');
  });
});
