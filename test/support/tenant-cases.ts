import { UNKNOWN, type Belongings, type Tenants } from './tenants.js';
import { poolInput } from './trading.js';

export type Kind = keyof Belongings;

/**
 * What may be asked about an id. `private`: another's is answered as one that is not there. `public`:
 * everybody may see it, and nothing that belongs to a buyer or stays between provider and gateway.
 */
export type Case =
  | { readonly is: 'private'; readonly of: Kind; readonly input?: () => Record<string, unknown> }
  | { readonly is: 'public'; readonly ids: () => readonly string[]; readonly input?: () => Record<string, unknown> };

const hidden = (of: Kind, input?: () => Record<string, unknown>): Case =>
  input === undefined ? { is: 'private', of } : { is: 'private', of, input };
const open = (ids: () => readonly string[], input?: () => Record<string, unknown>): Case =>
  input === undefined ? { is: 'public', ids } : { is: 'public', ids, input };

/** What is asked about each place where an id can be given. */
export function casesOf(tenants: Tenants): Readonly<Record<string, Case>> {
  const window = () => tenants.market.window(105, 106);
  const offer = () => ({ window: window(), quantity: '1', unitPrice: '1' });
  /** More than a wallet holds that was never topped up. */
  const bid = () => ({ marketId: MARKETS()[0], window: window(), quantity: '1', limitPrice: '1' });
  /** More than there is: nothing is set aside. */
  const tooMuch = () => ({ marketId: MARKETS()[0], window: window(), quantity: '999999' });
  const auction = () => {
    const { start: closesAt } = window();
    return { window: window(), quantity: '1', reservePrice: '1', closesAt };
  };

  const MARKETS = () => ['llama-3.3-70b@fp8'];
  const PLATFORMS = () => ['cerebras-wse-3'];
  const POOLS = () => tenants.theirs.poolIds;
  const LISTINGS = () => tenants.theirs.listingIds;
  const pool = () => poolInput(tenants.market.start);
  const pilot = () => ({ share: 1, requestsMax: 1, tokensMax: '1' });

  /** By place; one that is not here fails the test. Inputs are fit, so that the id alone decides. */
  return {
    'Query.buyerRoom.poolId': open(POOLS),
    'Query.cancellationQuote.reservationId': hidden('reservationIds'),
    'Query.chainOfTitle.reservationId': hidden('reservationIds'),
    'Query.listing.listingId': open(LISTINGS),
    'Query.listings.marketId': open(MARKETS),
    'Query.listings.poolId': open(POOLS),
    'Query.listings.where.platforms': open(PLATFORMS, () => ({})),
    'Query.listingCount.marketId': open(MARKETS),
    'Query.listingCount.poolId': open(POOLS),
    'Query.listingCount.where.platforms': open(PLATFORMS, () => ({})),
    'Query.export.exportId': hidden('exportIds'),
    'Query.approval.approvalId': hidden('exportIds'),
    'Query.creditLineOf.organizationId': hidden('exportIds'),
    'Query.controlChangesOf.organizationId': hidden('exportIds'),
    'Mutation.setCreditLine.input.organizationId': hidden('exportIds', () => ({ limit: '1', termDays: 30 })),
    'Mutation.withdrawCreditLine.input.organizationId': hidden('exportIds', () => ({})),
    'Mutation.approvePurchase.input.approvalId': hidden('exportIds', () => ({})),
    'Mutation.refusePurchase.input.approvalId': hidden('exportIds', () => ({})),
    'Query.ledgerEntries.reservationId': hidden('reservationIds'),
    'Query.auditTrail.organizationId': hidden('memberIds'),
    'Mutation.endSession.input.sessionId': hidden('memberIds', () => ({})),
    'Query.invoiceDocument.number': hidden('exportIds'),
    'Mutation.requestExport.input.number': hidden('exportIds', () => ({ dataset: 'DOCUMENTS', format: 'PDF_ZIP' })),
    'Query.creditNotes.invoiceNumber': hidden('exportIds'),
    'Query.creditNotes.reservationId': hidden('reservationIds'),
    'Query.invoiceLines.number': hidden('exportIds'),
    'Query.issuedInvoice.number': hidden('exportIds'),
    'Query.issuedInvoices.organizationId': hidden('exportIds'),
    'Query.voidInvoicePreview.input.number': hidden('exportIds', () => ({ reason: 'x' })),
    'Query.creditNotePreview.input.invoiceNumber': hidden('exportIds', () => ({ reservationId: UNKNOWN.reservationIds, amount: '1', reason: 'x' })),
    'Query.creditNotePreview.input.reservationId': hidden('reservationIds', () => ({ invoiceNumber: 'x', amount: '1', reason: 'x' })),
    'Mutation.voidInvoice.input.number': hidden('exportIds', () => ({ reason: 'x' })),
    'Mutation.issueCreditNote.input.invoiceNumber': hidden('exportIds', () => ({ reservationId: UNKNOWN.reservationIds, amount: '1', reason: 'x' })),
    'Mutation.issueCreditNote.input.reservationId': hidden('reservationIds', () => ({ invoiceNumber: 'x', amount: '1', reason: 'x' })),
    'Mutation.setUpPaymentMethod.input.paymentMethodId': open(() => ['pm_card_visa'], () => ({})),
    'Mutation.makeDefaultPaymentMethod.input.paymentMethodId': hidden('exportIds', () => ({})),
    'Mutation.removePaymentMethod.input.paymentMethodId': hidden('exportIds', () => ({})),
    'Mutation.setAutoTopUp.input.paymentMethodId': hidden('exportIds', () => ({ threshold: '1', amount: '1000000', perDayMax: '1000000' })),
    'Mutation.refundTopUp.input.topUpId': hidden('exportIds', () => ({ amount: '10000' })),
    'Query.payout.payoutId': hidden('exportIds'),
    'Query.payoutLines.reservationId': hidden('reservationIds'),
    'Mutation.reverseTransfer.input.payoutId': hidden('exportIds', () => ({ amount: '10000', note: 'x' })),
    'Mutation.retryMail.input.messageId': hidden('exportIds', () => ({})),
    'Mutation.judgeStripeCall.input.callId': hidden('exportIds', () => ({ verdict: 'GIVEN_UP', note: 'x' })),
    'Mutation.retryStripeCall.input.callId': hidden('exportIds', () => ({})),
    'Mutation.finishStandInPayment.input.paymentId': hidden('exportIds', () => ({ outcome: 'FAILED' })),
    'Mutation.happenAtStandIn.input.subject': hidden('exportIds', () => ({ happening: 'DISPUTE_OPENED' })),
    'Mutation.resendStandInEvent.input.eventId': hidden('exportIds', () => ({})),
    'Mutation.setPayoutRule.input.organizationId': hidden('exportIds', () => ({ minimum: '10000', holdBackDays: 1 })),
    'Mutation.acknowledgeDifference.input.differenceId': hidden('exportIds', () => ({ note: 'x' })),
    'Mutation.retryJob.input.jobId': hidden('exportIds', () => ({ queue: 'BILLING' })),
    'Mutation.removeSpotRule.input.marketId': open(MARKETS, () => ({})),
    'Mutation.setSpotRule.input.marketId': open(MARKETS, () => ({ priceMax: '1', quantity: '1', spendPerDayMax: '1' })),
    'Mutation.startPilot.input.mirrorReservationId': hidden('reservationIds', pilot),
    'Mutation.startPilot.input.primaryReservationIds': hidden('reservationIds', pilot),
    'Mutation.stopPilot.input.pilotId': hidden('pilotIds', () => ({})),
    'Query.pilotReport.pilotId': hidden('pilotIds'),
    'Query.upstreamLoad.reservationId': hidden('reservationIds'),
    'Query.routedLanes.keyId': hidden('keyIds'),
    'Query.platform.slug': open(PLATFORMS),
    'Query.pool.poolId': open(POOLS),
    'Query.pools.marketId': open(MARKETS),
    'Query.pools.platform': open(PLATFORMS),
    'Query.order.orderId': hidden('orderIds'),
    'Query.reservations.orderId': hidden('orderIds'),
    'Query.quote.quoteId': hidden('quoteIds'),
    'Query.reservation.reservationId': hidden('reservationIds'),
    'Query.titles.poolId': hidden('poolIds'),
    'Query.poolEvidence.poolId': open(POOLS),
    'Query.serviceHours.reservationId': hidden('reservationIds'),
    'Query.serviceMinutes.reservationId': hidden('reservationIds'),
    'Query.serviceLevel.reservationId': hidden('reservationIds'),
    'Mutation.disputeCredit.input.reservationId': hidden('reservationIds', () => ({ hour: window().start, reason: 'x' })),
    'Mutation.resolveDispute.input.reservationId': hidden('reservationIds', () => ({ hour: window().start, outcome: 'ACCEPTED' })),
    'Query.countDisputes.reservationId': hidden('reservationIds'),
    'Mutation.concedeCounts.input.reservationId': hidden('reservationIds', () => ({ hour: window().start, position: 'COUNTED', evidenceRevision: 1 })),
    'Query.usageRollups.reservationId': hidden('reservationIds', () => ({ grain: 'HOUR' })),
    'Query.usageHours.reservationId': hidden('reservationIds'),
    'Query.usageTotals.reservationId': hidden('reservationIds'),
    'Query.usageRecords.reservationId': hidden('reservationIds'),
    'Query.requestRecords.requestId': hidden('reservationIds'),
    'Mutation.amendOrder.input.orderId': hidden('orderIds', () => ({ quantity: '1', limitPrice: '1' })),
    'Mutation.cancelOrder.input.orderId': hidden('orderIds', () => ({})),
    'Mutation.placeOrder.input.constraints.platforms': open(PLATFORMS, () => ({ ...bid(), constraints: {} })),
    'Mutation.placeOrder.input.marketId': open(MARKETS, bid),
    'Mutation.placeOrders.input.orders.constraints.platforms': open(PLATFORMS, () => ({ orders: { ...bid(), constraints: {} } })),
    'Mutation.placeOrders.input.orders.marketId': open(MARKETS, () => ({ orders: bid() })),
    'Mutation.holdPlan.input.holds.listingId': open(LISTINGS, () => ({ holds: { window: window(), quantity: '999999' } })),
    'Query.plan.input.platforms': open(PLATFORMS, () => ({ model: 'llama-3.3-70b', demand: { window: window(), quantity: '1' } })),
    'Query.availability.marketId': open(MARKETS),
    'Query.candles.marketId': open(MARKETS),
    'Query.depth.marketId': open(MARKETS),
    'Query.topOfBook.marketId': open(MARKETS),
    'Query.trades.marketId': open(MARKETS),
    'Query.waitlistPosition.orderId': hidden('orderIds'),
    'Mutation.curtailPool.input.poolId': hidden('poolIds', () => ({ window: window(), quantity: '1', cause: 'OUTAGE' })),
    'Query.curtailmentPreview.input.poolId': hidden('poolIds', () => ({ window: window(), quantity: '1', cause: 'OUTAGE' })),
    'Query.poolCurtailments.poolId': open(POOLS),
    'Query.rebookings.reservationId': hidden('reservationIds'),
    'Mutation.setRebooking.input.reservationId': hidden('reservationIds', () => ({ rebooking: { limitPrice: '1' } })),
    'Mutation.setRebooking.input.rebooking.constraints.platforms': open(PLATFORMS, () => ({ reservationId: 'x', rebooking: { limitPrice: '1', constraints: {} } })),
    'Mutation.extendReservation.input.reservationId': hidden('reservationIds', () => ({ until: window().end, unitPriceMax: '1' })),
    'Mutation.cancelReservation.input.reservationId': hidden('reservationIds', () => ({ feeAccepted: '1000000000' })),
    'Mutation.changeMemberRole.input.memberId': hidden('memberIds', () => ({ role: 'VIEWER' })),
    'Mutation.changePoolEndpoint.input.poolId': hidden('poolIds', () => ({ endpoint: { url: 'https://mine.example.com' } })),
    'Mutation.changePoolTerms.input.poolId': hidden('poolIds', () => ({ terms: { ...pool().terms, overagePrice: '1' } })),
    'Mutation.changeServingProfile.input.poolId': hidden('poolIds', () => ({ profile: { ...pool().profile, tier: 'BATCH' } })),
    'Mutation.createListing.input.poolId': hidden('poolIds', offer),
    'Mutation.extendPool.input.poolId': hidden('poolIds', () => ({ added: [{ window: window(), quantity: '1' }] })),
    'Mutation.openAuction.input.poolId': hidden('poolIds', auction),
    'Mutation.openResaleAuction.input.reservationId': hidden('reservationIds', auction),
    'Mutation.placeAuctionBid.input.auctionId': open(LISTINGS, () => ({ quantity: '1', limitPrice: '1' })),
    'Mutation.withdrawAuctionBid.input.orderId': hidden('orderIds', () => ({})),
    'Query.orders.auctionId': hidden('listingIds'),
    'Mutation.payReservation.input.reservationId': hidden('reservationIds', () => ({})),
    'Mutation.payReservations.input.reservationIds': hidden('reservationIds', () => ({})),
    'Mutation.requestQuote.input.marketId': open(MARKETS, tooMuch),
    'Mutation.requestQuote.input.constraints.platforms': open(PLATFORMS, () => ({ ...tooMuch(), constraints: {} })),
    'Mutation.acceptQuote.input.quoteId': hidden('quoteIds', () => ({})),
    'Mutation.releaseQuote.input.quoteId': hidden('quoteIds', () => ({})),
    'Mutation.registerPool.input.platform': open(PLATFORMS, () => ({ ...pool(), region: '?' })),
    'Mutation.releaseHold.input.reservationId': hidden('reservationIds', () => ({})),
    'Mutation.removeMember.input.memberId': hidden('memberIds', () => ({})),
    'Mutation.resellReservation.input.reservationId': hidden('reservationIds', offer),
    'Query.webhookDeliveries.endpointId': hidden('endpointIds'),
    'Mutation.updateWebhookEndpoint.input.endpointId': hidden('endpointIds', () => ({ isEnabled: false })),
    'Mutation.deleteWebhookEndpoint.input.endpointId': hidden('endpointIds', () => ({})),
    'Mutation.rotateWebhookSecret.input.endpointId': hidden('endpointIds', () => ({})),
    'Mutation.sendTestEvent.input.endpointId': hidden('endpointIds', () => ({})),
    'Mutation.resendDelivery.input.deliveryId': hidden('deliveryIds', () => ({})),
    'Mutation.renameTeam.input.teamId': hidden('teamIds', () => ({ name: 'Mine' })),
    'Mutation.reserve.input.listingId': open(LISTINGS, () => ({ window: window(), quantity: '999999' })),
    'Mutation.revokeApiKey.input.keyId': hidden('keyIds', () => ({})),
    'Mutation.returnTransfer.input.reservationId': hidden('reservationIds', () => ({})),
    'Mutation.setGuardrails.input.keyId': hidden('keyIds', () => ({ outputTokensMax: 1 })),
    'Mutation.setIdleRule.input.reservationId': hidden('reservationIds', () => ({ rule: { unitPrice: '1' } })),
    'Mutation.setRouting.input.keyId': hidden('keyIds', () => ({ policy: 'LOWEST_COST' })),
    'Mutation.setRouting.input.reservationId': hidden('reservationIds', () => ({ policy: 'PINNED' })),
    'Mutation.transferReservation.input.reservationId': hidden('reservationIds', () => ({ window: window(), quantity: '1' })),
    'Mutation.transferReservation.input.teamId': hidden('teamIds', () => ({ reservationId: UNKNOWN.reservationIds, window: window(), quantity: '1' })),
    'Mutation.withdrawListing.input.listingId': hidden('listingIds', () => ({})),
  };
}
