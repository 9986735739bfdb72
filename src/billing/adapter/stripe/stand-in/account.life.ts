import type { Stripe } from 'stripe';
import { ok } from '../../../../kernel/result.js';
import { invalidRequest, missingResource } from './api-error.js';
import type { Answer, Call } from './operation.js';
import type { UnitOfWork } from './unit-of-work.js';

type Context = Pick<Call<unknown>, 'work' | 'make'>;

/** What Stripe asks of a company before it moves money to it. */
export const ONBOARDING_NEEDS = [
  'business_profile.url',
  'business_type',
  'external_account',
  'tos_acceptance.date',
  'tos_acceptance.ip',
];

/** The seller filled everything in, and Stripe has nothing more to ask. */
export function onboard(token: string, { work }: Context): Answer {
  const link = work.get('account_links', token);
  const account = link === undefined ? undefined : work.get('accounts', link.account);
  if (link === undefined || account === undefined) return missingResource('account_link', token, 'id', 404);
  if (link.usedAt !== null || link.expires_at <= work.now) {
    return invalidRequest('account_link_expired', 'This link has been used, or has expired.');
  }
  work.put('account_links', { ...link, usedAt: work.now });
  return change(account, work, {
    ...{ details_submitted: true, payouts_enabled: true },
    capabilities: { ...account.capabilities, transfers: 'active' },
    requirements: needing(account, [], null),
  });
}

/** Stripe asks for more before it moves money again, as it does when a document turns out wrong. */
export function restrict(accountId: string, needs: readonly string[], { work }: Context): Answer {
  const account = work.get('accounts', accountId);
  if (account === undefined) return missingResource('account', accountId, 'account', 404);
  return change(account, work, {
    payouts_enabled: false,
    capabilities: { ...account.capabilities, transfers: 'inactive' },
    requirements: needing(account, needs, 'requirements.past_due'),
  });
}

/** What was asked for is there. */
export function satisfy(accountId: string, { work }: Context): Answer {
  const account = work.get('accounts', accountId);
  if (account === undefined) return missingResource('account', accountId, 'account', 404);
  return change(account, work, {
    payouts_enabled: true,
    capabilities: { ...account.capabilities, transfers: 'active' },
    requirements: needing(account, [], null),
  });
}

/** The seller's bank sent back what Stripe paid out to it: the money is in its account at Stripe again. */
export function failBankPayout(accountId: string, { work, make }: Context): Answer {
  const account = work.get('accounts', accountId);
  if (account === undefined) return missingResource('account', accountId, 'account', 404);
  const payout: Stripe.Payout = {
    ...make.fixture<Stripe.Payout>('payout'),
    ...{ id: work.id('po'), created: work.now, arrival_date: work.now, status: 'failed' },
    ...{ failure_code: 'account_closed', failure_message: 'The bank account has been closed.' },
  };
  work.emit('payout.failed', payout, accountId);
  return ok(payout);
}

function change(account: Stripe.Account, work: UnitOfWork, values: Partial<Stripe.Account>): Answer {
  const changed = { ...account, ...values };
  work.put('accounts', changed);
  work.emit('account.updated', changed, account.id);
  return ok(changed);
}

function needing(
  { requirements }: Stripe.Account,
  needs: readonly string[],
  reason: 'requirements.past_due' | null,
): NonNullable<Stripe.Account['requirements']> {
  const none = { current_deadline: null, errors: [], past_due: [], pending_verification: [], alternatives: [] };
  const due = { currently_due: [...needs], eventually_due: [...needs], disabled_reason: reason };
  return { ...requirements, ...none, ...due };
}
