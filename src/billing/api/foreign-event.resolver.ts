import { Inject } from '@nestjs/common';
import { Args, Field, ID, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowPlatformAdmins } from '../../api/graphql/access.js';
import { connectionOf, PageArguments, readInstantKey, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import { ForeignEventQueries } from '../projection/foreign-event.queries.js';

@ObjectType('ForeignStripeEvent', { description: 'A webhook that was about nothing of ours, and changed nothing.' })
export class ForeignStripeEventType {
  @Field(() => ID, { description: 'As Stripe calls it.' })
  eventId!: string;

  @Field({ description: 'What Stripe says happened, such as charge.dispute.created.' })
  type!: string;

  @Field(() => String, { nullable: true, description: 'The connected account that it happened on; null: the exchange’s own.' })
  account!: string | null;

  @Field(() => InstantScalar, { description: 'When it came.' })
  receivedAt!: Date;
}

const ForeignStripeEventConnection = connectionOf(ForeignStripeEventType, 'ForeignStripeEvent', 'webhooks');

/** Webhooks that nobody here follows, for those who run the exchange. */
@Resolver()
export class ForeignEventResolver {
  constructor(@Inject(ForeignEventQueries) private readonly queries: ForeignEventQueries) {}

  @Query(() => ForeignStripeEventConnection, { description: 'Webhooks that were about nothing of ours, newest first.' })
  @AllowPlatformAdmins()
  async foreignStripeEvents(@Args() pageArguments: PageArguments): Promise<Connection<ForeignStripeEventType>> {
    const page = readPage(pageArguments, 2);
    const [at = '', eventId = ''] = page.after ?? [];
    const after = page.after === null ? null : { receivedAt: readInstantKey(at), eventId };
    const rows = await this.queries.page({ first: page.first, after });
    return toConnection(rows, page, (row) => row, (row) => [row.receivedAt.toISOString(), row.eventId]);
  }
}
