import { payoutAccountState, type PayoutAccountFacts } from './payout-account.js';

const facts = (changes: Partial<PayoutAccountFacts>): PayoutAccountFacts => ({
  ...{ accountId: 'acct_1', needsReview: false, isSubmitted: false, isPayable: false },
  ...changes,
});

it.each<[Partial<PayoutAccountFacts> | null, string]>([
  [null, 'not-started'],
  [{ accountId: null }, 'creating'],
  [{ accountId: null, needsReview: true }, 'needs-review'],
  [{ accountId: null, needsReview: true, isSubmitted: true, isPayable: true }, 'needs-review'],
  [{}, 'onboarding'],
  [{ needsReview: true }, 'onboarding'],
  [{ isPayable: true }, 'onboarding'],
  [{ isSubmitted: true }, 'restricted'],
  [{ isSubmitted: true, isPayable: true }, 'payable'],
])('an account of which is known %j is %s', (known, state) => {
  expect(payoutAccountState(known === null ? null : facts(known))).toBe(state);
});
