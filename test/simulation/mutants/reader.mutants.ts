import { marketProjection } from '../../../src/allocation/projection/market.projection.js';
import { tradeProjection } from '../../../src/allocation/projection/trade.projection.js';
import type { Watch } from '../../../src/allocation/projection/waitlist.queries.js';
import type { MarketState } from '../../../src/allocation/model/market.state.js';
import type { PastEstimate, SupplyRate } from '../../../src/allocation/model/waitlist.estimate.js';
import type { SupplyReach } from '../../../src/allocation/model/waitlist.supply.js';
import type { AnyProjection, RowChange } from '../../../src/eventstore/projection.js';
import type { MarketId } from '../../../src/kernel/ids.js';
import { HOUR_MS } from '../../../src/kernel/time.js';
import { RowWaitlist } from '../row-queries.js';
import { PROJECTIONS } from '../row-tables.js';
import type { Plant } from '../stage.js';
import { decide, deciding, type Mutant } from './mutant.js';

/** The product's projections, one of which writes other rows. */
function writing(which: AnyProjection, changed: (change: RowChange) => readonly RowChange[]): () => Plant {
  const other: AnyProjection = { ...which, changesOf: (recorded) => which.changesOf(recorded).flatMap(changed) };
  return () => ({ projections: PROJECTIONS.map((projection) => (projection === which ? other : projection)) });
}

/** What is filled at once is told as two trades. */
function toldTwice(change: RowChange): readonly RowChange[] {
  if (change.kind !== 'put' || change.row['sequence'] === null) return [change];
  const again = { ...change.row, trade_id: `${String(change.row['trade_id'])} again` };
  return [change, { ...change, row: again }];
}

/** An hour and a day weigh the same. */
function weighedAlike(change: RowChange): readonly RowChange[] {
  if (change.kind !== 'put') return [change];
  const token_ms = (change.row['quantity'] as bigint) * BigInt(HOUR_MS);
  return [{ ...change, row: { ...change.row, token_ms } }];
}

/** What a reseller sold is said to be the provider's. */
function hopLost(change: RowChange): readonly RowChange[] {
  const isResold = change.kind === 'put' && change.table === 'reservation' && Number(change.row['hops']) > 0;
  return [isResold ? { ...change, row: { ...change.row, source_reservation_id: null } } : change];
}

/** What was offered and taken back again counts as if it had come to somebody. */
class FromWithdrawn extends RowWaitlist {
  override async supply(marketId: MarketId, reach: SupplyReach, watch: Watch): Promise<SupplyRate> {
    const supply = await super.supply(marketId, reach, watch);
    let { tokenMs } = supply;
    for (const row of this.tablesOf(marketId).rows('listing').values()) {
      const isWithdrawn = row['status'] === 'withdrawn' && (reach.poolIds as readonly unknown[]).includes(row['pool_id']);
      if (isWithdrawn) tokenMs += (row['quantity'] as bigint) * BigInt(HOUR_MS);
    }
    return { ...supply, tokenMs };
  }
}

/** Of what was told only what came true is remembered. */
class Flattering extends RowWaitlist {
  override async past(marketId: MarketId): Promise<readonly PastEstimate[]> {
    return (await super.past(marketId)).filter(({ isFilled }) => isFilled);
  }
}

/** Lots in auctions are shown as if they were for sale at their reserve price. */
function sealedShown(state: MarketState): MarketState {
  const listings = new Map([...state.listings].map(([id, listing]) => [id, { ...listing, auction: null }]));
  return { ...state, listings };
}

export const READER_MUTANTS: readonly Mutant[] = [
  {
    name: 'a post-only ask that takes',
    breaks: 'an ask that is only to rest meets a bid when it comes',
    promise: 'post-only',
    plant: deciding((command, state) => decide(command.type === 'CreateListing' ? { ...command, isPostOnly: false } : command, state)),
    found: /post-only: .* trades at once/,
    within: 1600,
  },
  {
    name: 'a lot that is shown before its close',
    breaks: 'what is auctioned stands in the book and in the calendar',
    promise: 'market data',
    plant: () => ({ shown: sealedShown }),
    found: /shown: (depth|availability) of/,
    within: 400,
  },
  {
    name: 'a trade that is told twice',
    breaks: 'one fill is two trades',
    promise: 'market data',
    plant: writing(tradeProjection, toldTwice),
    found: /trades: .* told/,
    within: 400,
  },
  {
    name: 'an average with the wrong weight',
    breaks: 'a trade for a day counts in its candle and in the index as one for an hour',
    promise: 'market data',
    plant: writing(tradeProjection, weighedAlike),
    found: /trades: .* token_ms/,
    within: 400,
  },
  {
    name: 'a chain that loses a hop',
    breaks: 'what a reseller sold is said to be the provider’s',
    promise: 'chain of title',
    plant: writing(marketProjection, hopLost),
    found: /shown: chain of/,
    within: 600,
  },
  {
    name: 'an estimate from what was withdrawn',
    breaks: 'what was listed and taken back counts as what came to those who wait',
    promise: 'waitlist',
    plant: () => ({ waitlist: (tablesOf) => new FromWithdrawn(tablesOf) }),
    found: /shown: waitlist (note|estimate) of/,
    within: 600,
  },
  {
    name: 'a record that flatters',
    breaks: 'estimates that did not come true are forgotten',
    promise: 'waitlist',
    plant: () => ({ waitlist: (tablesOf) => new Flattering(tablesOf) }),
    found: /shown: waitlist record/,
    within: 600,
    seed: 28,
    marketSteps: 1500,
  },
];
