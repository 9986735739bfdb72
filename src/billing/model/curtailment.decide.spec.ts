import {
  cancel,
  curtail,
  fund,
  LedgerStory,
  penalty,
  posted,
  release,
  SELLER,
  sent,
  settle,
  topUp,
  transferred,
} from '../../../test/support/ledger.js';
import { hour, hours } from '../../../test/support/market.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { rectangle, type StepFunction } from '../../kernel/step-function.js';
import { HOUR_MS, plus } from '../../kernel/time.js';
import { auditLedger } from './ledger.audit.js';

const HOLDER = 'org-holder' as OrganizationId;
/** A hundred tokens/s for four hours at 40,000. */
const paid = (): LedgerStory => new LedgerStory().given(topUp(50_000), fund('R', 40_000));
const lost = (value: number, from = 24, to = 28): StepFunction => rectangle(hours(from, to), BigInt(value));

describe('what was curtailed of a reservation', () => {
  it('comes back, and is not delivered', () => {
    const story = paid();
    expect(posted(story.send(curtail('R', 100, lost(25, 26, 28))))).toEqual([
      'EscrowCurtailed',
      '  escrow:R -5000 = 35000',
      '  wallet 5000 = 15000',
    ]);
    auditLedger(story.state);
    const amounts = [25, 26, 27, 28].map((at) => {
      const decision = story.at(hour(at)).send(settle('R'));
      auditLedger(story.state);
      return decision.accepted ? decision.events.map((event) => 'amount' in event && Number(event.amount)) : [];
    });
    expect(amounts.flat()).toEqual([10_000, 10_000, 7_500, 7_500]);
    expect(story.state.escrows.size).toBe(0);
  });

  it('is rounded on the running total: many small losses are one large one', () => {
    const story = new LedgerStory().given(topUp(100), fund('R', 100));
    for (let loss = 0; loss < 7; loss += 1) {
      story.given(curtail('R', 7, rectangle(hours(24, 28), 1n), `C${loss}`));
      auditLedger(story.state);
    }
    expect([story.balance('wallet'), story.state.escrows.size]).toEqual([100n, 0]);
    expect(sent(story.send(fund('R', 100)))).toBe('ALREADY_FUNDED');
  });

  it('stays paid where it was delivered already', () => {
    const story = paid().at(hour(26)).given(settle('R'));
    expect(posted(story.send(curtail('R', 100, lost(100))))).toContain('  wallet 20000 = 30000');
    expect(sent(story.send(curtail('R', 100, lost(100, 24, 26), 'D')))).toBe('');
    story.at(hour(28)).given(settle('R'));
    expect(story.balance('clearing')).toBe(20_000n);
  });

  it('is not paid back twice when the rest is cancelled or released', () => {
    const story = paid().given(curtail('R', 100, lost(50)));
    expect(posted(story.ask(cancel('R', 5_000)))).toEqual([
      ...['EscrowCancelled', '  escrow:R -20000 = 0', '  wallet 15000 = 45000', '  clearing 5000 = 5000'],
    ]);
    story.given(release('R'));
    expect(story.balance('wallet')).toBe(50_000n);
    expect(sent(story.send(curtail('R', 100, lost(1), 'D')))).toBe('ESCROW_NOT_FOUND');
  });
});

describe('a penalty', () => {
  it('is paid as far as the wallet goes, and the rest from what comes in', () => {
    const story = new LedgerStory().given(topUp(300));
    const charged = story.send(penalty('R', 1_000, HOLDER, hour(24)));
    expect(charged.accepted && transferred(charged.events)).toEqual([`penalty ${HOLDER} 300`]);
    auditLedger(story.state);
    const more = story.send(topUp(500, 'U'));
    expect(more.accepted && transferred(more.events)).toEqual([`penalty ${HOLDER} 500`]);
    const rest = story.send(topUp(500, 'V'));
    expect(rest.accepted && transferred(rest.events)).toEqual([`penalty ${HOLDER} 200`]);
    expect([story.balance('wallet'), story.state.penalties.size]).toEqual([300n, 0]);
    auditLedger(story.state);
  });

  it('waits for what was owed before it, and comes before what is owed since', () => {
    const at = (hours: number) => plus(hour(24), hours * HOUR_MS);
    const story = new LedgerStory();
    story.given(penalty('R', 10, HOLDER, at(1), 'later'), penalty('Q', 10, SELLER, at(0), 'earlier'));
    const paidNow = story.send(topUp(15));
    expect(paidNow.accepted && transferred(paidNow.events)).toEqual([`penalty ${SELLER} 10`, `penalty ${HOLDER} 5`]);
  });
});
