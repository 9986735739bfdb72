import { assertNever } from '../../kernel/assert.js';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { accept, reject, type Decider, type Decision } from '../../kernel/decider.js';
import type { ReservationId } from '../../kernel/ids.js';
import { unless, type Issue } from '../../kernel/issue.js';
import type { StepFunction } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import type { UsageTerms } from '../../providers/contract.js';
import type { ConcessionRejection, CountDisputeCommand } from './count-dispute.commands.js';
import { compareCounts, concedeCounts, lapseDispute } from './count-dispute.decide.js';
import { entitledIn, isHour, rate } from './rating.js';
import { addTiers, addUsage, isFit, NO_USAGE, type TierCounts, type UsageSum } from './token-counts.js';
import type { Parties, UsageEvent } from './usage.events.js';
import type { CountDisputeEnd, RatedHour, UsageState } from './usage.state.js';

/** Brings use into an hour, or title that has changed since: nothing new is nothing done. */
export interface RateHour extends Parties {
  readonly type: 'RateHour';
  readonly reservationId: ReservationId;
  readonly hour: Instant;
  /** What has come since the last time; may be nothing. */
  readonly added: UsageSum;
  /** What of it was served at a tier that is known. */
  readonly addedByTier: readonly TierCounts[];
  /** Tokens/s that the reservation holds over time, as of now. */
  readonly quantity: StepFunction;
  readonly terms: UsageTerms;
}

export type UsageCommand = RateHour | CountDisputeCommand;

/** Our own jobs rate: a rejection is a bug of theirs, told before it is a number. */
export type UsageRejection = ConcessionRejection;

type Decided = Decision<UsageEvent, UsageRejection>;

function decide(command: UsageCommand, state: UsageState): Decided {
  switch (command.type) {
    case 'RateHour':
      return rateHour(command, state);
    case 'CompareCounts':
      return compareCounts(command, state);
    case 'ConcedeCounts':
      return concedeCounts(command, state);
    case 'LapseCountDispute':
      return lapseDispute(command, state);
    default:
      return assertNever(command);
  }
}

function rateHour(command: RateHour, state: UsageState): Decided {
  const before = state.hours.get(command.hour) ?? { revision: 0, ...NO_USAGE, tiers: [] };
  const sum = addUsage(before, command.added);
  const issues = check(command, sum);
  if (issues.length > 0) return reject({ code: 'VALIDATION_FAILED', issues });
  const { hour, added: _added, addedByTier, quantity, terms, type: _type, ...whose } = command;
  // An hour whose events were all taken back says so; one that never had any says nothing.
  if (sum.events === 0n && before.revision === 0) return accept();
  const { revision } = before;
  const rating = rate(sum.counts, entitledIn(quantity, hour), terms);
  const tiers = addTiers(before.tiers, addedByTier);
  const rated: RatedHour = { hour, revision, ...sum, tiers, ...rating, terms };
  if (canonicalJson(rated) === canonicalJson(before)) return accept();
  return accept({ type: 'UsageHourRated', ...whose, ...rated, revision: revision + 1, isConceded: false });
}

/** Corrections take away, but never more than there was. */
function check({ hour }: RateHour, { events, counts }: UsageSum): readonly Issue[] {
  const isNothing = Object.values(counts).every((count) => count === 0n);
  return [
    ...unless(isHour(hour), {
      field: 'hour',
      reason: 'is within an hour',
      accepted: 'the first instant of a UTC hour',
    }),
    ...unless(events > 0n || (events === 0n && isNothing), {
      field: 'added.events',
      reason: 'leaves fewer than there can be',
      accepted: 'one or more events where there are tokens',
    }),
    ...unless(isFit(counts), {
      field: 'added.counts',
      reason: 'takes away more than was counted, or leaves a part that is more than its whole',
      accepted: 'cached tokens within the input, reasoning tokens within the output, none below zero',
    }),
  ];
}

function evolve(state: UsageState, event: UsageEvent): UsageState {
  switch (event.type) {
    case 'UsageHourRated': {
      const { hour, revision, events, counts, tiers, terms } = event;
      const { weighted, entitled, overage, overageAmount } = event;
      const rating = { weighted, entitled, overage, overageAmount };
      state.hours.set(hour, { hour, revision, events, counts, tiers, ...rating, terms });
      return state;
    }
    case 'CountsDisputed': {
      const { type: _type, reservationId: _id, ...dispute } = event;
      state.disputes.set(event.hour, { ...dispute, end: { kind: 'open' } });
      return state;
    }
    case 'CountsConceded': {
      const { position, concededBy, difference } = event;
      return ended(state, event.hour, { kind: 'conceded', position, concededBy, difference });
    }
    case 'CountDisputeLapsed':
      return ended(state, event.hour, { kind: 'lapsed' });
    default:
      return assertNever(event);
  }
}

function ended(state: UsageState, hour: Instant, end: CountDisputeEnd): UsageState {
  const dispute = state.disputes.get(hour);
  if (dispute !== undefined) state.disputes.set(hour, { ...dispute, end });
  return state;
}

/** The rules of one reservation's use. */
export const usageDecider: Decider<UsageState, UsageCommand, UsageEvent, UsageRejection> = {
  initialState: () => ({ hours: new Map(), disputes: new Map() }),
  decide,
  evolve,
};
