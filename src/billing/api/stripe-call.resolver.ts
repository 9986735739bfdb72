import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers, AllowPlatformAdmins } from '../../api/graphql/access.js';
import { PageArguments, readInstantKey, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { StripeCallReviewService } from '../application/stripe-call-review.service.js';
import { StripeCallVerdictService, type VerdictOutcome } from '../application/stripe-call-verdict.service.js';
import { assertNever } from '../../kernel/assert.js';
import type { StripeCallState } from '../model/stripe-call.js';
import { checkVerdict, type VerdictRejection } from '../model/stripe-call.verdict.js';
import { noteIssues } from './payout/payout-admin.resolver.js';
import { StripeCallQueries, type CallKey } from '../projection/stripe-call.queries.js';
import {
  JudgeStripeCallInput,
  JudgeStripeCallResult,
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
    @Inject(StripeCallVerdictService) private readonly verdicts: StripeCallVerdictService,
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

  @Mutation(() => JudgeStripeCallResult, {
    description: 'Says what became of a call that needs review: Stripe did it, or did not, and it is asked for again or given up.',
  })
  @AllowPlatformAdmins()
  async judgeStripeCall(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which, and what became of it.' }) { callId, verdict, stripeId, note }: JudgeStripeCallInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = [...checkVerdict(verdict, stripeId ?? null), ...noteIssues(note)];
    if (issues.length > 0) return invalidInput(issues);
    const spoken = { callId, verdict, stripeId: stripeId ?? null, note };
    return showVerdict(await this.verdicts.judge(caller, spoken, idempotencyKey));
  }
}

function showVerdict(outcome: VerdictOutcome): object {
  switch (outcome.kind) {
    case 'not-found':
      return notFound('callId', 'there is no such call');
    case 'judged':
      return { __typename: 'JudgeStripeCallSuccess', call: outcome.call };
    case 'refused':
      return { __typename: REJECTION_TYPES[outcome.rejection.code], ...outcome.rejection };
    default:
      return assertNever(outcome);
  }
}

const REJECTION_TYPES: Readonly<Record<VerdictRejection['code'], string>> = {
  WRONG_STATE: 'StateRejection',
  VERDICT_NOT_POSSIBLE: 'VerdictNotPossibleRejection',
  STRIPE_SAYS_OTHERWISE: 'StripeSaysOtherwiseRejection',
};

type Page = ReturnType<typeof readPage>;

function readCallPage(pageArguments: PageArguments): { readonly page: Page; readonly after: CallKey | null } {
  const page = readPage(pageArguments, 2);
  const [at = '', callId = ''] = page.after ?? [];
  return { page, after: page.after === null ? null : { createdAt: readInstantKey(at), callId } };
}

function show(rows: readonly StripeCallType[], page: Page): Connection<StripeCallType> {
  return toConnection(rows, page, (row) => row, (row) => [row.createdAt.toISOString(), row.callId]);
}
