import { Args, Field, ID, Int, ObjectType, Query, registerEnumType, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { connectionOf, PageArguments, readInstantKey, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { Database } from '../../platform/database/prisma.js';
import type { StripeCallState } from '../model/stripe-call.js';

const STATE_NAMES = {
  PENDING: 'pending',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  NEEDS_REVIEW: 'needs_review',
} as const satisfies Record<string, StripeCallState>;
registerEnumType(STATE_NAMES, {
  name: 'StripeCallState',
  description: 'What became of something that Stripe was asked.',
  valuesMap: {
    PENDING: { description: 'Stripe has not answered yet: it is asked again.' },
    SUCCEEDED: { description: 'Stripe did it.' },
    FAILED: { description: 'Stripe refused it.' },
    NEEDS_REVIEW: { description: 'No answer came for too long: a person looks at it.' },
  },
});

@ObjectType('StripeCall', { description: 'Something that Stripe is asked for your organization, besides payments.' })
class StripeCallType {
  @Field(() => ID, { description: 'Its id, and Stripe’s idempotency key.' })
  callId!: string;

  @Field({ description: 'What is asked: create_customer, set_up_payment_method, detach_payment_method, refund_top_up.' })
  kind!: string;

  @Field({ description: 'What it is about: a setup, a payment method, a refund.' })
  subject!: string;

  @Field(() => STATE_NAMES, { description: 'What became of it.' })
  status!: string;

  @Field(() => String, { nullable: true, description: 'Stripe’s name for what was made or changed.' })
  stripeId!: string | null;

  @Field(() => String, { nullable: true, description: 'Why Stripe refused it, in Stripe’s words.' })
  failureCode!: string | null;

  @Field(() => Int, { description: 'How often Stripe was asked.' })
  attempts!: number;

  @Field(() => InstantScalar, { description: 'When it was written down.' })
  createdAt!: Date;
}

const StripeCallConnection = connectionOf(StripeCallType, 'StripeCall', 'calls to Stripe');

/** What Stripe was asked, for whoever must look when it gives no answer. */
@Resolver()
export class StripeCallResolver {
  constructor(private readonly database: Database) {}

  @Query(() => StripeCallConnection, { description: 'What Stripe is asked for you besides payments, newest first.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async stripeCalls(
    @Args() pageArguments: PageArguments,
    @Args('status', { type: () => STATE_NAMES, nullable: true, description: 'Only those.' }) status: string | null,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<StripeCallType>> {
    const page = readPage(pageArguments, 2);
    const [at, callId = ''] = page.after ?? [];
    const createdAt = at === undefined ? undefined : readInstantKey(at);
    const older = [{ createdAt: { lt: createdAt } }, { createdAt, callId: { lt: callId } }];
    const rows = await this.database.stripeCall.findMany({
      where: { organizationId, ...(status && { status }), ...(createdAt && { OR: older as object[] }) },
      orderBy: [{ createdAt: 'desc' }, { callId: 'desc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, (row) => [row.createdAt.toISOString(), row.callId]);
  }
}
