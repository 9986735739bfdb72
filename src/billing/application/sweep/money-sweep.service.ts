import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Pool } from 'pg';
import { z } from 'zod';
import { Market } from '../../../allocation/contract.js';
import { OutboxRelay } from '../../../eventstore/outbox-relay.js';
import type { OrderId, OrganizationId, ReservationId } from '../../../kernel/ids.js';
import { ZERO_USD, type MicroUsd } from '../../../kernel/money.js';
import { ceilToGrid, formatInstant, HOUR_MS, plus, type Duration, type Instant } from '../../../kernel/time.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import type { Logger } from '../../../platform/logging/logger.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { CLOCK, LOGGER, POOL } from '../../../platform/platform.module.js';
import type { HangingMoney } from '../../../platform/prisma/generated/client.js';
import { jobType, toMessage } from '../../../platform/queue/job.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import { balanceOf, type Account } from '../../model/ledger.state.js';
import { dueInEscrow, HANGS_AFTER } from '../../model/sweep/hanging.js';
import { LedgerService } from '../ledger.service.js';

/** Compares what is set aside and in escrow with what the markets say. */
export const sweepMoneyJob = jobType('billing', 'sweep-money', z.object({ at: z.number().int() }));

const EVERY = HOUR_MS as Duration;
const PAGE = 500;

/** Accounts that hold money for something in a market, in the order of their key. */
const CANDIDATES = `
  SELECT organization_id AS "organizationId", account, version FROM ledger_balance
  WHERE balance <> 0 AND (account LIKE 'reserved:%' OR account LIKE 'escrow:%')
    AND (organization_id, account) > ($1, $2)
  ORDER BY organization_id, account LIMIT ${PAGE}`;

/** One that is as it was at the last look keeps the time at which it was found. */
const NOTE = `
  INSERT INTO hanging_money (organization_id, account, amount, due, version, found_at, seen_at, hangs)
  VALUES ($1, $2, $3, $4, $5, $6, $6, false)
  ON CONFLICT (organization_id, account) DO UPDATE SET amount = EXCLUDED.amount, due = EXCLUDED.due,
    version = EXCLUDED.version, seen_at = GREATEST(hanging_money.seen_at, EXCLUDED.seen_at),
    found_at = CASE WHEN hanging_money.version = EXCLUDED.version AND hanging_money.due = EXCLUDED.due
      THEN hanging_money.found_at ELSE EXCLUDED.found_at END,
    hangs = hanging_money.version = EXCLUDED.version AND hanging_money.due = EXCLUDED.due
      AND EXCLUDED.seen_at >= hanging_money.found_at + make_interval(secs => ${HANGS_AFTER / 1_000})`;

/** Found, and the same at a look that was long enough after it. */
const HANGING = { hangs: true } as const;

interface Candidate {
  readonly organizationId: OrganizationId;
  readonly account: Account;
  readonly version: number;
}

interface Found extends Candidate {
  readonly held: MicroUsd;
  readonly due: MicroUsd;
}

/**
 * Looks every hour whether anything is set aside for an order that does not need it, or in escrow for a
 * reservation that is not there. What is on its way is gone at the next look; what is not hangs, and is
 * told of. It moves nothing: processes and jobs do, and `verify` says the same of the whole log.
 */
@Injectable()
export class MoneySweepService implements OnModuleInit {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(Market) private readonly market: Market,
    @Inject(Database) private readonly database: Database,
    @Inject(POOL) private readonly pool: Pool,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(OutboxRelay) private readonly outbox: OutboxRelay,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register(sweepMoneyJob, () => this.run());
    this.jobs.addFirst(() => this.putNext());
    const help = 'Accounts whose money hangs: set aside or in escrow for nothing that the markets know.';
    this.metrics.add(async () => {
      const value = await this.database.hangingMoney.count({ where: HANGING });
      return [{ name: 'headroom_hanging_money', help, values: [{ labels: {}, value }] }];
    });
  }

  private async run(): Promise<void> {
    await this.sweep();
    await this.putNext();
  }

  private async putNext(): Promise<void> {
    const runAt = ceilToGrid(plus(this.clock.now(), 1), EVERY);
    await this.outbox.put(toMessage(sweepMoneyJob, { at: runAt }, { runAt, dedupeKey: String(runAt) }));
  }

  /** Looks once at everything; any number of times. */
  async sweep(): Promise<void> {
    const at = this.clock.now();
    for await (const page of this.pages()) {
      for (const found of await this.judge(page, at)) await this.note(found, at);
    }
    await this.database.hangingMoney.deleteMany({ where: { seenAt: { lt: new Date(at) } } });
    const accounts = await this.database.hangingMoney.count({ where: HANGING });
    if (accounts > 0) this.logger.error({ accounts }, 'money hangs: see hangingMoney');
  }

  /** What hangs, the oldest first. */
  list(after: { readonly foundAt: Date; readonly account: string } | null, limit: number): Promise<readonly HangingMoney[]> {
    const { foundAt = new Date(0), account = '' } = after ?? {};
    const behind = [{ foundAt: { gt: foundAt } }, { foundAt, account: { gt: account } }];
    return this.database.hangingMoney.findMany({
      where: { ...HANGING, AND: [{ OR: behind }] },
      orderBy: [{ foundAt: 'asc' }, { account: 'asc' }],
      take: limit,
    });
  }

  private async *pages(): AsyncGenerator<readonly Candidate[]> {
    for (let after: readonly [string, string] = ['', '']; ; ) {
      const { rows } = await this.pool.query<Candidate>(CANDIDATES, [...after]);
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = [last.organizationId, last.account];
    }
  }

  /**
   * By the books and the markets themselves: the rows only say where to look. Books are looked at once for all of an
   * organization's accounts of a page. Markets are asked about the whole page at once: what a market is asked in one
   * turn it answers from one look at its stream. What is as it should be is left out.
   */
  private async judge(page: readonly Candidate[], now: Instant): Promise<readonly Found[]> {
    const held = await this.heldBy(page);
    const due = await Promise.all(held.map(({ account, held: amount }) => this.dueOf(account, amount, now)));
    return held.map((one, index) => ({ ...one, due: due[index] ?? one.held })).filter((one) => one.held !== one.due);
  }

  /** The page is in the order of organizations. */
  private async heldBy(page: readonly Candidate[]): Promise<readonly Omit<Found, 'due'>[]> {
    const all: Omit<Found, 'due'>[] = [];
    for (let from = 0; from < page.length; ) {
      const organizationId = page[from]?.organizationId as OrganizationId;
      const own = page.slice(from).filter((one) => one.organizationId === organizationId);
      const held = await this.ledger.read(organizationId, (books) => own.map(({ account }) => balanceOf(books, account)));
      all.push(...own.map((one, index) => ({ ...one, held: held[index] ?? ZERO_USD })));
      from += own.length;
    }
    return all;
  }

  private async dueOf(account: Account, held: MicroUsd, now: Instant): Promise<MicroUsd> {
    const id = account.slice(account.indexOf(':') + 1);
    if (account.startsWith('reserved:')) return this.market.unspentOf(id as OrderId);
    return dueInEscrow(held, await this.market.reservation(id as ReservationId), now);
  }

  private async note({ organizationId, account, held, due, version }: Found, at: Instant): Promise<void> {
    await this.pool.query(NOTE, [organizationId, account, held.toString(), due.toString(), version, formatInstant(at)]);
  }
}
