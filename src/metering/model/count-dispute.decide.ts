import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { unless, type Issue } from '../../kernel/issue.js';
import { plus } from '../../kernel/time.js';
import type {
  CompareCounts,
  ConcedeCounts,
  ConcessionRejection,
  LapseCountDispute,
} from './count-dispute.commands.js';
import { COUNT_POSITIONS, type CountDisputeEvent, type CountPosition } from './count-dispute.events.js';
import {
  concederOf,
  COUNT_DISPUTE_LIMITS,
  COUNT_RULE,
  differenceOf,
  isDisputed,
} from './count-dispute.rules.js';
import { rate } from './rating.js';
import { addUsage, isFit } from './token-counts.js';
import type { UsageEvent } from './usage.events.js';
import type { CountDispute, RatedHour, UsageState } from './usage.state.js';

type Decided = Decision<UsageEvent, ConcessionRejection>;

/**
 * Opens the one dispute of an hour, or brings its evidence up to date while it is open. What comes
 * after it has ended is billed by the published rule.
 */
export function compareCounts(command: CompareCounts, { hours, disputes }: UsageState): Decided {
  const { type: _type, now, ...facts } = command;
  const { hour, evidence } = facts;
  const rated = hours.get(hour);
  if (rated === undefined) return accept();
  const known = disputes.get(hour);
  if (known !== undefined) return accept(...renewed(known, command));
  if (!isDisputed(evidence, rated.terms.weights, COUNT_RULE)) return accept();
  const basis = { rule: COUNT_RULE, terms: rated.terms };
  const times = { openedAt: now, until: plus(now, COUNT_DISPUTE_LIMITS.open) };
  return accept({ type: 'CountsDisputed', ...facts, revision: 1, ...basis, ...times });
}

function renewed(known: CountDispute, { reservationId, evidence }: CompareCounts): CountDisputeEvent[] {
  const { end, ...dispute } = known;
  if (end.kind !== 'open' || evidence.records <= dispute.evidence.records) return [];
  const revision = dispute.revision + 1;
  return [{ type: 'CountsDisputed', reservationId, ...dispute, evidence, revision }];
}

/** The hour is rated by the other count in the same moment: whoever charges hears of it as of any revision. */
export function concedeCounts(command: ConcedeCounts, { hours, disputes }: UsageState): Decided {
  const { reservationId, hour, position, callerId, note } = command;
  const dispute = disputes.get(hour);
  const rated = hours.get(hour);
  if (dispute === undefined || rated === undefined || !isParty(dispute, callerId)) {
    return reject({ code: 'DISPUTE_NOT_FOUND' });
  }
  const refusal = standsAgainst(command, dispute);
  if (refusal !== null) return reject(refusal);
  const difference = differenceOf(dispute.evidence, position);
  const sum = addUsage(rated, { events: 0n, counts: difference });
  if (!isFit(sum.counts)) return reject({ code: 'HOUR_NOT_RATED' });
  const { holderId, sellerId, providerId } = dispute;
  const parties = { reservationId, holderId, sellerId, providerId };
  const conceded = { reservationId, hour, position, concededBy: callerId, note, difference };
  return accept<UsageEvent>(
    { type: 'CountsConceded', ...conceded },
    { type: 'UsageHourRated', ...parties, ...revised(rated, sum), isConceded: true },
  );
}

function revised(rated: RatedHour, sum: Pick<RatedHour, 'events' | 'counts'>): RatedHour {
  const { hour, revision, tiers, entitled, terms } = rated;
  return { hour, revision: revision + 1, ...sum, tiers, ...rate(sum.counts, entitled, terms), terms };
}

function standsAgainst(command: ConcedeCounts, dispute: CountDispute): ConcessionRejection | null {
  const { position, callerId, evidenceRevision, now } = command;
  const issues = checkNote(command);
  if (issues.length > 0) return { code: 'VALIDATION_FAILED', issues };
  const { end, until, revision } = dispute;
  if (end.kind === 'conceded') return { code: 'ALREADY_CONCEDED', position: end.position };
  if (end.kind === 'lapsed' || now >= until) return { code: 'DISPUTE_OVER', until };
  const allowed = allowedTo(dispute, callerId);
  if (!allowed.includes(position)) return { code: 'NOT_YOURS_TO_CONCEDE', allowed };
  return evidenceRevision === revision ? null : { code: 'EVIDENCE_CHANGED', evidenceRevision: revision };
}

function checkNote({ note }: ConcedeCounts): readonly Issue[] {
  const { noteLength } = COUNT_DISPUTE_LIMITS;
  return unless(note.length <= noteLength, {
    field: 'note',
    reason: 'is too long',
    accepted: `at most ${noteLength} characters`,
  });
}

export function allowedTo(dispute: CountDispute, callerId: OrganizationId): readonly CountPosition[] {
  const { evidence, holderId, providerId, terms } = dispute;
  const parties = { holderId, providerId, weights: terms.weights };
  return COUNT_POSITIONS.filter((position) => concederOf(evidence, position, parties) === callerId);
}

function isParty(dispute: CountDispute, organizationId: OrganizationId): boolean {
  return [dispute.holderId, dispute.sellerId, dispute.providerId].includes(organizationId);
}

/** Nothing to do for a dispute that ended, or is not over yet. */
export function lapseDispute(command: LapseCountDispute, { disputes }: UsageState): Decided {
  const { reservationId, hour, now } = command;
  const dispute = disputes.get(hour);
  if (dispute === undefined || dispute.end.kind !== 'open' || now < dispute.until) return accept();
  return accept({ type: 'CountDisputeLapsed', reservationId, hour });
}
