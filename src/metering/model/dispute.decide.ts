import { accept, reject, type Decision } from '../../kernel/decider.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { unless, type Issue } from '../../kernel/issue.js';
import type { BasisPoints } from '../../kernel/money.js';
import { plus, type Instant } from '../../kernel/time.js';
import { SERVICE_LIMITS } from './service-hour.commands.js';
import type {
  DisputeCredit,
  ResolveDispute,
  ServiceRejection,
} from './service-hour.commands.js';
import type { DisputeOutcome, ServiceEvent } from './service-hour.events.js';
import type { JudgedHour, ServiceState } from './service-hour.state.js';

type Decided = Decision<ServiceEvent, ServiceRejection>;

/** The seller's and the provider's: both give something back. */
export function disputeCredit(command: DisputeCredit, { hours }: ServiceState): Decided {
  const { reservationId, hour, callerId, reason, now } = command;
  const judged = hours.get(hour);
  if (judged === undefined || !isParty(judged, callerId)) return reject({ code: 'HOUR_NOT_FOUND' });
  const issues = checkText('reason', reason, 1);
  if (issues.length > 0) return reject({ code: 'VALIDATION_FAILED', issues });
  if (!isSeller(judged, callerId)) return reject({ code: 'NOT_THE_SELLER' });
  const refusal = standsAgainst(judged, now);
  if (refusal !== null) return reject(refusal);
  return accept({ type: 'CreditDisputed', reservationId, hour, openedBy: callerId, reason });
}

/** Why an hour cannot be disputed, whoever asks. */
function standsAgainst(
  { dispute, credit, judgedAt }: JudgedHour,
  now: Instant,
): ServiceRejection | null {
  if (dispute.kind === 'resolved') return { code: 'DISPUTE_RESOLVED', outcome: dispute.outcome };
  if (dispute.kind === 'open') return { code: 'ALREADY_DISPUTED' };
  if (credit.share === 0) return { code: 'NOT_CREDITED' };
  const until = plus(judgedAt, SERVICE_LIMITS.disputable);
  return now < until ? null : { code: 'DISPUTE_OVER', until };
}

/** What undoes the credit leaves a revision without it, so that whoever pays hears of both alike. */
export function resolveDispute(command: ResolveDispute, { hours }: ServiceState): Decided {
  const { reservationId, hour, outcome, callerId, note, now } = command;
  const judged = hours.get(hour);
  if (judged === undefined || !maySee(judged, command)) return reject({ code: 'HOUR_NOT_FOUND' });
  const issues = checkText('note', note, 0);
  if (issues.length > 0) return reject({ code: 'VALIDATION_FAILED', issues });
  const { dispute } = judged;
  if (dispute.kind === 'none') return reject({ code: 'NOT_DISPUTED' });
  if (dispute.kind === 'resolved') return reject({ code: 'DISPUTE_RESOLVED', outcome: dispute.outcome });
  const allowed = allowedTo(judged, dispute.openedBy, command);
  if (!allowed.includes(outcome)) return reject({ code: 'NOT_YOURS_TO_SAY', allowed });
  const resolved = { reservationId, hour, outcome, resolvedBy: callerId, note };
  return accept<ServiceEvent>(
    { type: 'DisputeResolved', ...resolved },
    ...(isUndone(outcome) ? [overturned(reservationId, judged, now)] : []),
  );
}

function maySee(judged: JudgedHour, { callerId, isExchange }: ResolveDispute): boolean {
  return isExchange || isParty(judged, callerId);
}

const isUndone = (outcome: DisputeOutcome): boolean => ['accepted', 'upheld'].includes(outcome);

function overturned(
  reservationId: DisputeCredit['reservationId'],
  { dispute: _dispute, revision, credit, ...judged }: JudgedHour,
  judgedAt: Instant,
): ServiceEvent {
  return {
    ...{ type: 'ServiceHourJudged', reservationId, ...judged, judgedAt, revision: revision + 1 },
    verdict: { kind: 'overturned' },
    credit: { share: 0 as BasisPoints, area: 0n },
    creditBefore: credit,
  };
}

function allowedTo(
  { holderId }: JudgedHour,
  openedBy: OrganizationId,
  { callerId, isExchange }: Pick<ResolveDispute, 'callerId' | 'isExchange'>,
): readonly DisputeOutcome[] {
  return [
    ...(callerId === holderId ? (['accepted'] as const) : []),
    ...(callerId === openedBy ? (['withdrawn'] as const) : []),
    ...(isExchange ? (['upheld', 'dismissed'] as const) : []),
  ];
}

function isParty(judged: JudgedHour, organizationId: OrganizationId): boolean {
  return judged.holderId === organizationId || isSeller(judged, organizationId);
}

function isSeller({ sellerId, providerId }: JudgedHour, organizationId: OrganizationId): boolean {
  return [sellerId, providerId].includes(organizationId);
}

function checkText(field: string, text: string, least: number): readonly Issue[] {
  const { textLength } = SERVICE_LIMITS;
  return unless(text.length >= least && text.length <= textLength, {
    field,
    reason: 'is empty or too long',
    accepted: `${least} to ${textLength} characters`,
  });
}
