import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { actorOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { Issue } from '../../kernel/issue.js';
import { DAY_MS, formatInstant, MINUTE_MS, plus, type Instant } from '../../kernel/time.js';
import { contains, type Window } from '../../kernel/window.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK, POOL } from '../../platform/platform.module.js';
import { readUsageReport } from '../model/usage-report.rules.js';
import { UsageAccess, type Reportable } from './usage-access.js';
import { contentHashOf } from './usage-content.js';
import type { UsageReport } from '../model/usage-report.js';
import { UsageStorage } from './usage-exchange.js';
import { UsageGroups } from './usage-groups.js';
import type { Evidence } from './usage-rivals.js';
import { findKnown, nameOf, type NamedReport } from './usage-store.js';

export const INGEST_LIMITS = {
  /** How far a reporter's clock may be ahead of ours. */
  ahead: 5 * MINUTE_MS,
  age: 35 * DAY_MS,
} as const;

/** What is wrong with one event of a request, by its place there from 0. */
export interface EventIssue extends Issue {
  readonly index: number;
}

export type Ingested =
  | { readonly kind: 'accepted'; readonly accepted: number; readonly duplicates: number }
  /** Nothing of the request was stored. */
  | { readonly kind: 'refused' | 'conflict'; readonly issues: readonly EventIssue[] };

/** An event with its place in the request. */
interface Placed extends NamedReport {
  readonly index: number;
}

/** Takes usage events in: all of a request, or nothing of it. */
@Injectable()
export class UsageIngest {
  private readonly groups: UsageGroups;

  constructor(
    private readonly access: UsageAccess,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    const storage = new UsageStorage(pool);
    this.groups = new UsageGroups((organizationId, requests) => storage.store(organizationId, requests));
  }

  /** Durable once this resolves. `events` are CloudEvents as JSON gave them, not looked at yet. */
  async report(caller: AuthenticatedPrincipal, events: readonly unknown[]): Promise<Ingested> {
    const read = readAll(events);
    if (read.issues.length > 0) return { kind: 'refused', issues: read.issues };
    const { organizationId } = caller;
    const served = read.placed.filter(({ report }) => report.corrects === null);
    const named = new Set(served.map(({ report }) => report.reservationId));
    const windows = await this.access.windowsOf(named, organizationId);
    const now = this.clock.now();
    const misfits = await this.withoutKnown(checkPlaces(read.placed, windows, now), organizationId);
    if (misfits.length > 0) return { kind: 'refused', issues: misfits };
    const { distinct, conflicts } = withoutRepeats(read.placed);
    if (conflicts.length > 0) return { kind: 'conflict', issues: conflicts };
    if (distinct.length === 0) return { kind: 'accepted', accepted: 0, duplicates: 0 };
    const evidenceOf = ({ reservationId }: UsageReport): Evidence =>
      windows.get(reservationId)?.evidence ?? 'holder';
    const reporter = { organizationId, actor: actorOf(caller), now };
    const stored = await this.groups.store({ reporter, reports: distinct, evidenceOf });
    if (stored.kind === 'conflict') {
      const others = distinct.filter(({ name }) => stored.names.has(name));
      return { kind: 'conflict', issues: others.map(conflictOf) };
    }
    if (stored.kind === 'refused') {
      const indexes = new Map(distinct.map(({ name, index }) => [name, index]));
      const issues = stored.issues.map(({ name, ...issue }) => ({ index: indexes.get(name) ?? 0, ...issue }));
      return { kind: 'refused', issues };
    }
    const { accepted } = stored;
    return { kind: 'accepted', accepted, duplicates: events.length - accepted };
  }

  /** An event that was taken in time and comes again when it is too old is a duplicate all the same. */
  private async withoutKnown(
    misfits: readonly Misfit[],
    organizationId: OrganizationId,
  ): Promise<readonly EventIssue[]> {
    const old = misfits.filter(({ isOld }) => isOld).map(({ placed }) => placed);
    const known = await findKnown(this.pool, organizationId, old);
    const isKnown = ({ placed }: Misfit): boolean =>
      known.get(placed.name)?.equals(placed.contentHash) === true;
    return misfits.filter((misfit) => !isKnown(misfit)).map(({ issue }) => issue);
  }
}

function readAll(events: readonly unknown[]): {
  readonly placed: readonly Placed[];
  readonly issues: readonly EventIssue[];
} {
  const placed: Placed[] = [];
  const issues: EventIssue[] = [];
  events.forEach((event, index) => {
    const read = readUsageReport(event);
    if (!read.ok) {
      issues.push(...read.error.map((issue) => ({ index, ...issue })));
      return;
    }
    const { value: report } = read;
    placed.push({ index, name: nameOf(report), report, contentHash: contentHashOf(report) });
  });
  return { placed, issues };
}

/** An issue, and whether it is that the event is too old. */
interface Misfit {
  readonly placed: Placed;
  readonly issue: EventIssue;
  readonly isOld: boolean;
}

function checkPlaces(
  all: readonly Placed[],
  windows: ReadonlyMap<ReservationId, Reportable>,
  now: Instant,
): readonly Misfit[] {
  const earliest = plus(now, -INGEST_LIMITS.age);
  return all.flatMap((placed) => {
    const issue = checkPlace(placed, windows, now);
    if (issue === null) return [];
    const isOld = placed.report.servedAt < earliest;
    return [{ placed, issue: { index: placed.index, ...issue }, isOld }];
  });
}

function checkPlace(
  { report }: Placed,
  windows: ReadonlyMap<ReservationId, Reportable>,
  now: Instant,
): Issue | null {
  const { reservationId, servedAt, corrects } = report;
  // A correction is held against the event that it corrects.
  if (corrects !== null) return checkAhead(servedAt, now);
  const window = windows.get(reservationId)?.window;
  if (window !== undefined) return checkTime(servedAt, window, now);
  return {
    field: 'data.reservationId',
    reason: 'names no paid reservation that your organization holds or provides',
    accepted: 'the id of such a reservation',
  };
}

function checkTime(servedAt: Instant, window: Window, now: Instant): Issue | null {
  const field = 'time';
  if (!contains(window, servedAt)) {
    const [from, until] = [formatInstant(window.start), formatInstant(window.end)];
    const accepted = `an instant from ${from} on and before ${until}`;
    return { field, reason: 'is outside the window of the reservation', accepted };
  }
  const ahead = checkAhead(servedAt, now);
  if (ahead !== null) return ahead;
  const earliest = plus(now, -INGEST_LIMITS.age);
  if (servedAt >= earliest) return null;
  return { field, reason: 'is too long ago', accepted: `${formatInstant(earliest)} or later` };
}

function checkAhead(at: Instant, now: Instant): Issue | null {
  const latest = plus(now, INGEST_LIMITS.ahead);
  if (at <= latest) return null;
  return { field: 'time', reason: 'is in the future', accepted: `at most ${formatInstant(latest)}` };
}

/** The first event of each name, and those that say something else under a name than the first. */
function withoutRepeats(placed: readonly Placed[]): {
  readonly distinct: readonly Placed[];
  readonly conflicts: readonly EventIssue[];
} {
  const firsts = new Map<string, Placed>();
  const conflicts: EventIssue[] = [];
  for (const one of placed) {
    const first = firsts.get(one.name);
    if (first === undefined) firsts.set(one.name, one);
    else if (!first.contentHash.equals(one.contentHash)) conflicts.push(conflictOf(one));
  }
  return { distinct: [...firsts.values()], conflicts };
}

function conflictOf({ index, report }: Placed): EventIssue {
  return {
    index,
    field: 'id',
    reason: `${report.id} of ${report.source} came before with other content`,
    accepted: 'the same content again, or a name of its own',
  };
}
