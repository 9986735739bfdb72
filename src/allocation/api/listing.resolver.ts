import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone, AllowMembers } from '../../api/graphql/access.js';
import { readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller, Context } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import type { RequestContext } from '../../api/graphql/request-context.js';
import { organizationOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { ListingId, PoolId, ReservationId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { CLOCK } from '../../platform/platform.module.js';
import { TradingService } from '../application/trading.service.js';
import { showCreated, showListingRow } from './listing.presentation.js';
import {
  CreateListingInput,
  CreateListingResult,
  ListingArguments,
  ListingConnection,
  LISTING_KINDS,
  ListingType,
  ResellReservationInput,
  ResellReservationResult,
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
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Query(() => ListingConnection, {
    description: 'What is offered: the best price first, the older first among equals.',
  })
  @AllowAnyone()
  async listings(
    @Args() { marketId, poolId, status, kind, own, ...pageArguments }: ListingArguments,
    @Context() { principal }: RequestContext,
  ): Promise<Connection<ListingType>> {
    const page = readPage(pageArguments, 2);
    const rows = await this.database.listing.findMany({
      where: {
        ...(typeof marketId === 'string' && { marketId }),
        ...(typeof poolId === 'string' && { poolId }),
        ...(status && { status }),
        ...(kind && { isAuction: kind === LISTING_KINDS.AUCTION }),
        ...(own && { sellerId: organizationOf(principal) ?? '' }),
        ...(page.after && { OR: after(page.after) }),
      },
      orderBy: [{ unitPrice: 'asc' }, { listingId: 'asc' }],
      take: page.first + 1,
    });
    const now = this.clock.now();
    return toConnection(rows, page, (row) => showListingRow(row, now), ({ unitPrice, listingId }) => [
      unitPrice.toString(),
      listingId,
    ]);
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

/** Rows behind a cursor of (price, id); a price that is none stands before them all. */
function after([price = '', listingId = '']: readonly string[]): object[] {
  const unitPrice = /^\d{1,18}$/.test(price) ? BigInt(price) : -1n;
  return [{ unitPrice: { gt: unitPrice } }, { unitPrice, listingId: { gt: listingId } }];
}
