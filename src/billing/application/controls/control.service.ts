import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Outcome } from '../../../eventstore/stream-definition.js';
import { SubscriptionRegistry } from '../../../eventstore/subscription-registry.js';
import {
  commandOf,
  KeyDirectory,
  MemberDirectory,
  OrganizationDirectory,
  type AuthenticatedPrincipal,
} from '../../../identity/contract.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { monthOf, type Instant } from '../../../kernel/time.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { CLOCK } from '../../../platform/platform.module.js';
import type { Budget, CreditLine, SpendLimits, Subject } from '../../model/controls/controls.state.js';
import { agesOf, availableFor, drawnOf } from '../../model/controls/credit-line.rules.js';
import { spentAt } from '../../model/controls/spend.rules.js';
import type { LedgerRejection } from '../../model/ledger.commands.js';
import type { Ledger } from '../../model/ledger.state.js';
import { controlsProjection } from '../../projection/controls.projection.js';
import { LedgerService, type LedgerOutcome } from '../ledger.service.js';
import type { LedgerAnswer } from '../ledger.definition.js';

/** Null: from now on. */
type AskedLine = Omit<CreditLine, 'from'> & { readonly from: Instant | null };

export interface LimitsView extends SpendLimits {
  readonly subject: Subject;
  readonly spentToday: bigint;
  readonly spentThisMonth: bigint;
}

export interface CreditLineView {
  readonly line: CreditLine | null;
  readonly drawn: bigint;
  readonly unused: bigint;
  readonly frozenBy: string | null;
  readonly ages: ReturnType<typeof agesOf>;
  readonly bills: Ledger['controls']['bills'];
}

export interface BudgetView extends Budget {
  readonly month: string;
  readonly spent: bigint;
  readonly committed: bigint;
  /** Alerts of this month that were given. */
  readonly told: readonly string[];
}

export type ControlOutcome =
  | Outcome<LedgerAnswer, LedgerRejection>
  /** There is no such member, key or organization. */
  | { readonly accepted: false; readonly rejection: { readonly code: 'NOT_FOUND' } };

const NOT_FOUND = { accepted: false, rejection: { code: 'NOT_FOUND' } } as const;

/** What finance lets an organization spend, and what it has. */
@Injectable()
export class ControlService implements OnModuleInit {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(SubscriptionRegistry) private readonly subscriptions: SubscriptionRegistry,
    @Inject(MemberDirectory) private readonly members: MemberDirectory,
    @Inject(KeyDirectory) private readonly keys: KeyDirectory,
    @Inject(OrganizationDirectory) private readonly organizations: OrganizationDirectory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.subscriptions.addProjection(controlsProjection);
  }

  async setLimits(
    caller: AuthenticatedPrincipal,
    setting: { readonly subject: Subject; readonly limits: SpendLimits | null },
    idempotencyKey: string,
  ): Promise<ControlOutcome> {
    const { organizationId } = caller;
    if (!(await this.hasSubject(organizationId, setting.subject))) return NOT_FOUND;
    const context = commandOf(caller, 'setSpendLimits', idempotencyKey, setting);
    return this.ledger.execute(organizationId, { type: 'SetSpendLimits', ...setting }, context);
  }

  setBudget(
    caller: AuthenticatedPrincipal,
    budget: Budget | null,
    idempotencyKey: string,
  ): Promise<LedgerOutcome> {
    const context = commandOf(caller, 'setBudget', idempotencyKey, { budget });
    return this.ledger.execute(caller.organizationId, { type: 'SetBudget', budget }, context);
  }

  /** By those who run the exchange, for a customer. */
  async setCreditLine(
    caller: AuthenticatedPrincipal,
    setting: { readonly organizationId: OrganizationId; readonly line: AskedLine | null },
    idempotencyKey: string,
  ): Promise<ControlOutcome> {
    const { organizationId, line: asked } = setting;
    if ((await this.organizations.find(organizationId)) === null) return NOT_FOUND;
    const context = commandOf(caller, 'setCreditLine', idempotencyKey, setting);
    const line = asked === null ? null : { ...asked, from: asked.from ?? this.clock.now() };
    return this.ledger.execute(organizationId, { type: 'SetCreditLine', line }, context);
  }

  limits(organizationId: OrganizationId): Promise<readonly LimitsView[]> {
    const now = this.clock.now();
    return this.ledger.read(organizationId, ({ controls }) =>
      [...controls.limits]
        .map(([subject, limits]) => {
          const { day: spentToday, month: spentThisMonth } = spentAt(controls.spent.get(subject), now);
          return { subject, ...limits, spentToday, spentThisMonth };
        })
        .sort((one, other) => (one.subject < other.subject ? -1 : 1)),
    );
  }

  creditLine(organizationId: OrganizationId): Promise<CreditLineView> {
    const now = this.clock.now();
    return this.ledger.read(organizationId, (books) => creditLineOf(books, now));
  }

  budget(organizationId: OrganizationId): Promise<BudgetView | null> {
    const now = this.clock.now();
    return this.ledger.read(organizationId, ({ controls }) => {
      if (controls.budget === null) return null;
      const month = monthOf(now);
      const spent = controls.charged.get(month) ?? 0n;
      const committed = spentAt(controls.spent.get('organization'), now).month;
      const told = controls.told.filter((one) => one.startsWith(month));
      return { ...controls.budget, month, spent, committed, told };
    });
  }

  private async hasSubject(organizationId: OrganizationId, subject: Subject): Promise<boolean> {
    const [kind, id = ''] = subject.split(':', 2);
    if (kind === 'member') return this.members.hasMember(organizationId, id);
    return kind === 'key' ? this.keys.hasKey(organizationId, id) : true;
  }
}

function creditLineOf(books: Ledger, now: Instant): CreditLineView {
  const { creditLine: line, bills } = books.controls;
  const { creditUnused: unused, frozenBy } = availableFor(books, now);
  return { line, drawn: drawnOf(books), unused, frozenBy, ages: agesOf(bills, now), bills };
}
