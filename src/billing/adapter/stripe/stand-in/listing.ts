import type { Stripe } from 'stripe';
import { ok, type Result } from '../../../../kernel/result.js';
import { invalidRequest, missingResource, type ApiError } from './api-error.js';
import type { Answer } from './operation.js';

export interface PageParams {
  readonly limit?: number;
  readonly starting_after?: string;
  readonly ending_before?: string;
}

const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 100;

/** https://docs.stripe.com/api/pagination. The objects come newest first; `kind` names one of them. */
export function listAnswer(
  all: readonly { readonly id: string }[],
  params: PageParams,
  { url, kind }: { readonly url: string; readonly kind: string },
): Answer {
  const limit = params.limit ?? LIMIT_DEFAULT;
  if (limit < 1 || limit > LIMIT_MAX) return badLimit(limit);
  const page = pageOf(all, params, { limit, kind });
  return page.ok ? ok({ object: 'list', url, ...page.value }) : page;
}

interface Page {
  readonly data: readonly object[];
  readonly has_more: boolean;
}

function pageOf(
  all: readonly { readonly id: string }[],
  { starting_after: after, ending_before: before }: PageParams,
  { limit, kind }: { readonly limit: number; readonly kind: string },
): Result<Page, ApiError> {
  if (after !== undefined && before !== undefined) {
    const message = 'You may only specify one of these parameters: ending_before, starting_after.';
    return invalidRequest('parameters_exclusive', message, 'ending_before');
  }
  const cursor = after ?? before;
  const at = all.findIndex(({ id }) => id === cursor);
  if (cursor !== undefined && at < 0) {
    const param = after === undefined ? 'ending_before' : 'starting_after';
    return missingResource(kind, cursor, param);
  }
  if (before !== undefined) {
    const start = Math.max(0, at - limit);
    return ok({ data: all.slice(start, at), has_more: start > 0 });
  }
  const data = all.slice(at + 1, at + 1 + limit);
  return ok({ data, has_more: at + 1 + limit < all.length });
}

/** Whether a moment is one that a `created` parameter asks for. */
export function isInRange(at: number, range: Stripe.RangeQueryParam | number | undefined): boolean {
  if (range === undefined) return true;
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
