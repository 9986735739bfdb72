import type { Stripe } from 'stripe';
import { EXPAND, nothing, type Samples } from './payments.samples.testing.js';
import { TEST_MONEY as MONEY } from './stand-in.testing.js';
import type { StandInStore } from './store.js';

/** The one kind of account that the product makes. */
export const ACCOUNT: Stripe.AccountCreateParams = {
  capabilities: { transfers: { requested: true } },
  controller: {
    fees: { payer: 'application' },
    losses: { payments: 'application' },
    requirement_collection: 'stripe',
    stripe_dashboard: { type: 'express' },
  },
};
export const URLS = { refresh_url: 'http://here.test/again', return_url: 'http://here.test/back' };

const anAccount = async (stripe: Stripe): Promise<string> => (await stripe.accounts.create(ACCOUNT)).id;

/** One that can be paid, and money to pay it with. */
export async function payableAccount(stripe: Stripe, store: StandInStore): Promise<string> {
  const id = await anAccount(stripe);
  await stripe.paymentIntents.create({ amount: 100_000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true });
  const account = store.get('accounts', id);
  if (account === undefined) throw new Error('the account was not stored');
  const value = { ...account, capabilities: { transfers: 'active' as const } };
  await store.commit([{ collection: 'accounts', id, value }]);
  return id;
}

const aTransfer = async (stripe: Stripe, store: StandInStore): Promise<string> =>
  (await stripe.transfers.create({ ...MONEY, destination: await payableAccount(stripe, store) })).id;

export const PAYOUT_SAMPLES: Samples = {
  'accounts.create': {
    prepare: nothing,
    call: (stripe, _id, more) => stripe.accounts.create({ ...ACCOUNT, ...more }),
    required: null,
    mistyped: { controller: 'ours' },
    resource: 'account',
  },
  'accounts.retrieve': {
    prepare: anAccount,
    call: (stripe, id, more) => stripe.accounts.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'account',
  },
  'account_links.create': {
    prepare: anAccount,
    call: (stripe, account, more) => stripe.accountLinks.create({ account, type: 'account_onboarding', ...URLS, ...more }),
    required: 'account',
    mistyped: { collect: 'everything' },
    resource: 'account_link',
  },
  'transfers.create': {
    prepare: payableAccount,
    call: (stripe, destination, more) => stripe.transfers.create({ ...MONEY, destination, ...more }),
    required: 'destination',
    mistyped: { amount: 'all' },
    resource: 'transfer',
  },
  'transfers.retrieve': {
    prepare: aTransfer,
    call: (stripe, id, more) => stripe.transfers.retrieve(id, more),
    required: null,
    mistyped: EXPAND,
    resource: 'transfer',
  },
  'transfers.list': {
    prepare: nothing,
    call: (stripe, _id, more) => stripe.transfers.list(more),
    required: null,
    mistyped: { limit: 'all' },
    resource: 'list',
  },
  'transfers.createReversal': {
    prepare: aTransfer,
    call: (stripe, id, more) => stripe.transfers.createReversal(id, more),
    required: null,
    mistyped: { amount: 'all' },
    resource: 'transfer_reversal',
  },
  'transfers.listReversals': {
    prepare: aTransfer,
    call: (stripe, id, more) => stripe.transfers.listReversals(id, more),
    required: null,
    mistyped: { limit: 'all' },
    resource: 'list',
  },
  'balance_transactions.list': {
    prepare: nothing,
    call: (stripe, _id, more) => stripe.balanceTransactions.list(more),
    required: null,
    mistyped: { limit: 'all' },
    resource: 'list',
  },
};
