import { Args, Field, ID, Int, ObjectType, Resolver, Subscription } from '@nestjs/graphql';
import { AllowAnyone } from '../../api/graphql/access.js';
import { apiError } from '../../api/graphql/errors.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import { isMarketId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { MarketFeed, type MarketChange } from '../application/market-feed.js';

@ObjectType('MarketChange', {
  description: 'Listings or trades of a market changed: queries show it when this arrives.',
})
export class MarketChangeType {
  @Field(() => ID, { description: 'Which market: model@quantization.' })
  marketId!: string;

  @Field(() => Int, {
    description:
      'How many changes there were that everybody may see: counts on with each, and with nothing else. Those that come close together are told as one. 0: nothing has happened there yet.',
  })
  sequence!: number;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'When the newest of these changes was; null when nothing has happened there yet.',
  })
  at!: Instant | null;
}

@Resolver()
export class MarketChangeResolver {
  constructor(private readonly feed: MarketFeed) {}

  @Subscription(() => MarketChangeType, {
    description:
      'Tells at once where a market stands, and again whenever its book or trades change.',
    resolve: (change: MarketChange) => change,
  })
  @AllowAnyone()
  marketChanged(
    @Args('marketId', { type: () => ID, description: 'Which market: model@quantization.' })
    marketId: string,
  ): Promise<AsyncIterableIterator<MarketChange>> {
    if (!isMarketId(marketId)) {
      throw apiError('BAD_USER_INPUT', 'marketId: expected model@quantization');
    }
    return this.feed.follow(marketId);
  }
}
