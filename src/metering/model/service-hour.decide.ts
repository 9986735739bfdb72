import { assertNever } from '../../kernel/assert.js';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { accept, reject, type Decider, type Decision } from '../../kernel/decider.js';
import type { ReservationId } from '../../kernel/ids.js';
import { unless, type Issue } from '../../kernel/issue.js';
import type { BasisPoints } from '../../kernel/money.js';
import type { SharedArea } from '../../kernel/proration.js';
import { HOUR_MS, plus } from '../../kernel/time.js';
import { disputeCredit, resolveDispute } from './dispute.decide.js';
import { isHour } from './rating.js';
import type { JudgeHour, ServiceCommand, ServiceRejection } from './service-hour.commands.js';
import { SERVICE_LIMITS } from './service-hour.commands.js';
import type { ServiceEvent, ServiceHourJudged } from './service-hour.events.js';
import { judge, type Verdict } from './service-hour.judge.js';
import { countedOf } from './service-hour.measure.js';
import type { JudgedHour, ServiceState } from './service-hour.state.js';

type Decided = Decision<ServiceEvent, ServiceRejection>;

export const NO_CREDIT: SharedArea = { share: 0 as BasisPoints, area: 0n };

function decide(command: ServiceCommand, state: ServiceState): Decided {
  switch (command.type) {
    case 'JudgeHour':
      return judgeHour(command, state);
    case 'DisputeCredit':
      return disputeCredit(command, state);
    case 'ResolveDispute':
      return resolveDispute(command, state);
    default:
      return assertNever(command);
  }
}

/**
 * Nothing new is nothing done: a look that knows less than the last one, the same again, and what
 * comes after the time in which an hour may change, or after a dispute that settled it.
 */
function judgeHour(command: JudgeHour, { hours }: ServiceState): Decided {
  const issues = check(command);
  if (issues.length > 0) return reject({ code: 'VALIDATION_FAILED', issues });
  const { type: _type, reservationId, now, area, ...given } = command;
  const { hour, evidence, terms } = given;
  const before = hours.get(hour);
  if (before !== undefined && isSettled(before, evidence.records)) return accept();
  if (now >= plus(hour, HOUR_MS + SERVICE_LIMITS.revisable)) return accept();
  const verdict = judge(terms, evidence.measured);
  const credit = creditOf(verdict, area);
  const judged = { ...given, verdict, credit, judgedAt: now };
  if (before !== undefined && isSame(before, judged)) return accept();
  return accept(nextRevision(reservationId, before, judged));
}

type Judged = Omit<JudgedHour, 'revision' | 'dispute'>;

/** What stands in place of what was judged before. */
export function nextRevision(
  reservationId: ReservationId,
  before: JudgedHour | undefined,
  judged: Judged,
): ServiceHourJudged {
  const revision = (before?.revision ?? 0) + 1;
  const creditBefore = before?.credit ?? NO_CREDIT;
  return { type: 'ServiceHourJudged', reservationId, revision, ...judged, creditBefore };
}

function isSettled({ dispute, evidence }: JudgedHour, records: number): boolean {
  return dispute.kind === 'resolved' || records < evidence.records;
}

function isSame(before: JudgedHour, now: Judged): boolean {
  const { revision: _revision, dispute: _dispute, ...known } = before;
  return canonicalJson(known) === canonicalJson({ ...now, judgedAt: before.judgedAt });
}

/** Without a share there is nothing that it would be of. */
function creditOf(verdict: Verdict, area: bigint): SharedArea {
  if (verdict.kind !== 'breached' || verdict.credit === 0 || area === 0n) return NO_CREDIT;
  return { share: verdict.credit, area };
}

function check({ hour, evidence, area }: JudgeHour): readonly Issue[] {
  const { records, measured } = evidence;
  const counted = countedOf(measured);
  const samples = [measured.ttft.samples, measured.streamSpeed.samples, measured.answered];
  return [
    ...unless(isHour(hour), {
      field: 'hour',
      reason: 'is within an hour',
      accepted: 'the first instant of a UTC hour',
    }),
    ...unless(measured.requests <= records && records > 0, {
      field: 'evidence.records',
      reason: 'are fewer than what was measured of them',
      accepted: 'all events of the hour',
    }),
    ...unless(counted >= 0 && samples.every((count) => count <= counted), {
      field: 'evidence.measured',
      reason: 'has more samples than requests that count',
      accepted: 'at most one of each kind for each of them',
    }),
    ...unless(area >= 0n, {
      field: 'area',
      reason: 'is below zero',
      accepted: 'what the reservation held',
    }),
  ];
}

function evolve(state: ServiceState, event: ServiceEvent): ServiceState {
  const { hours } = state;
  switch (event.type) {
    case 'ServiceHourJudged': {
      const { type: _type, reservationId: _id, creditBefore: _before, ...judged } = event;
      const dispute = hours.get(event.hour)?.dispute ?? { kind: 'none' };
      hours.set(event.hour, { ...judged, dispute });
      return state;
    }
    case 'CreditDisputed': {
      const { hour, openedBy, reason } = event;
      const dispute = { kind: 'open', openedBy, reason } as const;
      return withDispute(state, hour, dispute);
    }
    case 'DisputeResolved':
      return withDispute(state, event.hour, { kind: 'resolved', outcome: event.outcome });
    default:
      return assertNever(event);
  }
}

function withDispute(
  state: ServiceState,
  hour: JudgedHour['hour'],
  dispute: JudgedHour['dispute'],
): ServiceState {
  const judged = state.hours.get(hour);
  if (judged !== undefined) state.hours.set(hour, { ...judged, dispute });
  return state;
}

/** The rules of one reservation's service levels. */
export const serviceDecider: Decider<ServiceState, ServiceCommand, ServiceEvent, ServiceRejection> = {
  initialState: () => ({ hours: new Map() }),
  decide,
  evolve,
};
