import type { MarketCommand } from '../../src/allocation/model/market.commands.js';
import type { MarketEvent } from '../../src/allocation/model/market.events.js';
import type { MarketRejection } from '../../src/allocation/model/market.rejections.js';
import type { MarketState } from '../../src/allocation/model/market.state.js';
import type { Decision } from '../../src/kernel/decider.js';
import { checkCurtailment } from './naive-curtailment.js';
import { checkExtension, checkHolds, checkLeft } from './naive-holds.js';
import type { Finished } from './naive-matcher.js';
import { checkReview, checkRule } from './naive-idle.js';

/**
 * Holds a decision against the obvious one, which is worked out of the same state by other means: cell by cell,
 * unit by unit, with neither sums nor indexes. Says what it was an example of, if that is worth counting.
 *
 * What bids get, and what a price that stands is for, is the matcher's (`naive-matcher.ts`), and what an auction
 * gives is looked at when it is cleared (`naive-auctions.ts`). The other deciders say what they do: they look one
 * thing up, refuse by a list of questions, and tell one event; written once more they would be the same lines. Their
 * tables of refusals are in their `.spec` files, and what they add up to is audited here.
 *
 * @param finished what was delivered, where clocks that are behind can ask for the same hours
 */
export function checkDecision(
  command: MarketCommand,
  decision: Decision<MarketEvent, MarketRejection>,
  market: MarketState,
  finished: readonly Finished[] = [],
): string | null {
  const seen = { market, finished };
  if (decision.accepted) checkLeft(command, decision.events, market);
  switch (command.type) {
    case 'HoldReservation':
    case 'HoldPackage':
      checkHolds(command, decision, seen);
      return null;
    case 'ExtendReservation':
      checkExtension(command, decision, seen);
      return null;
    case 'CurtailPool':
      if (decision.accepted) checkCurtailment(command, decision.events, market);
      return null;
    case 'SetIdleRule':
      if (decision.accepted) checkRule(command, decision.events, market);
      return null;
    case 'ReviewIdle':
      return decision.accepted ? checkReview(command, decision.events, market) : null;
    case 'PlaceOrder':
    case 'AmendOrder':
    case 'CreateListing':
    case 'RequestQuote':
    case 'RateEvidence':
    case 'OpenPool':
    case 'AdvanceMarket':
      // The matcher's, as far as they are more than a list of questions.
      return null;
    case 'OpenAuction':
    case 'PlaceAuctionBid':
    case 'WithdrawAuctionBid':
    case 'CancelOrder':
    case 'CancelReservation':
    case 'ConfirmPayment':
    case 'ReleaseHold':
    case 'AcceptQuote':
    case 'ReleaseQuote':
    case 'SetRebooking':
    case 'RecordRebooking':
    case 'TransferReservation':
    case 'ReturnTransfer':
    case 'WithdrawListing':
      // Obvious as they are.
      return null;
  }
}
