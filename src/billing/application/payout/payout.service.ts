import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { OutboxRelay } from '../../../eventstore/outbox-relay.js';
import { systemContext } from '../../../eventstore/command-context.js';
import { actorOf, AuditTrail, commandOf, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import { DAY_MS, plus, type Instant } from '../../../kernel/time.js';
import type { Clock } from '../../../platform/clock/clock.js';
import type { Settings } from '../../../platform/config/settings.js';
import { Database } from '../../../platform/database/prisma.js';
import { once } from '../../../platform/idempotency/idempotency.js';
import { nameUuid } from '../../../platform/ids/name-uuid.js';
import { CLOCK, SETTINGS } from '../../../platform/platform.module.js';
import { toMessage } from '../../../platform/queue/job.js';
import { JobRegistry } from '../../../platform/queue/job-registry.js';
import { dayOf } from '../../model/payout/earnings.js';
import { payoutAccountState, type PayoutAccountState } from '../../model/payout/payout-account.js';
import type { PayoutRule } from '../../model/payout/payout-rule.js';
import { MICRO_USD_PER_CENT } from '../../model/top-up.js';
import { LedgerService, type LedgerOutcome } from '../ledger.service.js';
import { startPayoutsJob } from './payout.jobs.js';

const PAGE = 200;
/** In the audit trail: the published rule held. */
const PUBLISHED = 'published';

export type PayoutOutcome =
  | { readonly kind: 'not-payable'; readonly state: PayoutAccountState }
  | { readonly kind: 'decided'; readonly payoutId: string; readonly outcome: LedgerOutcome };

/** Pays out what is due: every day by itself, and when a seller asks. */
@Injectable()
export class PayoutService implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(JobRegistry) private readonly jobs: JobRegistry,
    @Inject(OutboxRelay) private readonly outbox: OutboxRelay,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register(startPayoutsJob, ({ day }) => this.startAll(day as Instant));
    this.jobs.addFirst(() => this.putNext());
  }

  /** The rule that holds for everybody for whom no other was set. */
  get publishedRule(): PayoutRule {
    const { PAYOUT_MINIMUM_CENTS: cents, PAYOUT_HOLD_BACK_DAYS: holdBackDays } = this.settings;
    return { minimum: (BigInt(cents) * MICRO_USD_PER_CENT) as MicroUsd, holdBackDays };
  }

  async ruleOf(organizationId: string): Promise<PayoutRule> {
    const row = await this.database.payoutRule.findUnique({ where: { organizationId } });
    if (row === null) return this.publishedRule;
    return { minimum: row.minimum as MicroUsd, holdBackDays: row.holdBackDays };
  }

  /** In place of the published rule; told with what it was. */
  async setRule(
    caller: AuthenticatedPrincipal,
    { organizationId, minimum, holdBackDays }: PayoutRule & { readonly organizationId: string },
    key: string,
  ): Promise<void> {
    const content = { setPayoutRule: { organizationId, minimum, holdBackDays } };
    await once(this.database, { scope: caller.organizationId, key, content }, async (transaction) => {
      const before = await transaction.payoutRule.findUnique({ where: { organizationId } });
      const values = { minimum, holdBackDays, setAt: new Date(this.clock.now()) };
      const create = { organizationId, ...values };
      await transaction.payoutRule.upsert({ where: { organizationId }, create, update: values });
      await this.audit.recordIn(transaction, {
        ...{ organizationId: organizationId as OrganizationId, actor: actorOf(caller) },
        ...{ action: 'payout-rule.set', subject: organizationId },
        details: {
          minimum: minimum.toString(),
          holdBackDays: holdBackDays.toString(),
          minimumBefore: before?.minimum.toString() ?? PUBLISHED,
          holdBackDaysBefore: before?.holdBackDays.toString() ?? PUBLISHED,
        },
      });
      return {};
    });
  }

  /** What is due now, under the key that it was asked with. */
  async request(caller: AuthenticatedPrincipal, idempotencyKey: string): Promise<PayoutOutcome> {
    const { organizationId } = caller;
    const context = commandOf(caller, 'requestPayout', idempotencyKey, {});
    const payoutId = nameUuid('payout', organizationId, idempotencyKey);
    const before = await this.ledger.recall(context);
    if (before !== null) return { kind: 'decided', payoutId, outcome: before };
    const row = await this.database.payoutAccount.findUnique({ where: { organizationId } });
    const state = payoutAccountState(row);
    if (state !== 'payable') return { kind: 'not-payable', state };
    const command = { type: 'StartPayout', payoutId, ...(await this.ruleOf(organizationId)) } as const;
    const outcome = await this.ledger.execute(organizationId, command, context);
    return { kind: 'decided', payoutId, outcome };
  }

  keep(
    caller: AuthenticatedPrincipal,
    amount: MicroUsd,
    idempotencyKey: string,
  ): Promise<LedgerOutcome> {
    const context = commandOf(caller, 'spendEarnings', idempotencyKey, { amount });
    return this.ledger.execute(caller.organizationId, { type: 'KeepEarnings', amount }, context);
  }

  /** One payout of a seller a day, however often the job runs. */
  private async startAll(day: Instant): Promise<void> {
    for (let after = ''; ; ) {
      const rows = await this.database.payoutAccount.findMany({
        where: { organizationId: { gt: after }, isPayable: true, isSubmitted: true },
        orderBy: { organizationId: 'asc' },
        take: PAGE,
      });
      for (const { organizationId } of rows) await this.startDaily(organizationId as OrganizationId, day);
      if (rows.length < PAGE) break;
      after = rows.at(-1)?.organizationId ?? '';
    }
    await this.putNext();
  }

  private async startDaily(organizationId: OrganizationId, day: Instant): Promise<void> {
    const payoutId = nameUuid('payout', organizationId, `day ${day}`);
    const context = systemContext('start-payout', `${organizationId} ${day}`);
    const command = { type: 'StartPayout', payoutId, ...(await this.ruleOf(organizationId)) } as const;
    await this.ledger.execute(organizationId, command, context);
  }

  private async putNext(): Promise<void> {
    const day = plus(dayOf(this.clock.now()), DAY_MS);
    await this.outbox.put(toMessage(startPayoutsJob, { day }, { runAt: day, dedupeKey: `${day}` }));
  }
}
