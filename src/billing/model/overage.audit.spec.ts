import { hour } from '../../../test/support/market.js';
import { EXCHANGE, LedgerStory, overage, SELLER, topUp, usd } from '../../../test/support/ledger.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { LedgerEvent } from './ledger.events.js';
import { OverageAudit } from './overage.audit.js';

const BUYER = 'org-buyer' as OrganizationId;

/** 60 were charged, of which 40 could be paid; then the hour costs 10. */
function fallen(): readonly LedgerEvent[] {
  const story = new LedgerStory().given(topUp(40), overage('R', hour(1), 60), overage('R', hour(1), 10));
  return story.events;
}

function givenBack(events: readonly LedgerEvent[], changes: Record<string, unknown> = {}): readonly LedgerEvent[] {
  return events.flatMap((event) =>
    event.type !== 'OverageReduced'
      ? []
      : event.claims.map(({ creditId, amount }) => ({
          ...{ type: 'CreditCharged' as const, creditId, reservationId: event.reservationId, toId: BUYER },
          ...{ hour: event.hour, amount, evidence: event.evidence, collected: usd(0), parts: [], limited: null, claims: [], transfers: [], postings: [] },
          ...changes,
        })),
  );
}

function lieOf(books: readonly (readonly [OrganizationId, readonly LedgerEvent[]])[]): string | null {
  const audit = new OverageAudit();
  books.forEach(([owner, events]) => events.forEach((event) => audit.see(event, owner)));
  return audit.end();
}

const changed = (changes: Record<string, unknown>): readonly LedgerEvent[] =>
  fallen().map((event) => (event.type === 'OverageReduced' ? ({ ...event, ...changes } as LedgerEvent) : event));

describe('the audit of overage', () => {
  it('accepts what is claimed and given back, and what is still on its way', () => {
    expect(lieOf([[BUYER, fallen()]])).toBeNull();
    const [first, second] = givenBack(fallen());
    expect(lieOf([[BUYER, fallen()], [SELLER, [first!]], [EXCHANGE, second === undefined ? [] : [second]]])).toBeNull();
  });

  it.each([
    ['more than was charged', [[BUYER, changed({ amount: usd(70), forgiven: usd(40) })]]],
    ['what is not accounted for', [[BUYER, changed({ forgiven: usd(0) })]]],
    ['what nobody claimed', [[SELLER, givenBack(fallen())]]],
    ['twice', [[BUYER, fallen()], [SELLER, [...givenBack(fallen()), ...givenBack(fallen())]]]],
    ['another amount', [[BUYER, fallen()], [SELLER, givenBack(fallen(), { amount: usd(1) })]]],
    ['to another', [[BUYER, fallen()], [SELLER, givenBack(fallen(), { toId: EXCHANGE })]]],
    ['claims made twice', [[BUYER, [...fallen(), ...changed({ amount: usd(0), forgiven: usd(-30) }).slice(-1)]]]],
  ] as const)('finds %s', (_what, books) => {
    expect(lieOf(books)).toMatch(/^I3: /);
  });
});
