import { createHash } from 'node:crypto';
import {
  MarketService,
  type MarketOutcome,
} from '../../src/allocation/application/market.service.js';
import type { OrderRequest } from '../../src/allocation/contract.js';
import type { marketDefinition } from '../../src/allocation/application/market.definition.js';
import type { CommandContext } from '../../src/eventstore/command-context.js';
import { DefinitionRegistry } from '../../src/eventstore/definition-registry.js';
import type { EventStore, OutboxMessage } from '../../src/eventstore/event-store.js';
import type {
  ExecuteRequest,
  Outcome,
  StreamDefinition,
} from '../../src/eventstore/stream-definition.js';
import type { StreamWriterHooks } from '../../src/eventstore/writer-limits.js';
import { Streams } from '../../src/eventstore/streams.js';
import { SubscriptionRegistry } from '../../src/eventstore/subscription-registry.js';
import { offersIn, type Offers } from '../../src/allocation/model/plan.offers.js';
import type { HashKey } from '../../src/kernel/keyed-hash.js';
import { idInMarket, type ListingId, type MarketId, type OrganizationId } from '../../src/kernel/ids.js';
import type { Instant } from '../../src/kernel/time.js';
import type { Window } from '../../src/kernel/window.js';
import { MarketFacade } from '../../src/allocation/application/market.facade.js';
import { ChainQueries } from '../../src/allocation/projection/chain.queries.js';
import type { UsageHistory } from '../../src/metering/contract.js';
import type { Database } from '../../src/platform/database/prisma.js';
import type { curtailments } from '../../src/processes/curtailment.process.js';
import { idleCapacity } from '../../src/processes/idle-capacity.process.js';
import type { Clock } from '../../src/platform/clock/clock.js';
import { JobRegistry } from '../../src/platform/queue/job-registry.js';
import { DistantStore } from './distant-store.js';
import { ConnectionLostError, type Line, type Network } from './network.js';
import { followCurtailments } from './rebooker.js';
import { ProcessReaders, type ReadFrom } from './process-readers.js';
import { markOf, type Seen } from './replay.js';

export type MarketDefinition = typeof marketDefinition;
export type Untimed = Parameters<MarketService['execute']>[1];

/** Pools come to markets by their own moves here. */
const NO_POOLS = { tellFirst: () => undefined, openingKey: () => '' };

/** Lets the product's own service run on the definition that the simulation gives it. */
class StreamsOf extends Streams {
  constructor(
    store: EventStore,
    hooks: StreamWriterHooks,
    private readonly definition: MarketDefinition,
  ) {
    super(store, hooks);
  }

  override execute<State, Command, Event, Rejection, Answer>(
    _definition: StreamDefinition<State, Command, Event, Rejection, Answer>,
    id: string,
    request: ExecuteRequest<Command>,
  ): Promise<Outcome<Answer, Rejection>> {
    return super.execute(this.own(), id, { ...request, command: withoutChance(id, request) });
  }

  override read<State, Command, Event, Rejection, Answer, View>(
    _definition: StreamDefinition<State, Command, Event, Rejection, Answer>,
    id: string,
    view: (state: State) => View,
  ): Promise<View> {
    return super.read(this.own<State, Command, Event, Rejection, Answer>(), id, view);
  }

  private own<State, Command, Event, Rejection, Answer>(): StreamDefinition<
    State,
    Command,
    Event,
    Rejection,
    Answer
  > {
    return this.definition as unknown as StreamDefinition<State, Command, Event, Rejection, Answer>;
  }
}

export interface Surroundings {
  readonly store: EventStore;
  readonly network: Network;
  readonly clock: Clock;
  readonly definition: MarketDefinition;
  readonly usage: UsageHistory;
  readonly readFrom: ReadFrom;
  /** Who follows curtailments. */
  readonly processOf: typeof curtailments;
  /** Told of each order in place of what was lost, before it is sent. */
  readonly ordered: (request: OrderRequest) => void;
}

