import { BUYER, hold, hour, hours, list, MARKET, OTHER, poolFacts, price, tokens } from '../../../test/support/market.js';
import { bid } from '../../../test/support/order-traffic.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import type { EventStore } from '../../eventstore/event-store.js';
import { MemoryEventStore } from '../../eventstore/memory-event-store.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import { idInMarket, type ReservationId } from '../../kernel/ids.js';
import type { BasisPoints, MicroUsd } from '../../kernel/money.js';
import { HOUR_MS, SECOND_MS, plus, type Instant } from '../../kernel/time.js';
import type { Database } from '../../platform/database/prisma.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { CLOCK_TOLERANCE } from '../model/sent.js';
import { ChainQueries } from '../projection/chain.queries.js';
import { reviewIdleJob } from './market.definition.js';
import { MarketFacade } from './market.facade.js';
import { MarketService } from './market.service.js';

/** There is none: what is run here asks the log only. */
const NO_DATABASE = {} as Database;

type Untimed = Parameters<MarketService['execute']>[1];

/** Two processes on one store, and the jobs that it keeps: each name once, and run once. */
class World {
  now: Instant = hour(0);
  private readonly store = new MemoryEventStore();
  private readonly done = new Set<string>();
  private sent = 0;

  /** @param behind how far its clock is behind */
  process(store: EventStore = this.store, behind = 0): { readonly service: MarketService; readonly jobs: JobRegistry } {
    const [jobs, clock] = [new JobRegistry(), { now: () => plus(this.now, -behind) }];
    const streams = new Streams(store, { committed: () => undefined, warn: () => undefined });
    const pools = { tellFirst: () => undefined, openingKey: () => '' };
    const service = new MarketService(streams, new DefinitionRegistry(), new SubscriptionRegistry(), jobs, clock, pools);
    service.onModuleInit();
    const market = new MarketFacade(service, NO_DATABASE, new ChainQueries(NO_DATABASE));
    jobs.register(reviewIdleJob, ({ reservationId, dueAt, askedAt }) =>
      market.reviewIdle(reservationId as ReservationId, { dueAt: dueAt as Instant, askedAt: askedAt as Instant | null, peak: tokens(30) }));
    return { service, jobs };
  }

  /** A process whose clock is behind, as far as clocks may be. */
  late(): MarketService {
    return this.process(this.store, CLOCK_TOLERANCE - 1).service;
  }

  /** A process that stands still before it has read anything, until it is let on. */
  frozen(): { readonly service: MarketService; readonly goOn: () => void } {
    let goOn: () => void = () => undefined;
    const thawed = new Promise<void>((resolve) => (goOn = resolve));
    const store = Object.create(this.store) as MemoryEventStore;
    store.readHead = async (stream) => {
      await thawed;
      return this.store.readHead(stream);
    };
    return { service: this.process(store).service, goOn };
  }

  send(service: MarketService, command: Untimed): ReturnType<MarketService['execute']> {
    const key = `K${(this.sent += 1)}`;
    const context = { scope: 'test', idempotencyKey: key, content: key, actor: 'member:test', cause: key };
    return service.execute(MARKET, command, context);
  }

  async runDue(jobs: JobRegistry): Promise<void> {
    for (const [id, { queue, job, payload, runAt }] of this.store.outbox) {
      if (runAt > this.now || this.done.has(id)) continue;
      this.done.add(id);
      await jobs.run(queue, job, JSON.parse(payload));
    }
  }
}

describe('a command that is decided long after it was sent', () => {
  it('has jobs of its own for what others have looked after meanwhile', async () => {
    const world = new World();
    const { service, jobs } = world.process();
    await world.send(service, { type: 'OpenPool', facts: poolFacts() });
    await world.send(service, list('L', hours(24, 28), 400) as Untimed);
    await world.send(service, hold('R', 'L', hours(24, 28), 100, OTHER) as Untimed);
    await world.send(service, { type: 'ConfirmPayment', reservationId: 'R' as ReservationId, amount: 40_000n as MicroUsd });
    const { service: late, goOn } = world.frozen();
    const answer = world.send(late, bid('O', { buyerId: BUYER, limitPrice: price(100) }) as Untimed);
    world.now = plus(hour(24), 6 * SECOND_MS);
    await world.runDue(jobs);
    goOn();
    expect(await answer).toMatchObject({ accepted: true });
    await world.runDue(jobs);
    const statuses = await service.read(MARKET, ({ reservations }) => [...reservations.values()].map(({ status }) => status));
    expect(statuses).toEqual(['active', 'active']);
  });
});

describe('a rule for idle capacity', () => {
  it('is looked at, where a process whose clock is behind sets it after what was due has been looked at', async () => {
    const world = new World();
    const { service, jobs } = world.process();
    const reservationId = idInMarket<ReservationId>(MARKET, 'R');
    await world.send(service, { type: 'OpenPool', facts: poolFacts() });
    await world.send(service, list('L', hours(24, 48), 400) as Untimed);
    await world.send(service, hold(reservationId, 'L', hours(24, 48), 100, OTHER) as Untimed);
    await world.send(service, { type: 'ConfirmPayment', reservationId, amount: 240_000n as MicroUsd });
    const ruleAt = (unitPrice: number) => {
      const rule = { unitPrice: price(unitPrice), margin: 0 as BasisPoints, keepMin: tokens(0) };
      return { type: 'SetIdleRule', reservationId, holderId: OTHER, rule } as const;
    };
    const offers = () => service.read(MARKET, ({ listings }) =>
      [...listings.values()].filter(({ sellerId }) => sellerId === OTHER).map(({ unitPrice }) => unitPrice));
    expect(await world.send(service, ruleAt(120))).toMatchObject({ accepted: true });
    world.now = plus(hour(24), 3 * HOUR_MS);
    await world.runDue(jobs);
    expect(await offers()).toEqual([120n]);
    expect(await world.send(world.late(), ruleAt(90))).toMatchObject({ accepted: true });
    await world.runDue(jobs);
    expect(await offers()).toEqual([90n]);
  });
});
