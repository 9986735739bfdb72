import { Args, Field, ID, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import {
  InstantScalar,
  TokensPerSecondCountScalar,
  TokensPerSecondScalar,
} from '../../api/graphql/scalars.js';
import { WindowInput } from '../../api/graphql/window.types.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { marketOf, type PoolId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { checkOrder } from '../../kernel/window.rules.js';
import { MarketService } from '../application/market.service.js';
import { roomOfBuyer } from '../model/buyer-room.js';
import { checkWindow } from '../model/window.rules.js';
import { refuse, windowIssues } from './market-data.reading.js';

@ObjectType('BuyerRoom', {
  description:
    'How much of a pool your organization may buy of what nobody has bought yet, whatever is offered of it. Of what others resell it may be more: what may come back to you anyway needs no room.',
})
export class BuyerRoomType {
  @Field(() => TokensPerSecondCountScalar, {
    nullable: true,
    description:
      'In addition to what counts for you, throughout the window, in whole lots; null: there is no limit. What counts is title, pending holds, and what you resold and may get back because it has not begun.',
  })
  quantity!: bigint | null;

  @Field(() => InstantScalar, {
    nullable: true,
    description:
      'When it grows because what is set aside for small buyers is released; null: that is not its limit. It grows as well when what you resold begins.',
  })
  growsAt!: Instant | null;

  @Field(() => TokensPerSecondScalar, { description: 'What the pool is traded in whole multiples of.' })
  lotSize!: bigint;
}

@Resolver()
export class BuyerRoomResolver {
  constructor(private readonly markets: MarketService) {}

  @Query(() => BuyerRoomType, {
    nullable: true,
    description:
      'What a pool’s cap on one buyer and its set-aside for small buyers leave to you; null when there is no such pool.',
  })
  @AllowMembers(ROLES, 'market:read')
  async buyerRoom(
    @Args('poolId', { type: () => ID, description: 'The pool.' }) poolId: string,
    @Args('window', { description: 'On the pool’s grid, not over.' }) { start, end }: WindowInput,
    @Caller() { organizationId: buyerId }: AuthenticatedPrincipal,
  ): Promise<BuyerRoomType | null> {
    const window = { start, end };
    refuse(checkOrder('window', window));
    const marketId = marketOf(poolId);
    if (marketId === null) return null;
    return this.markets.read(marketId, ({ pools }, now) => {
      const pool = pools.get(poolId as PoolId);
      if (pool === undefined) return null;
      const misfit = checkWindow(window, pool.facts.grid, now);
      if (misfit !== null) refuse(windowIssues(misfit));
      const room = roomOfBuyer(pool, { buyerId, window }, now);
      const { lotSize } = pool.facts;
      return { quantity: room?.quantity ?? null, growsAt: room?.growsAt ?? null, lotSize };
    });
  }
}
