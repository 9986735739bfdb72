import { credit, LedgerStory, posted, SELLER, topUp, transferred } from '../../../test/support/ledger.js';
import { hour } from '../../../test/support/market.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { auditLedger } from './ledger.audit.js';

const HOLDER = 'org-holder' as OrganizationId;

describe('a credit', () => {
  it('goes to who paid, as far as the wallet goes', () => {
    const story = new LedgerStory().given(topUp(300));
    expect(posted(story.send(credit('R', 1_000, HOLDER, hour(1))))).toEqual([
      ...['CreditCharged', '  wallet -300 = 0', '  receivable -700 = -700'],
      ...['  uncollected 700 = 700', '  clearing 300 = 300'],
    ]);
    auditLedger(story.state);
    const more = story.send(topUp(900, 'U'));
    expect(more.accepted && transferred(more.events)).toEqual([`credit ${HOLDER} 700`]);
    expect([story.balance('wallet'), story.state.credits.size]).toEqual([200n, 0]);
    auditLedger(story.state);
  });

  it('names what it follows from, and each payment by itself', () => {
    const story = new LedgerStory().given(topUp(1), credit('R', 10, HOLDER, hour(1)), topUp(2, 'U'));
    const transfers = story.events.flatMap((event) => ('transfers' in event ? event.transfers : []));
    expect(transfers).toMatchObject([
      { transferId: 'R/K/1', amount: 1n, evidence: 'R/1' },
      { transferId: 'R/K/3', amount: 2n, evidence: 'R/1' },
    ]);
  });

  it('of an earlier hour comes first', () => {
    const story = new LedgerStory().given(
      credit('R', 10, HOLDER, hour(2), 'later'),
      credit('Q', 10, SELLER, hour(1), 'earlier'),
    );
    const paid = story.send(topUp(15));
    expect(paid.accepted && transferred(paid.events)).toEqual([`credit ${SELLER} 10`, `credit ${HOLDER} 5`]);
  });
});
