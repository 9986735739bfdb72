import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone, AllowMembers } from '../../api/graphql/access.js';
import { PageArguments, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller, Context } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import type { RequestContext } from '../../api/graphql/request-context.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import type { ListingId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { CLOCK } from '../../platform/platform.module.js';
import { TradingService } from '../application/trading.service.js';
import { perMillionTokens } from '../model/price.measures.js';
import { ListingQueries, type MarketOffers } from '../projection/listing.queries.js';
import { showCreated, showListingRow } from './listing.presentation.js';
import { MarketSummary, MarketSummaryConnection } from './listing.filter.types.js';
import { readAfter, readWanted } from './listing.reading.js';
import {
  CreateListingInput,
  CreateListingResult,
  ListingArguments,
  ListingConnection,
  ListingType,
  ResellReservationInput,
  ResellReservationResult,
  WantedArguments,
  WithdrawListingInput,
  WithdrawListingResult,
} from './listing.types.js';
import { offerIssues, readOffer } from './trade.reading.js';
import { showRejection } from './trade.rejections.js';

@Resolver()
export class ListingResolver {
  constructor(
    private readonly trading: TradingService,
    private readonly database: Database,
    private readonly found: ListingQueries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Query(() => ListingConnection, {
    description: 'What is offered; unless asked otherwise the best price first, the older first among equals.',
  })
  @AllowAnyone()
  async listings(
    @Args() { first, after, orderBy, isDescending, ...given }: ListingArguments,
    @Context() { principal }: RequestContext,
  ): Promise<Connection<ListingType>> {
    const page = readPage({ first, after: after ?? null }, 2);
    const wanted = readWanted(given, principal);
    const rows = await this.found.page(wanted, {
      ...{ order: orderBy, isDescending, limit: page.first + 1 },
      after: readAfter(page.after, isDescending),
    });
    const now = this.clock.now();
    return toConnection(
      rows,
      page,
      ({ listing }) => showListingRow(listing, now),
      ({ value, listing }) => [value.toString(), listing.listingId],
    );
  }

  @Query(() => Int, { description: 'How many listings are like that.' })
  @AllowAnyone()
  listingCount(@Args() given: WantedArguments, @Context() { principal }: RequestContext): Promise<number> {
    return this.found.count(readWanted(given, principal));
  }

  @Query(() => MarketSummaryConnection, {
    description: 'The markets in which something is offered at a fixed price now, by name.',
  })
  @AllowAnyone()
  async markets(@Args() pageArguments: PageArguments): Promise<Connection<MarketSummary>> {
    const page = readPage(pageArguments, 1);
    const rows = await this.found.markets(page.after?.[0] ?? null, page.first + 1);
    const show = (row: MarketOffers): MarketSummary => ({
      ...row,
      pricePerMillionTokens: perMillionTokens(row.unitPrice),
    });
    return toConnection(rows, page, show, ({ marketId }) => [marketId]);
  }

  @Query(() => ListingType, { nullable: true, description: 'One listing.' })
  @AllowAnyone()
  async listing(
    @Args('listingId', { type: () => ID, description: 'Its id.' }) listingId: string,
  ): Promise<ListingType | null> {
    const row = await this.database.listing.findUnique({ where: { listingId } });
    return row === null ? null : showListingRow(row, this.clock.now());
  }

  @Mutation(() => CreateListingResult, { description: 'Offers part of a pool of yours.' })
  @AllowMembers(['owner', 'trader'], 'capacity:provide')
  async createListing(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The offer.' }) input: CreateListingInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = offerIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'createListing', idempotencyKey, input };
    const poolId = input.poolId as PoolId;
    const outcome = await this.trading.listPool(request, poolId, readOffer(input));
    return showCreated(outcome, 'list', 'CreateListingSuccess');
  }

  @Mutation(() => ResellReservationResult, {
    description: 'Offers part of a reservation of yours, under the terms it was bought under.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async resellReservation(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The offer.' }) input: ResellReservationInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = offerIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'resellReservation', idempotencyKey, input };
    const reservationId = input.reservationId as ReservationId;
    const outcome = await this.trading.resell(request, reservationId, readOffer(input));
    return showCreated(outcome, 'resell', 'ResellReservationSuccess');
  }

  @Mutation(() => WithdrawListingResult, {
    description:
      'Takes back what is not sold of a listing. Holds made before stand. An auction is taken back before it opens only.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async withdrawListing(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The listing.' }) input: WithdrawListingInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const request = { caller, mutation: 'withdrawListing', idempotencyKey, input };
    const listingId = input.listingId as ListingId;
    const outcome = await this.trading.withdraw(request, listingId);
    if (!outcome.accepted) return showRejection(outcome.rejection, 'withdraw');
    return { __typename: 'WithdrawListingSuccess', listingId };
  }
}