/** The same for the same key: whoever asks again gets what was decided first anyway. */
function seedFrom({ scope, key }: ExecuteRequest<unknown>['idempotency']): HashKey {
  const digest = createHash('sha256').update(`${scope} ${key}`).digest();
  return [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), digest.readInt32LE(12)];
}

/** What the product's own service names by chance would be another in every run of the same seed. */
function withoutChance<Command>(marketId: string, { command, idempotency }: ExecuteRequest<Command>): Command {
  const seed = seedFrom(idempotency);
  const isReview = (command as { readonly type?: unknown }).type === 'ReviewIdle';
  const listingId = idInMarket<ListingId>(marketId as MarketId, `I ${idempotency.key}`);
  return { ...command, seed, ...(isReview ? { listingId } : {}) };
}

/** There is none: what is run here asks the log only. */
const NO_DATABASE = {} as Database;

/**
 * One process of the product: its own service, writers and job handlers in front of the shared
 * store. When it dies, whoever waits for it learns at once that they will never be told.
 */
export class MarketProcess {
  warnings = 0;
  private readonly line: Line = { isCut: false };
  private readonly jobs = new JobRegistry();
  private readonly service: MarketService;
  private readonly readers: ProcessReaders;
  private readonly clock: Clock;
  private readonly death: Promise<never>;
  private die: () => void = () => undefined;

  constructor({ store, network, clock, definition, usage, readFrom, processOf, ordered }: Surroundings) {
    const distant = new DistantStore(store, network, this.line);
    const warn = (): void => {
      this.warnings += 1;
    };
    const streams = new StreamsOf(distant, { committed: () => undefined, warn }, definition);
    const [definitions, subscriptions] = [new DefinitionRegistry(), new SubscriptionRegistry()];
    this.service = new MarketService(streams, definitions, subscriptions, this.jobs, clock, NO_POOLS);
    this.service.onModuleInit();
    this.clock = clock;
    this.readers = new ProcessReaders(this.service, clock, readFrom);
    const facade = new MarketFacade(this.service, NO_DATABASE, new ChainQueries(NO_DATABASE));
    idleCapacity(this.jobs, usage, facade);
    followCurtailments(this.jobs, { store: distant, market: facade, processOf, ordered });
    this.death = new Promise((_resolve, reject) => {
      this.die = () => reject(new ConnectionLostError('the process died'));
    });
    this.death.catch(() => undefined);
  }

  execute(marketId: MarketId, command: Untimed, context: CommandContext): Promise<MarketOutcome> {
    return Promise.race([this.death, this.service.execute(marketId, command, context)]);
  }

  runJob({ queue, job, payload }: OutboxMessage): Promise<void> {
    return Promise.race([this.death, this.jobs.run(queue, job, JSON.parse(payload))]);
  }

  /** What one buyer could buy throughout a window, as far as this process knows. */
  offers(marketId: MarketId, buyerId: OrganizationId, window: Window): Promise<Offers> {
    const reading = this.service.read(marketId, (state, now) => {
      return offersIn(state, { buyerId, window, now });
    });
    return Promise.race([this.death, reading]);
  }

  /** The state in memory as snapshot text; null when the store could not be reached. */
  look(marketId: MarketId, { snapshot }: MarketDefinition): Promise<Seen | null> {
    const reading = this.service.read(marketId, (state) => ({
      ...{ text: snapshot.encode(state), mark: markOf(state) },
    }));
    return Promise.race([this.death, reading]).catch((error: unknown) => {
      if (error instanceof ConnectionLostError) return null;
      throw error;
    });
  }

  /** What somebody is shown; null when the store could not be reached. */
  reading<Shown>(read: (readers: ProcessReaders) => Promise<Shown>): Promise<Shown | null> {
    return Promise.race([this.death, read(this.readers)]).catch((error: unknown) => {
      if (error instanceof ConnectionLostError) return null;
      throw error;
    });
  }

  now(): Instant {
    return this.clock.now();
  }

  crash(): void {
    this.line.isCut = true;
    this.die();
  }
}
