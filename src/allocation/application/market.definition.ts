import { z } from 'zod';
import type { OutboxMessage } from '../../eventstore/event-store.js';
import type { StreamId } from '../../eventstore/event.js';
import { jsonSnapshot } from '../../eventstore/json-snapshot.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import type { MarketId } from '../../kernel/ids.js';
import { ceilToGrid, type Duration, type Instant } from '../../kernel/time.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import { marketAnswer, type MarketAnswer } from '../model/market.answer.js';
import { auditMarket } from '../model/market.audit.js';
import type { MarketCommand } from '../model/market.commands.js';
import { marketDecider } from '../model/market.decide.js';
import type { MarketEvent } from '../model/market.events.js';
import type { MarketRejection } from '../model/market.rejections.js';
import type { MarketState } from '../model/market.state.js';
import { marketCodec } from './market.codec.js';

const CATEGORY = 'market';

/** Lets expire, start and end what is due in one market. One job serves all that is due by then. */
export const advanceMarketJob = jobType(
  'allocation',
  'advance-market',
  z.object({ marketId: z.string(), at: z.number().int() }),
);

/** Holds that expire within the same five seconds share a job; each still expires on time. */
const EXPIRY_GRID_MS = 5_000 as Duration;

function advanceAt(stream: StreamId, at: Instant): OutboxMessage {
  const marketId = stream.slice(CATEGORY.length + 1) as MarketId;
  const payload = { marketId, at };
  return toMessage(advanceMarketJob, payload, { runAt: at, dedupeKey: `${marketId} ${at}` });
}

function schedule(event: MarketEvent, stream: StreamId): readonly OutboxMessage[] {
  switch (event.type) {
    case 'ListingCreated':
      return [advanceAt(stream, event.window.end)];
    case 'ReservationHeld': {
      const { start, end } = event.window;
      const expiry = ceilToGrid(event.expiresAt, EXPIRY_GRID_MS);
      return [expiry, start, end].map((at) => advanceAt(stream, at));
    }
    case 'ReservationPaid':
      return [advanceAt(stream, ceilToGrid(event.paidAt, EXPIRY_GRID_MS))];
    default:
      return [];
  }
}

/** Everything the log knows of markets: one stream each, `market-<model@quantization>`. */
export const marketDefinition: StreamDefinition<
  MarketState,
  MarketCommand,
  MarketEvent,
  MarketRejection,
  MarketAnswer
> = {
  category: CATEGORY,
  decider: marketDecider,
  codec: marketCodec,
  answer: marketAnswer,
  schedule,
  snapshot: jsonSnapshot<MarketState>({ schemaVersion: 1, everyEvents: 5_000 }),
  audit: auditMarket,
};
