import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Market } from '../../allocation/contract.js';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { HOUR_MS, plus, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { Prisma, type Pilot as PilotRow } from '../../platform/prisma/generated/client.js';
import { CLOCK } from '../../platform/platform.module.js';
import { stateOfPilot, type Mirror, type Pilot, type PilotPlan, type PilotState } from '../model/pilot.js';

export type StartOutcome =
  | { readonly kind: 'started'; readonly pilotId: string }
  /** None of the organization's, or over. */
  | { readonly kind: 'unknown'; readonly field: 'primaryReservationIds' | 'mirrorReservationId' }
  | { readonly kind: 'no-fallback' }
  | { readonly kind: 'running'; readonly pilotId: string };

export type StopOutcome =
  | { readonly kind: 'stopped'; readonly pilotId: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ended'; readonly state: PilotState };

const PILOT_ID = /^[0-9a-f-]{36}$/;
/** How long another process may go by what was before, in milliseconds. */
const BELIEVED_MS = 2_000;
const BELIEVED_MAX = 10_000;

/** Pilots of organizations: at most one of each is running. */
@Injectable()
export class PilotService {
  private readonly believed = new LRUCache<OrganizationId, Promise<{ readonly pilot: Pilot | null }>>({
    max: BELIEVED_MAX,
    ttl: BELIEVED_MS,
  });

  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly market: Market,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The one that is running; what it has used may be two seconds old. */
  async running(organizationId: OrganizationId): Promise<Pilot | null> {
    const known = this.believed.get(organizationId);
    const found = known ?? this.newest(this.database, organizationId).then((pilot) => ({ pilot }));
    if (known === undefined) {
      this.believed.set(organizationId, found);
      found.catch(() => this.believed.delete(organizationId));
    }
    const { pilot } = await found;
    return pilot !== null && stateOfPilot(pilot, this.clock.now()) === 'running' ? pilot : null;
  }

  /** Newest first. */
  async list(
    organizationId: OrganizationId,
    before: string | null,
    limit: number,
  ): Promise<readonly Pilot[]> {
    const rows = await this.database.pilot.findMany({
      where: { organizationId, ...(before === null ? {} : { pilotId: { lt: before } }) },
      orderBy: { pilotId: 'desc' },
      take: limit,
    });
    return rows.map(pilotOf);
  }

  async find(organizationId: OrganizationId, pilotId: string): Promise<Pilot | null> {
    if (!PILOT_ID.test(pilotId)) return null;
    const row = await this.database.pilot.findFirst({ where: { organizationId, pilotId } });
    return row === null ? null : pilotOf(row);
  }

  /** Begins at once in this process, in others within two seconds. */
  async start(
    caller: AuthenticatedPrincipal,
    asked: { readonly plan: PilotPlan; readonly hours: number },
    idempotencyKey: string,
  ): Promise<StartOutcome> {
    const { organizationId } = caller;
    const { plan, hours } = asked;
    const content = { startPilot: { plan: plainOf(plan), hours } };
    const keyed = { scope: organizationId, key: idempotencyKey, content };
    const { answer, isReplay } = await once<StartOutcome>(this.database, keyed, async (transaction) => {
      const refusal = await this.refusalOf(transaction, organizationId, plan);
      if (refusal !== null) return refusal;
      const now = this.clock.now();
      const pilotId = uuidV7(now);
      await transaction.pilot.create({
        data: {
          ...{ pilotId, organizationId, ...rowOf(plan) },
          ...{ startedAt: new Date(now), endsAt: new Date(plus(now, hours * HOUR_MS)) },
        },
      });
      return { kind: 'started', pilotId };
    });
    this.believed.delete(organizationId);
    if (!isReplay && answer.kind === 'started') {
      const details = { share: String(plan.share), mirror: nameOf(plan.mirror) };
      await this.tellAudit(caller, { action: 'pilot.started', subject: answer.pilotId, details });
    }
    return answer;
  }

  /** Nothing more is repeated from now on, in other processes within two seconds. */
  async stop(
    caller: AuthenticatedPrincipal,
    pilotId: string,
    idempotencyKey: string,
  ): Promise<StopOutcome> {
    const { organizationId } = caller;
    const keyed = { scope: organizationId, key: idempotencyKey, content: { stopPilot: { pilotId } } };
    const { answer, isReplay } = await once<StopOutcome>(this.database, keyed, async (transaction) => {
      const isId = PILOT_ID.test(pilotId);
      const where = { organizationId, pilotId };
      const row = isId ? await transaction.pilot.findFirst({ where }) : null;
      if (row === null) return { kind: 'unknown' };
      const now = this.clock.now();
      const state = stateOfPilot(pilotOf(row), now);
      if (state !== 'running') return { kind: 'ended', state };
      await transaction.pilot.update({ where: { pilotId }, data: { stoppedAt: new Date(now) } });
      return { kind: 'stopped', pilotId };
    });
    this.believed.delete(organizationId);
    if (!isReplay && answer.kind === 'stopped') {
      await this.tellAudit(caller, { action: 'pilot.stopped', subject: pilotId, details: {} });
    }
    return answer;
  }

  /** Takes one request and the most it can need, if the pilot still has them: the same for all processes. */
  async take(pilotId: string, tokens: bigint): Promise<boolean> {
    const now = new Date(this.clock.now());
    const taken = await this.database.$executeRaw`
      UPDATE pilot SET requests = requests + 1, tokens = tokens + ${tokens}
      WHERE pilot_id = ${pilotId} AND stopped_at IS NULL AND ends_at > ${now}
        AND requests < requests_max AND tokens + ${tokens} <= tokens_max`;
    return taken === 1;
  }

  /** What was taken and not needed. */
  async giveBack(pilotId: string, tokens: bigint): Promise<void> {
    await this.database.$executeRaw`
      UPDATE pilot SET tokens = tokens - ${tokens} WHERE pilot_id = ${pilotId}`;
  }

  private async refusalOf(
    transaction: Transaction,
    organizationId: OrganizationId,
    plan: PilotPlan,
  ): Promise<StartOutcome | null> {
    // Who starts another one at the same time waits here.
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`pilot ${organizationId}`}))`;
    const unknown = await this.unknownIn(organizationId, plan);
    if (unknown !== null) return { kind: 'unknown', field: unknown };
    if (plan.mirror.kind === 'fallback' && !(await hasFallback(transaction, organizationId))) {
      return { kind: 'no-fallback' };
    }
    const newest = await this.newest(transaction, organizationId);
    const isRunning = newest !== null && stateOfPilot(newest, this.clock.now()) === 'running';
    return isRunning ? { kind: 'running', pilotId: newest.pilotId } : null;
  }

  /** Which name in it stands for nothing of the organization's; null: none. */
  private async unknownIn(
    organizationId: OrganizationId,
    { primaries, mirror }: PilotPlan,
  ): Promise<'primaryReservationIds' | 'mirrorReservationId' | null> {
    const known = await Promise.all(primaries.map((id) => this.isTheirs(organizationId, id)));
    if (!known.every((isTheirs) => isTheirs)) return 'primaryReservationIds';
    if (mirror.kind === 'fallback') return null;
    return (await this.isTheirs(organizationId, mirror.reservationId)) ? null : 'mirrorReservationId';
  }

  private async isTheirs(organizationId: OrganizationId, reservationId: ReservationId): Promise<boolean> {
    const held = await this.market.reservation(reservationId);
    return held?.holderId === organizationId;
  }

  private async newest(
    database: Pick<Transaction, 'pilot'>,
    organizationId: OrganizationId,
  ): Promise<Pilot | null> {
    const row = await database.pilot.findFirst({ where: { organizationId }, orderBy: { pilotId: 'desc' } });
    return row === null ? null : pilotOf(row);
  }

  private async tellAudit(
    caller: AuthenticatedPrincipal,
    entry: Omit<Parameters<AuditTrail['record']>[0], 'organizationId' | 'actor'>,
  ): Promise<void> {
    const { organizationId } = caller;
    await this.audit.record({ organizationId, actor: actorOf(caller), ...entry });
  }
}

const nameOf = (mirror: Mirror): string =>
  mirror.kind === 'fallback' ? 'fallback' : mirror.reservationId;

/** Of the organization, or of any of its keys. */
async function hasFallback(transaction: Transaction, organizationId: OrganizationId): Promise<boolean> {
  const where = { organizationId, fallback: { not: Prisma.DbNull } };
  return (await transaction.routing.findFirst({ where })) !== null;
}

type Plain = Omit<PilotPlan, 'tokensMax' | 'mirrorPrice'> & {
  readonly tokensMax: string;
  readonly mirrorPrice: { readonly input: string; readonly output: string } | null;
};

/** JSON knows no bigint. */
function plainOf({ mirrorPrice: price, tokensMax, ...plan }: PilotPlan): Plain {
  const mirrorPrice = price === null ? null : { input: `${price.input}`, output: `${price.output}` };
  return { ...plan, tokensMax: `${tokensMax}`, mirrorPrice };
}

type Columns = Pick<
  Prisma.PilotUncheckedCreateInput,
  'share' | 'requestsMax' | 'tokensMax' | 'primaries' | 'mirror' | 'mirrorPrice'
>;

function rowOf(plan: PilotPlan): Columns {
  const { share, requestsMax, tokensMax } = plan;
  const { mirrorPrice } = plainOf(plan);
  return {
    ...{ share, requestsMax, tokensMax, primaries: [...plan.primaries], mirror: { ...plan.mirror } },
    mirrorPrice: mirrorPrice ?? Prisma.DbNull,
  };
}

function pilotOf(row: PilotRow): Pilot {
  const price = row.mirrorPrice as Plain['mirrorPrice'];
  const { pilotId, share, requests, requestsMax, tokens, tokensMax } = row;
  return {
    ...{ pilotId, share, requests, requestsMax, tokens, tokensMax },
    organizationId: row.organizationId as OrganizationId,
    primaries: row.primaries as unknown as readonly ReservationId[],
    mirror: row.mirror as Mirror,
    mirrorPrice:
      price === null
        ? null
        : { input: BigInt(price.input) as MicroUsd, output: BigInt(price.output) as MicroUsd },
    startedAt: row.startedAt.getTime() as Instant,
    endsAt: row.endsAt.getTime() as Instant,
    stoppedAt: row.stoppedAt === null ? null : (row.stoppedAt.getTime() as Instant),
  };
}
