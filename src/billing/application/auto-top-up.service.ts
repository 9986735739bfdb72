import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Issue } from '../../kernel/issue.js';
import { microUsd, type MicroUsd } from '../../kernel/money.js';
import { ceilToGrid, DAY_MS, floorToGrid, HOUR_MS, plus, type Duration, type Instant } from '../../kernel/time.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once, type Transaction } from '../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../platform/ids/name-uuid.js';
import { CLOCK } from '../../platform/platform.module.js';
import type { AutoTopUp } from '../../platform/prisma/generated/client.js';
import { jobType, toMessage } from '../../platform/queue/job.js';
import { JobRegistry } from '../../platform/queue/job-registry.js';
import { putJob } from '../../platform/queue/put-job.js';
import {
  checkRule,
  DECLINES_MAX,
  standingOf,
  type AutomaticTopUp,
  type AutoTopUpStanding,
} from '../model/auto-top-up.js';
import { balanceOf } from '../model/ledger.state.js';
import type { TopUpState } from '../model/top-up.js';
import { CustomerService } from './customer.service.js';
import { LedgerService } from './ledger.service.js';
import { PaymentMethodService } from './payment-method.service.js';
import { TopUpService } from './top-up.service.js';

export interface RuleRequest {
  readonly threshold: MicroUsd;
  readonly amount: MicroUsd;
  readonly perDayMax: MicroUsd;
  readonly paymentMethodId: string;
}

export type RuleOutcome =
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[] }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'set'; readonly rule: AutoTopUp; readonly standing: AutoTopUpStanding };

/** Looks at a wallet whose next top-up had to wait. */
const checkWalletJob = jobType('billing', 'check-wallet', z.object({ organizationId: z.string(), at: z.number().int() }));

const NONE = 'none';
const ORIGIN = 'automatic';

