import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { CommandContext } from '../../eventstore/command-context.js';
import { systemContext, toExecuteRequest } from '../../eventstore/command-context.js';
import { DefinitionRegistry } from '../../eventstore/definition-registry.js';
import type { Outcome } from '../../eventstore/stream-definition.js';
import { Streams } from '../../eventstore/streams.js';
import { SubscriptionRegistry } from '../../eventstore/subscription-registry.js';
import type { MarketId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import type { MarketAnswer } from '../model/market.answer.js';
import type { MarketCommand } from '../model/market.commands.js';
import type { MarketRejection } from '../model/market.rejections.js';
import type { MarketState } from '../model/market.state.js';
import { marketProjection } from '../projection/market.projection.js';
import { advanceMarketJob, marketDefinition } from './market.definition.js';

type Untimed<Command> = Command extends unknown ? Omit<Command, 'now'> : never;
export type MarketOutcome = Outcome<MarketAnswer, MarketRejection>;

/** Sends commands to markets: adds the clock, finds the stream. The rules are in `model/`. */
@Injectable()
export class MarketService implements OnModuleInit {
  constructor(
    private readonly streams: Streams,
    private readonly definitions: DefinitionRegistry,
    private readonly subscriptions: SubscriptionRegistry,
    private readonly jobs: JobRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.definitions.add(marketDefinition);
    this.subscriptions.addProjection(marketProjection);
    this.jobs.register(advanceMarketJob, async ({ marketId, at }) => {
      const context = systemContext('advance-market', `${marketId} ${at}`);
      await this.execute(marketId as MarketId, { type: 'AdvanceMarket' }, context);
    });
  }

  /** Decides and commits one command on a market. */
  execute(
    marketId: MarketId,
    command: Untimed<MarketCommand>,
    context: CommandContext,
  ): Promise<MarketOutcome> {
    const now = this.clock.now();
    const timed = { ...command, now } as MarketCommand;
    return this.streams.execute(marketDefinition, marketId, toExecuteRequest(context, timed, now));
  }

  /** The outcome that a key was answered with before; null when it is new. */
  recall(context: CommandContext): Promise<MarketOutcome | null> {
    return this.streams.recall<MarketAnswer, MarketRejection>(context);
  }

  /** Looks at a market, with everything that any process has committed. */
  read<View>(marketId: MarketId, view: (state: MarketState, now: Instant) => View): Promise<View> {
    const now = this.clock.now();
    return this.streams.read(marketDefinition, marketId, (state) => view(state, now));
  }
}
