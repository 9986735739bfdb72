import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { CommandContext } from '../../eventstore/command-context.js';
import { systemContext, toExecuteRequest } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import type { JsonOf, Outcome } from '../../eventstore/stream-definition.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import { bigintAsText } from '../../kernel/bigint-text.js';
import type { MarketId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { freshSeed } from '../../platform/ids/fresh-seed.js';
import { CLOCK } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { PoolDirectory, type PoolFacts } from '../../providers/contract.js';
import type { MarketAnswer } from '../model/market.answer.js';
import type { MarketCommand } from '../model/market.commands.js';
import { decide } from '../model/market.decide.js';
import type { MarketRejection } from '../model/market.rejections.js';
import type { Sent } from '../model/sent.js';
import { emptyMarket, type MarketState } from '../model/market.state.js';
import { marketProjection } from '../projection/market.projection.js';
import { orderProjection } from '../projection/order.projection.js';
import { advanceKey, advanceMarketJob, marketDefinition } from './market.definition.js';

type Untimed<Command> = Command extends unknown ? Omit<Command, keyof Sent> : never;
export type MarketOutcome = Outcome<MarketAnswer, MarketRejection>;

/** Sends commands to markets: adds the clock and chance, finds the stream. The rules are in `model/`. */
@Injectable()
export class MarketService implements OnModuleInit {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly jobs: JobRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PoolDirectory) private readonly pools: Pick<PoolDirectory, 'tellFirst' | 'openingKey'>,
  ) {}

  private readonly now = (): Instant => this.clock.now();

  onModuleInit(): void {
    this.pools.tellFirst((facts) => this.bring(facts));
    this.definitions.add(marketDefinition);
    this.subscriptions.addProjection(marketProjection);
    this.subscriptions.addProjection(orderProjection);
    this.jobs.register(advanceMarketJob, async ({ marketId, at, only }) => {
      const context = systemContext('advance-market', advanceKey(marketId, at, only));
      // Another process's clock said that it is due, and this one's may be a little behind.
      const now = Math.max(this.clock.now(), at) as Instant;
      await this.send(marketId as MarketId, { type: 'AdvanceMarket', now, seed: freshSeed() }, context);
    });
  }

  /** Decides and commits one command on a market. */
  execute(
    marketId: MarketId,
    command: Untimed<MarketCommand>,
    context: CommandContext,
  ): Promise<MarketOutcome> {
    const now = this.clock.now();
    const sent = { ...command, now, seed: freshSeed() } as MarketCommand;
    if (sent.type === 'OpenPool' || this.isOpen(marketId)) {
      return this.send(marketId, sent, context);
    }
    return this.sendIfThere(marketId, sent, context);
  }

  /**
   * Ids name their market, and anybody can make one up: nothing is begun, kept or held in memory for a
   * market that no pool was ever registered for. Its refusals are those of a market in which nothing is.
   */
  private async sendIfThere(
    marketId: MarketId,
    command: MarketCommand,
    context: CommandContext,
  ): Promise<MarketOutcome> {
    if (await this.exists(marketId)) return this.send(marketId, command, context);
    const decision = decide(command, emptyMarket());
    if (decision.accepted) throw new Error(`${command.type} in no market was accepted`);
    return { accepted: false, rejection: asKept(decision.rejection) };
  }

  private isOpen(marketId: MarketId): boolean {
    return this.streams.isOpen(marketDefinition.category, marketId);
  }

  /** Every market of a model that a pool was ever opened in, as of now and not as of a read model. */
  marketsOf(model: string): Promise<MarketId[]> {
    return this.streams.idsStartingWith(marketDefinition.category, `${model}@`) as Promise<MarketId[]>;
  }

  private exists(marketId: MarketId): Promise<boolean> {
    return this.streams.exists(marketDefinition.category, marketId);
  }

  /** Tells a market what its provider says of a pool, by the command of the process that does: it counts once. */
  private async bring(facts: PoolFacts): Promise<void> {
    const context = systemContext('open-pool', this.pools.openingKey(facts));
    await this.execute(facts.marketId, { type: 'OpenPool', facts }, context);
  }

  private send(
    marketId: MarketId,
    command: MarketCommand,
    context: CommandContext,
  ): Promise<MarketOutcome> {
    const request = toExecuteRequest(context, command, command.now, this.now);
    return this.streams.execute(marketDefinition, marketId, request);
  }

  /** The outcome that a key was answered with before; null when it is new. */
  recall(context: CommandContext): Promise<MarketOutcome | null> {
    return this.streams.recall<MarketAnswer, MarketRejection>(context);
  }

  /**
   * Looks at a market, with everything that any process has committed; where there is none, at one in
   * which nothing is.
   */
  async read<View>(
    marketId: MarketId,
    view: (state: MarketState, now: Instant) => View,
  ): Promise<View> {
    const now = this.clock.now();
    const seen = await this.lookIfThere(marketId, (state) => ({ view: view(state, now) }));
    return seen === null ? view(emptyMarket(), now) : seen.view;
  }

  /** As {@link read}; null where there is no such market. Looking at made-up names keeps nothing. */
  async lookIfThere<View>(
    marketId: MarketId,
    view: (state: MarketState, now: Instant) => View,
  ): Promise<View | null> {
    const now = this.clock.now();
    if (!this.isOpen(marketId) && !(await this.exists(marketId))) return null;
    return this.streams.read(marketDefinition, marketId, (state) => view(state, now));
  }

  /** Looks at what this process has in memory: a guess, perhaps not the newest; null when it has nothing. */
  glance<View>(marketId: MarketId, view: (state: MarketState, now: Instant) => View): View | null {
    const now = this.clock.now();
    return this.streams.glance(marketDefinition, marketId, (state) => view(state, now));
  }
}

/** A rejection as it would be read if it had been kept. */
export function asKept(rejection: MarketRejection): JsonOf<MarketRejection> {
  return JSON.parse(JSON.stringify(rejection, bigintAsText)) as JsonOf<MarketRejection>;
}
