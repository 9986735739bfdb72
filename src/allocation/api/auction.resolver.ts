import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import type { ListingId, OrderId, PoolId, ReservationId } from '../../kernel/ids.js';
import { quantity as toQuantity } from '../../kernel/quantity.js';
import { TradingService } from '../application/trading.service.js';
import { AuctionEntry } from '../contract.js';
import {
  OpenAuctionInput,
  OpenAuctionResult,
  OpenResaleAuctionInput,
  OpenResaleAuctionResult,
  PlaceAuctionBidInput,
  PlaceAuctionBidResult,
  WithdrawAuctionBidInput,
  WithdrawAuctionBidResult,
} from './auction.inputs.js';
import { showBid } from './auction.presentation.js';
import { auctionIssues, readAuction, sealedBidIssues } from './auction.reading.js';
import { showCreated } from './listing.presentation.js';

/** Two ways to open one: a pool's provider needs another scope than who resells. */
@Resolver()
export class AuctionResolver {
  constructor(
    private readonly trading: TradingService,
    @Inject(AuctionEntry) private readonly entry: AuctionEntry,
  ) {}

  @Mutation(() => OpenAuctionResult, { description: 'Auctions part of a pool of yours.' })
  @AllowMembers(['owner', 'trader'], 'capacity:provide')
  async openAuction(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The auction.' }) input: OpenAuctionInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = auctionIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'openAuction', idempotencyKey, input };
    const outcome = await this.trading.listPool(request, input.poolId as PoolId, readAuction(input));
    return showCreated(outcome, 'list', 'OpenAuctionSuccess');
  }

  @Mutation(() => OpenResaleAuctionResult, {
    description: 'Auctions part of a reservation of yours, under the terms it was bought under.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async openResaleAuction(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The auction.' }) input: OpenResaleAuctionInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = auctionIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'openResaleAuction', idempotencyKey, input };
    const reservationId = input.reservationId as ReservationId;
    const outcome = await this.trading.resell(request, reservationId, readAuction(input));
    return showCreated(outcome, 'resell', 'OpenResaleAuctionSuccess');
  }

  @Mutation(() => PlaceAuctionBidResult, {
    description:
      'Bids in an auction. What it may cost is set aside in the wallet; nobody else sees the bid.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async placeAuctionBid(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The bid.' }) input: PlaceAuctionBidInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = sealedBidIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const { quantity, limitPrice } = input;
    const minimumFill = input.minimumFill ?? toQuantity(1n);
    const bid = { auctionId: input.auctionId as ListingId, quantity, limitPrice, minimumFill };
    const outcome = await this.entry.place({ caller, idempotencyKey, input }, bid);
    return showBid(outcome, 'PlaceAuctionBidSuccess');
  }

  @Mutation(() => WithdrawAuctionBidResult, {
    description: 'Takes a bid out of an auction that has not closed.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async withdrawAuctionBid(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The bid.' }) input: WithdrawAuctionBidInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const submission = { caller, idempotencyKey, input };
    const outcome = await this.entry.withdraw(submission, input.orderId as OrderId);
    return showBid(outcome, 'WithdrawAuctionBidSuccess');
  }
}
