import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import type { MarketId } from '../../kernel/ids.js';
import { err, ok, type Result } from '../../kernel/result.js';
import { DAY_MS, floorToGrid, plus, type Instant } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { availabilityOf, type AvailableStep, type Calendar } from '../model/availability.js';
import { openAsks, restingBids } from '../model/book.sides.js';
import { depthOf, poolsOpenFor, refusalOf, type Depth } from '../model/depth.js';
import type { MarketRejection } from '../model/market.rejections.js';
import type { Period } from '../model/period.rules.js';
import { poolOf } from '../model/titles.js';
import { tradeProjection } from '../projection/trade.projection.js';
import { MarketService } from './market.service.js';

/** The book of one window at one instant. */
export interface BookView extends Depth {
  readonly asOf: Instant;
}

/** What everybody may know of a market's book. Null: there is no such market. */
@Injectable()
export class MarketDataService implements OnModuleInit {
  constructor(
    private readonly markets: MarketService,
    private readonly subscriptions: SubscriptionRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.subscriptions.addProjection(tradeProjection);
  }

  /** What could be bought and sold for exactly this window, or why nothing can. */
  book(marketId: MarketId, window: Window): Promise<Result<BookView, MarketRejection> | null> {
    return this.markets.lookIfThere(marketId, (state, now) => {
      const refusal = refusalOf(state, window, now);
      if (refusal !== null) return err(refusal);
      const open = poolsOpenFor(state, window, now);
      const asks = [...openAsks(state)].filter(({ poolId }) => open.has(poolId));
      return ok({ ...depthOf(asks, restingBids(state, now), window), asOf: now });
    });
  }

  /** What is on offer over time, whatever grid it is sold on; nothing of the past. */
  availability(marketId: MarketId, calendar: Calendar): Promise<readonly AvailableStep[] | null> {
    return this.markets.lookIfThere(marketId, (state, now) =>
      availabilityOf(openAsks(state), calendar, (poolId) =>
        floorToGrid(now, poolOf(state, poolId).facts.grid),
      ),
    );
  }

  /** The last so many times 24 hours, up to and with this millisecond. */
  lastDays(days: number): Period {
    const to = plus(this.clock.now(), 1);
    return { from: plus(to, -days * DAY_MS), to };
  }
}
