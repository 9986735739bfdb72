import { canonicalJson } from '../../kernel/canonical-json.js';
import { accept, reject, type Decider, type Decision } from '../../kernel/decider.js';
import type { ReservationId } from '../../kernel/ids.js';
import { unless, type Issue } from '../../kernel/issue.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { UsageTerms } from '../../providers/contract.js';
import { entitledIn, isHour, rate } from './rating.js';
import { addUsage, NO_USAGE, type UsageSum } from './token-counts.js';
import type { Parties, UsageEvent, UsageHourRated } from './usage.events.js';

/** Brings use into an hour, or title that has changed since: nothing new is nothing done. */
export interface RateHour extends Parties {
  readonly type: 'RateHour';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  /** What has come since the last time; may be nothing. */
  readonly added: UsageSum;
  /** Tokens/s that the reservation holds over time, as of now. */
  readonly quantity: StepFunction;
  readonly terms: UsageTerms;
}

export type UsageCommand = RateHour;

/** Only our own jobs send commands: a rejection is a bug of theirs, told before it is a number. */
export interface UsageRejection {
  readonly code: 'VALIDATION_FAILED';
  readonly issues: readonly Issue[];
}

/** An hour as it was rated last. */
export type RatedHour = Omit<UsageHourRated, 'type' | 'reservationId' | keyof Parties>;

/** One stream, one reservation: its hours that have use in them. */
export interface UsageState {
  readonly hours: Map<Instant, RatedHour>;
}

function decide(command: UsageCommand, state: UsageState): Decision<UsageEvent, UsageRejection> {
  const issues = check(command);
  if (issues.length > 0) return reject({ code: 'VALIDATION_FAILED', issues });
  const { hour, added, quantity, terms, type: _type, ...whose } = command;
  const before = state.hours.get(hour) ?? { revision: 0, ...NO_USAGE };
  const sum = addUsage(before, added);
  if (sum.events === 0n) return accept();
  const { revision } = before;
  const rating = rate(sum.counts, entitledIn(quantity, hour), terms);
  const rated: RatedHour = { hour, revision, ...sum, ...rating, terms };
  if (canonicalJson(rated) === canonicalJson(before)) return accept();
  return accept({ type: 'UsageHourRated', ...whose, ...rated, revision: revision + 1 });
}

function check({ hour, added }: RateHour): readonly Issue[] {
  const { events, counts } = added;
  const { input, cachedInput, output, reasoning } = counts;
  const isNothing = Object.values(counts).every((count) => count === 0n);
  const isNegative = [events, ...Object.values(counts)].some((count) => count < 0n);
  return [
    ...unless(isHour(hour), {
      field: 'hour',
      reason: 'is within an hour',
      accepted: 'the first instant of a UTC hour',
    }),
    ...unless(!isNegative, {
      field: 'added',
      reason: 'takes away from what was counted',
      accepted: 'counts of zero or more',
    }),
    ...unless(events !== 0n || isNothing, {
      field: 'added.events',
      reason: 'is zero, but there are tokens',
      accepted: 'one or more events',
    }),
    ...unless(cachedInput <= input && reasoning <= output, {
      field: 'added.counts',
      reason: 'has a part that is more than its whole',
      accepted: 'cached tokens within the input, reasoning tokens within the output',
    }),
  ];
}

function evolve(state: UsageState, event: UsageEvent): UsageState {
  const { hour, revision, events, counts, terms } = event;
  const { weighted, entitled, overage, overageAmount } = event;
  const rating = { weighted, entitled, overage, overageAmount };
  state.hours.set(hour, { hour, revision, events, counts, ...rating, terms });
  return state;
}

/** The rules of one reservation's use. */
export const usageDecider: Decider<UsageState, UsageCommand, UsageEvent, UsageRejection> = {
  initialState: () => ({ hours: new Map() }),
  decide,
  evolve,
};
