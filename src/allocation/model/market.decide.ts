import { assertNever } from '../../kernel/assert.js';
import type { Decider, Decision } from '../../kernel/decider.js';
import { advanceMarket } from './advance.decide.js';
import { openAuction, placeAuctionBid, withdrawAuctionBid } from './auction.decide.js';
import { createListing, withdrawListing } from './listing.decide.js';
import type { MarketCommand } from './market.commands.js';
import { curtailPool } from './curtailment.decide.js';
import { rateEvidence } from './evidence.decide.js';
import { reviewIdle, setIdleRule } from './idle.decide.js';
import { extendReservation } from './extension.decide.js';
import type { MarketEvent } from './market.events.js';
import { evolve } from './market.evolve.js';
import type { MarketRejection } from './market.rejections.js';
import { emptyMarket, type MarketState } from './market.state.js';
import { holdPackage } from './package.decide.js';
import { openPool } from './pool.decide.js';
import { recordRebooking, setRebooking } from './rebooking.decide.js';
import { amendOrder, cancelOrder, placeOrder } from './order.decide.js';
import { confirmPayment } from './payment.decide.js';
import { acceptQuote, releaseQuote, requestQuote } from './quote.decide.js';
import { cancelReservation, holdReservation, releaseHold } from './reservation.decide.js';
import { returnTransfer, transferReservation } from './transfer.decide.js';

/** The rules of one market. Reads the state, changes nothing. */
export function decide(
  command: MarketCommand,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  switch (command.type) {
    case 'OpenPool':
      return openPool(command, state);
    case 'CreateListing':
      return createListing(command, state);
    case 'WithdrawListing':
      return withdrawListing(command, state);
    case 'HoldReservation':
      return holdReservation(command, state);
    case 'HoldPackage':
      return holdPackage(command, state);
    case 'ReleaseHold':
      return releaseHold(command, state);
    case 'ConfirmPayment':
      return confirmPayment(command, state);
    case 'CancelReservation':
      return cancelReservation(command, state);
    case 'PlaceOrder':
      return placeOrder(command, state);
    case 'CancelOrder':
      return cancelOrder(command, state);
    case 'AmendOrder':
      return amendOrder(command, state);
    case 'CurtailPool':
      return curtailPool(command, state);
    case 'SetRebooking':
      return setRebooking(command, state);
    case 'RecordRebooking':
      return recordRebooking(command);
    case 'ExtendReservation':
      return extendReservation(command, state);
    case 'SetIdleRule':
      return setIdleRule(command, state);
    case 'RateEvidence':
      return rateEvidence(command, state);
    case 'ReviewIdle':
      return reviewIdle(command, state);
    case 'TransferReservation':
      return transferReservation(command, state);
    case 'ReturnTransfer':
      return returnTransfer(command, state);
    case 'OpenAuction':
      return openAuction(command, state);
    case 'PlaceAuctionBid':
      return placeAuctionBid(command, state);
    case 'WithdrawAuctionBid':
      return withdrawAuctionBid(command, state);
    case 'RequestQuote':
      return requestQuote(command, state);
    case 'AcceptQuote':
      return acceptQuote(command, state);
    case 'ReleaseQuote':
      return releaseQuote(command, state);
    case 'AdvanceMarket':
      return advanceMarket(command, state);
    default:
      return assertNever(command);
  }
}

export const marketDecider: Decider<MarketState, MarketCommand, MarketEvent, MarketRejection> = {
  initialState: emptyMarket,
  decide,
  evolve,
};
