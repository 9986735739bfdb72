import type { RecordedEvent } from '../../eventstore/event.js';
import {
  defineProjection,
  type AnyProjection,
  type RowChange,
  type RowObject,
} from '../../eventstore/projection.js';
import { assertNever } from '../../kernel/assert.js';
import { formatInstant } from '../../kernel/time.js';
import { marketCodec } from '../application/market.codec.js';
import type { MarketEvent } from '../model/market.events.js';
import type { SaleTerms } from '../model/market.terms.js';
import type { EvidenceLevel } from '../model/order.state.js';
import { CURTAILMENT_TABLES, curtailmentRows } from './curtailment.rows.js';
import { cleared, closed, listed, LISTING_TABLE, offer } from './listing.rows.js';
import { began, changed, RESERVATION_TABLE, setReservation } from './reservation.rows.js';

const POOL = 'market_pool';
const TERMS = 'pool_terms';
/** What every pool begins with: its provider's word. */
const UNSHOWN: EvidenceLevel = 'L1';

/** Listings, reservations and pools as rows. */
export const marketProjection: AnyProjection = defineProjection<MarketEvent>({
  name: 'market',
  category: 'market',
  tables: [
    LISTING_TABLE,
    RESERVATION_TABLE,
    { name: POOL, key: ['pool_id'] },
    { name: TERMS, key: ['pool_id', 'version'] },
    ...CURTAILMENT_TABLES,
  ],
  codec: marketCodec,
  project,
});

function project(event: MarketEvent, recorded: RecordedEvent): readonly RowChange[] {
  switch (event.type) {
    case 'PoolOpened': {
      const opened_at = formatInstant(recorded.occurredAt);
      const { poolId: pool_id, marketId: market_id, providerId: provider_id } = event;
      const opened = { opened_at, opened_version: recorded.version };
      const row = { pool_id, market_id, provider_id, ...opened, evidence_level: UNSHOWN };
      return [{ kind: 'put', table: POOL, row }, terms(event.poolId, 1, event.terms)];
    }
    case 'PoolEvidenceRated': {
      const values = { evidence_level: event.level };
      return [{ kind: 'set', table: POOL, key: { pool_id: event.poolId }, values }];
    }
    case 'PoolTermsChanged':
      return [terms(event.poolId, event.termsVersion, event.terms)];
    case 'ListingCreated':
      return [listed(event, recorded.occurredAt)];
    case 'ListingClosed':
      return [closed(event)];
    case 'ListingReduced':
      return [offer(event.listingId, event.listingRemaining)];
    case 'AuctionCleared':
      return [cleared(event)];
    case 'ReservationHeld':
    case 'OrderFilled':
    case 'ReservationTransferred':
      return began(event, recorded);
    case 'HoldReleased': {
      const status = event.reason;
      const own = setReservation(event, recorded, { status, expires_at: null });
      const { listingId, listingRemaining } = event;
      return listingRemaining === null ? [own] : [own, offer(listingId, listingRemaining)];
    }
    case 'ReservationActivated':
      return [setReservation(event, recorded, { status: 'active' })];
    case 'ReservationCompleted':
      return [setReservation(event, recorded, { status: 'completed' })];
    case 'ReservationPaid':
    case 'ReservationCancelled':
    case 'RebookingSet':
    case 'IdleRuleSet':
    case 'IdleReviewed':
    case 'TransferReturned':
      return changed(event, recorded);
    case 'ReservationCurtailed':
      return [...changed(event, recorded), ...curtailmentRows(event)];
    case 'PoolCurtailed':
    case 'RebookingAttempted':
      return curtailmentRows(event);
    // How a pool grows is the providers'; bids and quotes have projections of their own.
    case 'PoolExtended':
    case 'ReleaseAwaited':
    case 'AuctionBidPlaced':
    case 'AuctionBidWithdrawn':
    case 'OrderPlaced':
    case 'OrderAmended':
    case 'OrderClosed':
    case 'QuoteOpened':
    case 'QuoteClosed':
      return [];
    default:
      return assertNever(event);
  }
}

function terms(pool_id: string, version: number, given: SaleTerms): RowChange {
  const { resale, cancellation, curtailment, serviceLevel, usage } = given;
  const { reclaimNotice, penaltyShare } = curtailment;
  const overagePrice = usage.overagePrice?.toString() ?? null;
  const shown = {
    resale: { ...resale },
    cancellation: cancellation.map((step) => ({ ...step })),
    curtailment: { reclaimNotice, penaltyShare: { ...penaltyShare } },
    serviceLevel: serviceLevel === null ? null : serviceLevelColumn(serviceLevel),
    usage: { ...usage, weights: { ...usage.weights }, overagePrice },
  };
  return { kind: 'put', table: TERMS, row: { pool_id, version, terms: shown } };
}

function serviceLevelColumn(given: NonNullable<SaleTerms['serviceLevel']>): RowObject {
  const { objectives, contextLength, credits } = given;
  const steps = credits.steps.map((step) => ({ ...step }));
  return { objectives: { ...objectives }, contextLength, credits: { ...credits, steps } };
}