/** Fills a wallet that is low, as its organization has said. */
@Injectable()
export class AutoTopUpService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(TopUpService) private readonly topUps: TopUpService,
    @Inject(PaymentMethodService) private readonly methods: PaymentMethodService,
    @Inject(CustomerService) private readonly customers: CustomerService,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(checkWalletJob, ({ organizationId }) => this.check(organizationId as OrganizationId));
  }

  async setRule(
    caller: AuthenticatedPrincipal,
    request: RuleRequest,
    idempotencyKey: string,
  ): Promise<RuleOutcome> {
    const issues = checkRule(request);
    if (issues.length > 0) return { kind: 'invalid', issues };
    const { organizationId } = caller;
    const values = { ...request, updatedAt: new Date(this.clock.now()) };
    const content = { setAutoTopUp: shown(request) };
    const { paymentMethodId } = request;
    const keyed = { scope: organizationId, key: idempotencyKey, content };
    const { answer } = await once(this.database, keyed, async (transaction) => {
      const where = { paymentMethodId, organizationId, status: 'active' };
      if ((await transaction.savedPaymentMethod.findFirst({ where })) === null) return { isKnown: false };
      const before = await transaction.autoTopUp.findUnique({ where: { organizationId } });
      await this.tell(transaction, caller, { before, after: request });
      await transaction.autoTopUp.upsert({
        where: { organizationId },
        create: { organizationId, ...values, revision: 1 },
        update: { ...values, revision: { increment: 1 } },
      });
      return { isKnown: true };
    });
    if (!answer.isKnown) return { kind: 'not-found' };
    await this.check(organizationId);
    const known = await this.standing(organizationId);
    return known === null ? { kind: 'not-found' } : { kind: 'set', ...known };
  }

  /** False when there was none. */
  async removeRule(caller: AuthenticatedPrincipal, idempotencyKey: string): Promise<boolean> {
    const { organizationId } = caller;
    const request = { scope: organizationId, key: idempotencyKey, content: { removeAutoTopUp: {} } };
    const { answer } = await once(this.database, request, async (transaction) => {
      const before = await transaction.autoTopUp.findUnique({ where: { organizationId } });
      await transaction.autoTopUp.deleteMany({ where: { organizationId } });
      if (before !== null) await this.tell(transaction, caller, { before, after: null });
      return { wasThere: before !== null };
    });
    return answer.wasThere;
  }

  /** From what to what; null: there was none, or there is none any more. */
  private tell(
    transaction: Transaction,
    caller: AuthenticatedPrincipal,
    { before, after }: { readonly before: AutoTopUp | null; readonly after: RuleRequest | null },
  ): Promise<void> {
    const { organizationId } = caller;
    const action = after === null ? 'auto-top-up.removed' : 'auto-top-up.set';
    const details = { before: textOf(before), after: textOf(after) };
    return this.audit.recordIn(transaction, { organizationId, actor: actorOf(caller), action, subject: organizationId, details });
  }

  /** The rule and how it stands; null without one. */
  async standing(
    organizationId: OrganizationId,
  ): Promise<{ readonly rule: AutoTopUp; readonly standing: AutoTopUpStanding } | null> {
    const rule = await this.database.autoTopUp.findUnique({ where: { organizationId } });
    return rule === null ? null : { rule, standing: await this.standingOf(rule, await this.last(organizationId)) };
  }

  /** Of these, the wallets that may have become low. */
  async checkAll(organizationIds: readonly OrganizationId[]): Promise<void> {
    const where = { organizationId: { in: [...organizationIds] } };
    const rules = await this.database.autoTopUp.findMany({ where, select: { organizationId: true } });
    for (const { organizationId } of rules) await this.check(organizationId as OrganizationId);
  }

  /** Charges once if the wallet is low and nothing stands against it. May run any number of times, also at once. */
  async check(organizationId: OrganizationId): Promise<void> {
    const rule = await this.database.autoTopUp.findUnique({ where: { organizationId } });
    if (rule === null) return;
    // Looked at before the balance: what has ended is in the books.
    const last = await this.last(organizationId);
    const balance = await this.ledger.read(organizationId, (books) => balanceOf(books, 'wallet'));
    if (balance >= rule.threshold) return;
    const standing = await this.standingOf(rule, last);
    if ('until' in standing) return this.checkAt(organizationId, standing.until);
    // Should it be declined yet, nothing else may happen to this wallet for a long time.
    if (standing.state === 'under_way') return this.checkAt(organizationId, nextHour(this.clock.now()));
    if (standing.state === 'ready') await this.charge(rule, last[0]?.topUpId ?? NONE);
  }

  /** Named by the one before: of two that look at once, one charges. */
  private async charge({ organizationId, amount, paymentMethodId }: AutoTopUp, previous: string): Promise<void> {
    const topUpId = nameUuid('automatic-top-up', organizationId, previous);
    const owner = organizationId as OrganizationId;
    const customerId = (await this.customers.find(owner))?.customerId ?? null;
    const planned = { topUpId, organizationId, amount, paymentMethod: paymentMethodId, customerId } as const;
    await this.database.$transaction(async (transaction) => {
      await this.topUps.plan(transaction, { ...planned, origin: ORIGIN });
      await putJob(transaction, this.lookLater(owner, nextHour(this.clock.now())));
    });
    await this.topUps.pursue(topUpId);
  }

  private async standingOf(rule: AutoTopUp, topUps: readonly AutomaticTopUp[]): Promise<AutoTopUpStanding> {
    const { organizationId, paymentMethodId } = rule;
    const now = this.clock.now();
    const isMethodActive = (await this.methods.active(organizationId as OrganizationId, paymentMethodId)) !== null;
    const { _sum: sum } = await this.database.topUp.aggregate({
      where: {
        ...{ organizationId, origin: ORIGIN, status: { not: 'failed' } },
        createdAt: { gte: new Date(floorToGrid(now, DAY_MS)) },
      },
      _sum: { amount: true },
    });
    const today = microUsd(sum.amount ?? 0n);
    return standingOf(rulesOf(rule), { isMethodActive, topUps, today }, now);
  }

  private async last(organizationId: OrganizationId): Promise<readonly AutomaticTopUp[]> {
    const rows = await this.database.topUp.findMany({
      where: { organizationId, origin: ORIGIN },
      orderBy: [{ createdAt: 'desc' }, { topUpId: 'desc' }],
      take: DECLINES_MAX,
    });
    return rows.map(({ topUpId, status, failureCode, createdAt, updatedAt }) => ({
      ...{ topUpId, status: status as TopUpState, failureCode },
      createdAt: createdAt.getTime() as Instant,
      endedAt: updatedAt.getTime() as Instant,
    }));
  }

  private checkAt(organizationId: OrganizationId, at: Instant): Promise<void> {
    return putJob(this.database, this.lookLater(organizationId, at));
  }

  private lookLater(organizationId: OrganizationId, at: Instant): ReturnType<typeof toMessage> {
    const when = { runAt: at, dedupeKey: `${organizationId} ${at}` };
    return toMessage(checkWalletJob, { organizationId, at }, when);
  }
}

/** On the hour, so that many looks are one; never later than an hour, so that none comes after the first wait of one that is declined. */
const nextHour = (now: Instant): Instant => ceilToGrid(plus(now, 1 as Duration), HOUR_MS);

type Shown = Pick<AutoTopUp, keyof RuleRequest>;

function shown({ threshold, amount, perDayMax, paymentMethodId }: Shown): object {
  return { threshold: `${threshold}`, amount: `${amount}`, perDayMax: `${perDayMax}`, paymentMethodId };
}

const textOf = (rule: Shown | null): string => (rule === null ? NONE : JSON.stringify(shown(rule)));

function rulesOf({ threshold, amount, perDayMax, updatedAt }: AutoTopUp): Parameters<typeof standingOf>[0] {
  return {
    ...{ threshold: microUsd(threshold), amount: microUsd(amount), perDayMax: microUsd(perDayMax) },
    updatedAt: updatedAt.getTime() as Instant,
  };
}
