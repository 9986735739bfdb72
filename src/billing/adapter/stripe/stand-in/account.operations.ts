import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { ONBOARDING_NEEDS } from './account.life.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import { metadataOf, orNull, type Answer, type Call, type Operation, type OperationTable } from './operation.js';

type CreateParams = Stripe.AccountCreateParams;

/** The one kind that is modelled: Stripe collects and carries nothing, its own page asks the questions. */
const CONTROLLER = {
  'fees.payer': 'application',
  'losses.payments': 'application',
  requirement_collection: 'stripe',
  'stripe_dashboard.type': 'express',
} as const;

/** https://docs.stripe.com/api/accounts/create */
const createAccount: Operation<CreateParams> = {
  modelled: ['capabilities', 'controller', 'country', 'email', 'expand', 'metadata'],
  handle: create,
};

const retrieveAccount: Operation<Stripe.AccountRetrieveParams> = {
  modelled: ['expand'],
  handle: ({ id, work }) => {
    const account = work.get('accounts', id);
    return account === undefined ? missingResource('account', id, 'account', 404) : ok(account);
  },
};

/** https://docs.stripe.com/api/account_links/create */
const createLink: Operation<Stripe.AccountLinkCreateParams> = {
  modelled: ['account', 'expand', 'refresh_url', 'return_url', 'type'],
  handle: link,
};

export const ACCOUNT_OPERATIONS: OperationTable = {
  'accounts.create': createAccount,
  'accounts.retrieve': retrieveAccount,
  'account_links.create': createLink,
};

function create({ params, work, make }: Call<CreateParams>): Answer {
  const known = checkController(params.controller);
  if (!known.ok) return known;
  const fixture = make.fixture<Stripe.Account>('account');
  const id = work.id('acct');
  const account: Stripe.Account = {
    ...fixture,
    ...{ id, created: work.now, country: params.country ?? 'US', email: orNull(params.email), type: 'express' },
    capabilities: params.capabilities?.transfers?.requested === true ? { transfers: 'inactive' } : {},
    charges_enabled: false,
    controller: {
      ...{ type: 'application', is_controller: true, fees: { payer: 'application' } },
      ...{ losses: { payments: 'application' }, requirement_collection: 'stripe' },
      stripe_dashboard: { type: 'express' },
    },
    details_submitted: false,
    external_accounts: { object: 'list', data: [], has_more: false, url: `/v1/accounts/${id}/external_accounts` },
    metadata: metadataOf(params.metadata),
    payouts_enabled: false,
    requirements: {
      ...{ alternatives: [], current_deadline: null, errors: [], past_due: [], pending_verification: [] },
      ...{ currently_due: [...ONBOARDING_NEEDS], eventually_due: [...ONBOARDING_NEEDS] },
      disabled_reason: 'requirements.past_due',
    },
  };
  work.put('accounts', account);
  return ok(account);
}

function checkController(controller: CreateParams['controller'] = {}): Result<null, ApiError> {
  const { fees, losses, requirement_collection, stripe_dashboard: dashboard } = controller;
  const given: Record<string, unknown> = {
    ...{ 'fees.payer': fees?.payer, 'losses.payments': losses?.payments, requirement_collection },
    'stripe_dashboard.type': dashboard?.type,
  };
  const other = Object.entries(CONTROLLER).find(([name, value]) => given[name] !== value);
  if (other === undefined) return ok(null);
  const [name, value] = other;
  const message = `Stripe takes other accounts; its local stand-in models controller.${name}=${value}.`;
  return invalidRequest('not_modelled_by_stand_in', message, 'controller');
}

/** Stripe's links are good for minutes, and once. */
const LINK_SECONDS = 300;

/** The page is served by whoever is to be returned to, in Stripe's place. */
function link({ params, work }: Call<Stripe.AccountLinkCreateParams>): Answer {
  const { account, type, return_url: back, refresh_url: again } = params;
  if (work.get('accounts', account) === undefined) return missingResource('account', account, 'account');
  if (type !== 'account_onboarding') {
    const message = 'Stripe takes other types; its local stand-in models account_onboarding.';
    return invalidRequest('not_modelled_by_stand_in', message, 'type');
  }
  const refusal = checkUrl(back, 'return_url') ?? checkUrl(again, 'refresh_url');
  if (refusal !== null) return refusal;
  const token = work.id('link');
  const expires_at = work.now + LINK_SECONDS;
  work.put('account_links', { id: token, account, expires_at, returnUrl: String(back), usedAt: null });
  const url = `${new URL(String(back)).origin}/stripe-stand-in/onboarding/${token}`;
  return ok({ object: 'account_link', created: work.now, expires_at, url });
}

function checkUrl(url: string | undefined, param: string): Result<never, ApiError> | null {
  if (url === undefined) {
    const message = `You must provide a ${param} for this type of account link.`;
    return invalidRequest('parameter_missing', message, param);
  }
  return URL.canParse(url) ? null : invalidRequest('url_invalid', 'Not a valid URL', param);
}
