import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import type { Answer, Call, Operation } from './operation.js';

type ListParams = Stripe.PaymentIntentListParams;

const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 100;

/** https://docs.stripe.com/api/pagination: newest first. */
export const listPaymentIntents: Operation<ListParams> = {
  modelled: ['created', 'customer', 'ending_before', 'expand', 'limit', 'starting_after'],
  handle: list,
};

function list({ params, work }: Call<ListParams>): Answer {
  const limit = params.limit ?? LIMIT_DEFAULT;
  if (limit < 1 || limit > LIMIT_MAX) return badLimit(limit);
  const all = work.newest('payment_intents').filter((intent) => isWanted(intent, params));
  const page = pageOf(all, params, limit);
  if (!page.ok) return page;
  return ok({ object: 'list', url: '/v1/payment_intents', ...page.value });
}

interface Page {
  readonly data: readonly Stripe.PaymentIntent[];
  readonly has_more: boolean;
}

function pageOf(
  all: readonly Stripe.PaymentIntent[],
  params: ListParams,
  limit: number,
): Result<Page, ApiError> {
  const { starting_after: after, ending_before: before } = params;
  if (after !== undefined && before !== undefined) {
    const message = 'You may only specify one of these parameters: ending_before, starting_after.';
    return invalidRequest('parameters_exclusive', message, 'ending_before');
  }
  const cursor = after ?? before;
  const at = all.findIndex((intent) => intent.id === cursor);
  if (cursor !== undefined && at < 0) {
    const param = after === undefined ? 'ending_before' : 'starting_after';
    return missingResource('payment_intent', cursor, param);
  }
  if (before !== undefined) {
    const start = Math.max(0, at - limit);
    return ok({ data: all.slice(start, at), has_more: start > 0 });
  }
  const data = all.slice(at + 1, at + 1 + limit);
  return ok({ data, has_more: at + 1 + limit < all.length });
}

function isWanted(intent: Stripe.PaymentIntent, { customer, created }: ListParams): boolean {
  return (
    (customer === undefined || intent.customer === customer) &&
    (created === undefined || isInRange(intent.created, created))
  );
}

function isInRange(at: number, range: Stripe.RangeQueryParam | number): boolean {
  return typeof range === 'number' ? at === range : isAbove(at, range) && isBelow(at, range);
}

function isAbove(at: number, { gt = -Infinity, gte = -Infinity }: Stripe.RangeQueryParam): boolean {
  return at > gt && at >= gte;
}

function isBelow(at: number, { lt = Infinity, lte = Infinity }: Stripe.RangeQueryParam): boolean {
  return at < lt && at <= lte;
}

function badLimit(limit: number): Result<never, ApiError> {
  const message =
    limit < 1
      ? 'This value must be greater than or equal to 1.'
      : `This value must be less than or equal to ${LIMIT_MAX} (it currently is '${limit}').`;
  return invalidRequest('parameter_invalid_integer', message, 'limit');
}
