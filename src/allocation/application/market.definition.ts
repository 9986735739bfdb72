import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { OutboxMessage } from '../../eventstore/event-store.js';
import type { StreamId } from '../../eventstore/event.js';
import type { StreamDefinition } from '../../eventstore/stream-definition.js';
import type { MarketId } from '../../kernel/ids.js';
import { ceilToGrid, plus, type Duration, type Instant } from '../../kernel/time.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import { marketAnswer, type MarketAnswer } from '../model/market.answer.js';
import type { IdleReviewed, IdleRuleSet } from '../model/idle.events.js';
import { auditMarket } from '../model/market.audit.js';
import type { MarketCommand } from '../model/market.commands.js';
import { marketDecider } from '../model/market.decide.js';
import type { MarketEvent } from '../model/market.events.js';
import type { MarketRejection } from '../model/market.rejections.js';
import type { MarketState } from '../model/market.state.js';
import { CLOCK_TOLERANCE } from '../model/sent.js';
import { marketCodec } from './market.codec.js';
import { marketSnapshot } from './market.snapshot.js';

const CATEGORY = 'market';

/**
 * Lets expire, start and end what is due in one market. One job serves all that is due by then;
 * `only` names what has a job of its own, and is null in those that are shared.
 */
export const advanceMarketJob = jobType(
  'allocation',
  'advance-market',
  z.object({ marketId: z.string(), at: z.number().int(), only: z.string().nullable().default(null) }),
);

/**
 * Looks at what was used of a reservation; its handler knows the meters. Each rule and each review asks for one of
 * its own, and `askedAt` says when: what was due at an instant may have been looked at by a process whose clock is
 * ahead. Null in those that were asked for before there were several.
 */
export const reviewIdleJob = jobType(
  'allocation',
  'review-idle',
  z.object({ reservationId: z.string(), dueAt: z.number().int(), askedAt: z.number().int().nullable().default(null) }),
);

/** Holds that expire within the same five seconds share a job; each still expires on time. */
const EXPIRY_GRID_MS = 5_000 as Duration;

/** Name of a job; also the key of its command, so that each happens once. */
export function advanceKey(marketId: string, at: number, only: string | null): string {
  return only === null ? `${marketId} ${at}` : `${marketId} ${at} ${only}`;
}

/** Every order of a window has the same jobs: each is put into words once. */
const shared = new LRUCache<string, OutboxMessage>({ max: 10_000 });

function advanceMarket(stream: StreamId, at: Instant, only: string | null): OutboxMessage {
  const marketId = stream.slice(CATEGORY.length + 1) as MarketId;
  const dedupeKey = advanceKey(marketId, at, only);
  return toMessage(advanceMarketJob, { marketId, at, only }, { runAt: at, dedupeKey });
}

function advanceTogether(stream: StreamId, at: Instant): OutboxMessage {
  const name = `${stream} ${at}`;
  const known = shared.get(name) ?? advanceMarket(stream, at, null);
  shared.set(name, known);
  return known;
}

interface Review {
  readonly reservationId: string;
  readonly dueAt: number;
  readonly askedAt: number | null;
}

/** Name of a review; also the key of its command, so that each happens once. */
export function reviewKey({ reservationId, dueAt, askedAt }: Review): string {
  return askedAt === null ? `${reservationId} ${dueAt}` : `${reservationId} ${dueAt} ${askedAt}`;
}

function reviewOf(
  { reservationId, nextReviewAt: dueAt }: IdleRuleSet | IdleReviewed,
  askedAt: Instant,
): readonly OutboxMessage[] {
  if (dueAt === null) return [];
  const review = { reservationId, dueAt, askedAt };
  return [toMessage(reviewIdleJob, review, { runAt: dueAt, dedupeKey: reviewKey(review) })];
}

function schedule(event: MarketEvent, stream: StreamId, now: Instant): readonly OutboxMessage[] {
  // What is due this soon may have run already, started by a process whose clock is ahead: what comes to
  // be now has a job of its own.
  const advanceAt = (at: Instant, name: string): OutboxMessage =>
    at - now < CLOCK_TOLERANCE ? advanceMarket(stream, at, name) : advanceTogether(stream, at);
  switch (event.type) {
    case 'ListingCreated':
      return [advanceAt(event.auction?.closesAt ?? event.window.end, event.listingId)];
    case 'ReservationHeld': {
      const { start, end } = event.window;
      const expiry = ceilToGrid(event.expiresAt, EXPIRY_GRID_MS);
      return [expiry, start, end].map((at) => advanceAt(at, event.reservationId));
    }
    case 'OrderPlaced':
      return [advanceAt(event.expiresAt, event.orderId)];
    case 'ReleaseAwaited':
      return event.releaseAt === null ? [] : [advanceAt(event.releaseAt, event.poolId)];
    case 'ReservationTransferred':
    case 'OrderFilled': {
      const { start, end } = event.window;
      const since = event.type === 'OrderFilled' ? event.filledAt : event.transferredAt;
      const due = start > since ? [start, end] : [since, end];
      return due.map((at) => advanceAt(at, event.reservationId));
    }
    case 'IdleRuleSet':
      return reviewOf(event, event.setAt);
    case 'IdleReviewed':
      return reviewOf(event, event.reviewedAt);
    // What has begun or is just about to: the job of its start may be over.
    case 'ReservationPaid': {
      const { paidAt, reservationId } = event;
      const soon = plus(ceilToGrid(paidAt, CLOCK_TOLERANCE), CLOCK_TOLERANCE);
      return [paidAt, soon].map((at) => advanceAt(at, `${reservationId} paid`));
    }
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
  snapshot: marketSnapshot,
  audit: auditMarket,
};
