import { MarketDataService, type BookView } from '../../src/allocation/application/market-data.service.js';
import type { MarketService } from '../../src/allocation/application/market.service.js';
import { WaitlistService, type WaitlistView } from '../../src/allocation/application/waitlist.service.js';
import type { AvailableStep, Calendar } from '../../src/allocation/model/availability.js';
import type { MarketRejection } from '../../src/allocation/model/market.rejections.js';
import type { MarketState } from '../../src/allocation/model/market.state.js';
import type { WaitlistQueries } from '../../src/allocation/projection/waitlist.queries.js';
import type { RecordedEvent } from '../../src/eventstore/event.js';
import { SubscriptionRegistry } from '../../src/eventstore/subscription-registry.js';
import { present } from '../../src/kernel/assert.js';
import type { MarketId, OrderId, OrganizationId } from '../../src/kernel/ids.js';
import type { Result } from '../../src/kernel/result.js';
import type { Window } from '../../src/kernel/window.js';
import type { Clock } from '../../src/platform/clock/clock.js';

/** What a process answers readers from, beside its memory. */
export interface ReadFrom {
  readonly waitlist: WaitlistQueries;
  /** What a reader is shown of what is in memory: only tests plant faults. */
  readonly shown?: (state: MarketState) => MarketState;
}

/** The product's readers of one market, in one process. */
export class ProcessReaders {
  private readonly data: MarketDataService;
  private readonly waitlist: WaitlistService;
  private readonly estimates: (events: readonly RecordedEvent[]) => Promise<boolean>;

  constructor(service: MarketService, clock: Clock, { waitlist, shown }: ReadFrom) {
    const markets = shown === undefined ? service : showing(service, shown);
    const subscriptions = new SubscriptionRegistry();
    this.data = new MarketDataService(markets, subscriptions, clock);
    this.waitlist = new WaitlistService(markets, subscriptions, waitlist, clock);
    this.waitlist.onModuleInit();
    const following = subscriptions.subscriptions.flatMap((one) => (one.kind === 'commands' ? [one] : []));
    const own = present(following[0], 'subscription of the waitlist');
    this.estimates = (events) => own.handle(events);
  }

  book(marketId: MarketId, window: Window): Promise<Result<BookView, MarketRejection> | null> {
    return this.data.book(marketId, window);
  }

  availability(marketId: MarketId, calendar: Calendar): Promise<readonly AvailableStep[] | null> {
    return this.data.availability(marketId, calendar);
  }

  waiting(orderId: OrderId, buyerId: OrganizationId): Promise<WaitlistView | null> {
    return this.waitlist.view(orderId, buyerId);
  }

  /** Notes what the bids of a page of the log are told, and what became of others. */
  async follow(events: readonly RecordedEvent[]): Promise<void> {
    await this.estimates(events);
  }
}

function showing(service: MarketService, shown: (state: MarketState) => MarketState): MarketService {
  const liar = Object.create(service) as MarketService;
  liar.lookIfThere = (marketId, view) => service.lookIfThere(marketId, (state, now) => view(shown(state), now));
  return liar;
}
