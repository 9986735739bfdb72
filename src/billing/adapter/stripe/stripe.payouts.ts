import type { Stripe } from 'stripe';
import { z } from 'zod';
import { ok, type Result } from '../../../kernel/result.js';
import type { Instant } from '../../../kernel/time.js';
import type { PaymentFailure } from './payment-gateway.js';
import type {
  BalanceLine,
  BalancePage,
  ConnectAccount,
  OnboardingLink,
  PayoutGateway,
  TransferFacts,
  TransferRequest,
} from './payout-gateway.js';
import type { StripeClient } from './stripe.client.js';
import { returnOf } from '../../model/reconciliation/stripe-movement.js';
import { ORGANIZATION_KEY, REFUND_KEY } from './stripe.payment.js';

/** The metadata that ties a transfer to our payout. */
export const PAYOUT_KEY = 'headroom_payout_id';
const REVERSAL_KEY = 'headroom_reversal_id';
const PAGE = 100;

const metadata = z.record(z.string(), z.string());
const cents = z.int().transform(BigInt);
const named = z.object({ id: z.string() }).transform(({ id }) => id);

/** https://docs.stripe.com/api/accounts/object */
const accountSchema = z.object({
  id: z.string(),
  metadata: metadata.nullish(),
  details_submitted: z.boolean(),
  payouts_enabled: z.boolean(),
  capabilities: z.object({ transfers: z.string().optional() }).nullish(),
  requirements: z
    .object({ currently_due: z.array(z.string()).nullish(), disabled_reason: z.string().nullish() })
    .nullish(),
});

/** https://docs.stripe.com/api/transfers/object */
const transferSchema = z.object({ id: z.string(), metadata, amount: cents, currency: z.string() });
const reversalSchema = z.object({ id: z.string(), amount: cents, metadata: metadata.nullish() });

const ITSELF = '';

/** https://docs.stripe.com/api/balance_transactions/object, with its source in place. */
const balanceSchema = z.object({
  id: z.string(),
  type: z.string(),
  amount: cents,
  fee: cents,
  currency: z.string(),
  created: z.int(),
  source: z
    .union([
      z.string(),
      z
        .object({ object: z.literal('charge'), payment_intent: z.union([z.string(), named]) })
        .transform((charge) => charge.payment_intent),
      z
        .object({ object: z.literal('refund'), id: z.string(), metadata: z.record(z.string(), z.string()).nullish() })
        .transform((refund) => refund.metadata?.[REFUND_KEY] ?? refund.id),
      // A dispute moves money more than once: each movement is known by its own name.
      z.object({ object: z.literal('dispute') }).transform(() => ITSELF),
      named,
    ])
    .nullable(),
});

type Asked<Value> = Promise<Result<Value, PaymentFailure>>;

/** Connect accounts, transfers and the balance over the `stripe` SDK. */
export class StripePayouts implements PayoutGateway {
  constructor(private readonly client: StripeClient) {}

  /** Stripe asks the seller's questions on its own page; the exchange pays fees and bears losses. */
  createAccount({
    organizationId,
    idempotencyKey,
  }: Parameters<PayoutGateway['createAccount']>[0]): Asked<ConnectAccount> {
    const params: Stripe.AccountCreateParams = {
      capabilities: { transfers: { requested: true } },
      controller: {
        fees: { payer: 'application' },
        losses: { payments: 'application' },
        requirement_collection: 'stripe',
        stripe_dashboard: { type: 'express' },
      },
      metadata: { [ORGANIZATION_KEY]: organizationId },
    };
    return this.client.ask((stripe) => stripe.accounts.create(params, { idempotencyKey }), readAccount);
  }

  retrieveAccount(accountId: string): Asked<ConnectAccount> {
    return this.client.ask((stripe) => stripe.accounts.retrieve(accountId), readAccount);
  }

  createLink(
    account: string,
    { back, again }: { readonly back: string; readonly again: string },
  ): Asked<OnboardingLink> {
    const params = { account, type: 'account_onboarding', return_url: back, refresh_url: again };
    return this.client.ask(
      (stripe) => stripe.accountLinks.create(params),
      ({ url, expires_at: expires }) => ok({ url, expiresAt: (expires * 1_000) as Instant }),
    );
  }

  createTransfer(request: TransferRequest): Asked<TransferFacts> {
    const { payoutId, organizationId, accountId, amountCents, idempotencyKey } = request;
    const params: Stripe.TransferCreateParams = {
      amount: Number(amountCents),
      currency: 'usd',
      destination: accountId,
      transfer_group: payoutId,
      metadata: { [ORGANIZATION_KEY]: organizationId, [PAYOUT_KEY]: payoutId },
    };
    return this.client.ask(
      (stripe) => stripe.transfers.create(params, { idempotencyKey }),
      (transfer) => ok(readTransfer(transfer, [])),
    );
  }

