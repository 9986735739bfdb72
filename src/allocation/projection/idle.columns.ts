import type { Row } from '../../eventstore/projection.js';
import { formatInstant, type Instant } from '../../kernel/time.js';
import type { IdleReviewed, IdleRuleSet } from '../model/market.events.js';

/** A rule for idle capacity as its column holds it; quantities and prices are decimal text. */
export interface IdleRuleColumn {
  readonly unitPrice: string;
  readonly margin: number;
  readonly keepMin: string;
  readonly nextReviewAt: string | null;
}

/** What came of looking at use the last time. */
export interface IdleReviewColumn {
  readonly reviewedAt: string;
  readonly peak: string;
  readonly idle: string;
  readonly listingId: string | null;
  readonly refusal: string | null;
  readonly nextReviewAt: string | null;
}

/** A new rule has not been looked at yet. */
export function idleColumns(event: IdleRuleSet | IdleReviewed): Row {
  if (event.type === 'IdleReviewed') return { idle_review: { ...reviewOf(event) } };
  return { idle_rule: event.rule === null ? null : { ...ruleOf(event, event.rule) }, idle_review: null };
}

function ruleOf(
  { nextReviewAt }: IdleRuleSet,
  { unitPrice, margin, keepMin }: NonNullable<IdleRuleSet['rule']>,
): IdleRuleColumn {
  return {
    unitPrice: unitPrice.toString(),
    margin,
    keepMin: keepMin.toString(),
    nextReviewAt: shown(nextReviewAt),
  };
}

function reviewOf(event: IdleReviewed): IdleReviewColumn {
  const { reviewedAt, peak, idle, listingId, refusal, nextReviewAt } = event;
  return {
    reviewedAt: formatInstant(reviewedAt),
    peak: peak.toString(),
    idle: idle.toString(),
    listingId,
    refusal,
    nextReviewAt: shown(nextReviewAt),
  };
}

const shown = (at: Instant | null): string | null => (at === null ? null : formatInstant(at));
