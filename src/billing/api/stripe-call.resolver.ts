import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers, AllowPlatformAdmins } from '../../api/graphql/access.js';
import { PageArguments, readInstantKey, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { notFound } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { StripeCallReviewService } from '../application/stripe-call-review.service.js';
import type { StripeCallState } from '../model/stripe-call.js';
import { StripeCallQueries, type CallKey } from '../projection/stripe-call.queries.js';
import {
  RetryStripeCallInput,
  RetryStripeCallResult,
  STRIPE_CALL_STATE_NAMES,
  StripeCallConnection,
  type StripeCallType,
} from './stripe-call.types.js';

/** What Stripe was asked, for whoever must look when it gives no answer. */
@Resolver()
export class StripeCallResolver {
  constructor(
    @Inject(StripeCallReviewService) private readonly reviews: StripeCallReviewService,
    @Inject(StripeCallQueries) private readonly queries: StripeCallQueries,
  ) {}

  @Query(() => StripeCallConnection, { description: 'What Stripe is asked to do for you, newest first.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async stripeCalls(
    @Args() pageArguments: PageArguments,
    @Args('status', { type: () => STRIPE_CALL_STATE_NAMES, nullable: true, description: 'Only those.' })
    status: StripeCallState | null,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<StripeCallType>> {
    const { page, after } = readCallPage(pageArguments);
    return show(await this.queries.calls(organizationId, status, { first: page.first, after }), page);
  }

  @Query(() => StripeCallConnection, {
    description: 'What Stripe did not answer for too long, of whatever kind and organization, oldest first.',
  })
  @AllowPlatformAdmins()
  async stripeCallReviews(@Args() pageArguments: PageArguments): Promise<Connection<StripeCallType>> {
    const { page, after } = readCallPage(pageArguments);
    return show(await this.queries.reviews({ first: page.first, after }), page);
  }

  @Mutation(() => RetryStripeCallResult, {
    description: 'Asks Stripe now for a call of which nothing is known: never so that it could be done twice.',
  })
  @AllowPlatformAdmins()
  async retryStripeCall(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { callId }: RetryStripeCallInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const call = await this.reviews.retry(caller, callId, idempotencyKey);
    if (call === null) return notFound('callId', 'there is no such call');
    return { __typename: 'RetryStripeCallSuccess', call };
  }
}

type Page = ReturnType<typeof readPage>;

function readCallPage(pageArguments: PageArguments): { readonly page: Page; readonly after: CallKey | null } {
  const page = readPage(pageArguments, 2);
  const [at = '', callId = ''] = page.after ?? [];
  return { page, after: page.after === null ? null : { createdAt: readInstantKey(at), callId } };
}

function show(rows: readonly StripeCallType[], page: Page): Connection<StripeCallType> {
  return toConnection(rows, page, (row) => row, (row) => [row.createdAt.toISOString(), row.callId]);
}
