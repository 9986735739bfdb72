import { Inject } from '@nestjs/common';
import { Args, Field, ID, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowPlatformAdmins } from '../../api/graphql/access.js';
import {
  connectionOf,
  PageArguments,
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { InstantScalar, MicroUsdScalar } from '../../api/graphql/scalars.js';
import { MoneySweepService } from '../application/sweep/money-sweep.service.js';

@ObjectType('HangingMoney', { description: 'Money that is set aside or in escrow for nothing that the markets know.' })
export class HangingMoneyType {
  @Field(() => ID, { description: 'Whose books.' })
  organizationId!: string;

  @Field({ description: 'The account: `reserved:` with an order, or `escrow:` with a reservation.' })
  account!: string;

  @Field(() => MicroUsdScalar, { description: 'What it holds.' })
  amount!: bigint;

  @Field(() => MicroUsdScalar, { description: 'What it should hold, by what the market says.' })
  due!: bigint;

  @Field(() => InstantScalar, { description: 'Since when it is known; looked at every hour.' })
  foundAt!: Date;
}

const HangingMoneyConnection = connectionOf(HangingMoneyType, 'HangingMoney', 'accounts');

/** What the sweep of the money found, for those who run the exchange. */
@Resolver()
export class HangingMoneyResolver {
  constructor(@Inject(MoneySweepService) private readonly sweep: MoneySweepService) {}

  @Query(() => HangingMoneyConnection, {
    description: 'Money that hangs: found at two looks an hour apart, the same. The oldest first; it should be empty.',
  })
  @AllowPlatformAdmins()
  async hangingMoney(@Args() pageArguments: PageArguments): Promise<Connection<object>> {
    const page = readPage(pageArguments, 2);
    const [foundAt = '', account = ''] = page.after ?? [];
    const after = page.after && { foundAt: readInstantKey(foundAt), account };
    const rows = await this.sweep.list(after, page.first + 1);
    return toConnection(rows, page, (row) => row, (row) => [row.foundAt.toISOString(), row.account]);
  }
}