  /** The transfer itself holds its newest reversals only. */
  retrieveTransfer(transferId: string): Asked<TransferFacts> {
    return this.client.ask(
      (stripe) => withReversals(stripe, () => stripe.transfers.retrieve(transferId)),
      ok,
    );
  }

  findTransfer(payoutId: string): Asked<TransferFacts | null> {
    return this.client.ask(async (stripe) => {
      const { data } = await stripe.transfers.list({ transfer_group: payoutId, limit: PAGE });
      const own = data.find((transfer) => transfer.metadata[PAYOUT_KEY] === payoutId);
      return own === undefined ? null : withReversals(stripe, async () => own);
    }, ok);
  }

  reverseTransfer({
    transferId,
    askedAs,
    amountCents,
    idempotencyKey,
  }: Parameters<PayoutGateway['reverseTransfer']>[0]): Asked<{ readonly reversalId: string }> {
    const params = { amount: Number(amountCents), metadata: { [REVERSAL_KEY]: askedAs } };
    return this.client.ask(
      (stripe) => stripe.transfers.createReversal(transferId, params, { idempotencyKey }),
      ({ id: reversalId }) => ok({ reversalId }),
    );
  }

  balancePage(
    { start, end }: { readonly start: Instant; readonly end: Instant },
    after: string | null,
  ): Asked<BalancePage> {
    const params = {
      created: { gte: Math.ceil(start / 1_000), lt: Math.ceil(end / 1_000) },
      expand: ['data.source'],
      limit: PAGE,
      ...(after === null ? {} : { starting_after: after }),
    };
    return this.client.ask(
      (stripe) => stripe.balanceTransactions.list(params),
      ({ data, has_more: hasMore }) => {
        const lines = data.map(readLine);
        return ok({ lines, after: hasMore ? (lines.at(-1)?.lineId ?? null) : null });
      },
    );
  }
}

async function withReversals(
  stripe: Stripe,
  find: () => Promise<Stripe.Transfer>,
): Promise<TransferFacts> {
  const transfer = await find();
  const { amount_reversed: reversed } = transfer;
  if (reversed === 0) return readTransfer(transfer, []);
  const reversals: Stripe.TransferReversal[] = [];
  for await (const reversal of stripe.transfers.listReversals(transfer.id, { limit: PAGE })) {
    reversals.push(reversal);
  }
  return readTransfer(transfer, reversals);
}

function readTransfer(transfer: Stripe.Transfer, reversals: readonly Stripe.TransferReversal[]): TransferFacts {
  const { id: transferId, metadata: tags, amount: amountCents, currency } = transferSchema.parse(transfer);
  return {
    transferId,
    payoutId: tags[PAYOUT_KEY] ?? null,
    organizationId: tags[ORGANIZATION_KEY] ?? null,
    ...{ amountCents, currency },
    reversals: reversals
      .map((reversal) => reversalSchema.parse(reversal))
      .map((one) => ({
        ...{ reversalId: one.id, amountCents: one.amount },
        askedAs: one.metadata?.[REVERSAL_KEY] ?? null,
      })),
  };
}

function readAccount(account: Stripe.Account): Result<ConnectAccount, never> {
  const { id: accountId, ...facts } = accountSchema.parse(account);
  return ok({
    accountId,
    organizationId: facts.metadata?.[ORGANIZATION_KEY] ?? null,
    isSubmitted: facts.details_submitted,
    isPayable: facts.payouts_enabled && facts.capabilities?.transfers === 'active',
    ...needsOf(facts.requirements ?? {}),
  });
}

function needsOf({
  currently_due: due,
  disabled_reason: reason,
}: NonNullable<z.output<typeof accountSchema>['requirements']>): Pick<ConnectAccount, 'needs' | 'disabledReason'> {
  return { needs: due ?? [], disabledReason: reason ?? null };
}

function readLine(transaction: Stripe.BalanceTransaction): BalanceLine {
  const { id, type, amount, fee, currency, created, source } = balanceSchema.parse(transaction);
  const named = source === ITSELF ? id : source;
  const reference = type === 'refund_failure' && named !== null ? returnOf(named) : named;
  return {
    ...{ lineId: id, type, reference, amountCents: amount, feeCents: fee, currency },
    createdAt: (created * 1_000) as Instant,
  };
}
