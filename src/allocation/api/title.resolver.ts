import { Args, Field, ID, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  connectionOf,
  PageArguments,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { InstantScalar, TokensPerSecondScalar } from '../../api/graphql/scalars.js';
import { CapacitySegmentType, WindowType } from '../../api/graphql/window.types.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { marketOf, type OrganizationId, type PoolId } from '../../kernel/ids.js';
import { segmentsOf } from '../../kernel/step-function.js';
import { MarketService } from '../application/market.service.js';
import { viewSegments, type SegmentView } from '../model/market.answer.js';
import type { MarketState } from '../model/market.state.js';
import { titlesOf } from '../model/titles.js';
import { ChainQueries, type ChainLink } from '../projection/chain.queries.js';

@ObjectType('LoggedEvent', { description: 'An event of the log: it can be found, and its hash recomputed, by whoever has the log.' })
export class LoggedEventType {
  @Field({ description: 'The stream that it is in.' })
  stream!: string;

  @Field(() => Int, { description: 'Its place there, from 1 on.' })
  version!: number;

  @Field({ description: 'SHA-256 over it and the hash before it, hexadecimal.' })
  hash!: string;
}

@ObjectType('Nameplate', { description: 'The capacity that a provider brought into the market: where every chain of title begins.' })
export class NameplateType {
  @Field(() => ID, { description: 'The pool.' })
  poolId!: string;

  @Field(() => InstantScalar, { description: 'When.' })
  openedAt!: Date;

  @Field(() => LoggedEventType, { nullable: true, description: 'By which event.' })
  event!: LoggedEventType | null;
}

@ObjectType('ChainLink', { description: 'One change of hands in a chain of title.' })
export class ChainLinkType {
  @Field(() => Int, { description: '0 for the provider’s sale, one more with each resale.' })
  hop!: number;

  @Field(() => ID, { description: 'The reservation it made.' })
  reservationId!: string;

  @Field(() => ID, { description: 'Who gave title.' })
  fromId!: string;

  @Field(() => ID, { description: 'Who got it.' })
  toId!: string;

  @Field({ description: 'Whether it was handed from team to team of one organization, which alone is shown that: title did not move.' })
  isTransfer!: boolean;

  @Field(() => WindowType, { description: 'When.' })
  window!: object;

  @Field(() => TokensPerSecondScalar, { description: 'How much.' })
  quantity!: bigint;

  @Field(() => InstantScalar, { description: 'When title moved, or was handed to a team.' })
  movedAt!: Date;

  @Field(() => LoggedEventType, { nullable: true, description: 'By which event; null where it was before events were noted.' })
  event!: LoggedEventType | null;

  @Field(() => NameplateType, { nullable: true, description: 'What the provider sold from: of the first link, else null.' })
  nameplate!: NameplateType | null;

  @Field(() => ID, { nullable: true, description: 'The reservation that it prolongs; null where there is none, or it is not yours.' })
  extendsReservationId!: string | null;
}

@ObjectType('Title', { description: 'How much of a pool one organization has, over time.' })
export class TitleType {
  @Field(() => ID, { description: 'Who.' })
  holderId!: string;

  @Field({ description: 'Whether it is the provider’s own part.' })
  isProvider!: boolean;

  @Field(() => [CapacitySegmentType], { description: 'How much, over time.' })
  quantity!: readonly SegmentView[];
}

const TitleConnection = connectionOf(TitleType, 'Title', 'titles');

@Resolver()
export class TitleResolver {
  constructor(
    private readonly markets: MarketService,
    private readonly chains: ChainQueries,
  ) {}

  @Query(() => [ChainLinkType], {
    nullable: true,
    description:
      'How title came to a reservation, the provider’s sale first; null unless your organization is on a side of one of its links.',
  })
  @AllowMembers(ROLES, 'market:read')
  chainOfTitle(
    @Args('reservationId', { type: () => ID, description: 'The reservation.' }) reservationId: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<readonly ChainLink[] | null> {
    return this.chains.chainOf(reservationId, organizationId);
  }

  @Query(() => TitleConnection, {
    description:
      'Who has how much of a pool, by holder: all of them for its provider, your own part for others.',
  })
  @AllowMembers(ROLES, 'market:read')
  async titles(
    @Args('poolId', { type: () => ID, description: 'The pool.' }) poolId: string,
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<TitleType>> {
    const page = readPage(pageArguments, 1);
    const marketId = marketOf(poolId);
    const [after = ''] = page.after ?? [];
    const seen =
      marketId === null
        ? []
        : await this.markets.read(marketId, (state) =>
            titlesSeenBy(state, poolId as PoolId, organizationId),
          );
    const rows = seen.filter(({ holderId }) => holderId > after).slice(0, page.first + 1);
    return toConnection(rows, page, (row) => row, ({ holderId }) => [holderId]);
  }
}

function titlesSeenBy(
  state: MarketState,
  poolId: PoolId,
  viewerId: OrganizationId,
): readonly TitleType[] {
  const pool = state.pools.get(poolId);
  if (pool === undefined) return [];
  const { providerId } = pool.facts;
  return [...titlesOf(state, poolId)]
    .filter(([holderId]) => viewerId === providerId || holderId === viewerId)
    .map(([holderId, title]) => ({
      holderId,
      isProvider: holderId === providerId,
      quantity: viewSegments(segmentsOf(title)),
    }))
    .sort((a, b) => (a.holderId < b.holderId ? -1 : 1));
}
