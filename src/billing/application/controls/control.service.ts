import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Outcome } from '../../../eventstore/stream-definition.js';
import { SubscriptionRegistry } from '../../../eventstore/subscription-registry.js';
import {
  commandOf,
  KeyDirectory,
  MemberDirectory,
  OrganizationDirectory,
  TeamDirectory,
  type AuthenticatedPrincipal,
} from '../../../identity/contract.js';
import type { OrganizationId, TeamId } from '../../../kernel/ids.js';
import { monthOf, type Instant } from '../../../kernel/time.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { CLOCK } from '../../../platform/platform.module.js';
import { committedBy } from '../../model/controls/budget.rules.js';
import {
  MEASURES_OF,
  scopeKind,
  type Budget,
  type Controls,
  type CreditLine,
  type Scope,
  type SpendLimits,
  type Subject,
} from '../../model/controls/controls.state.js';
import { owedForWithdrawals } from '../../model/card-money.state.js';
import { agesOf, availableFor, drawnOf } from '../../model/controls/credit-line.rules.js';
import { spentBy, spentByNoTeam } from '../../model/controls/month-cost.js';
import { spentAt } from '../../model/controls/spend.rules.js';
import type { LedgerRejection } from '../../model/ledger.commands.js';
import type { Ledger } from '../../model/ledger.state.js';
import { controlsProjection } from '../../projection/controls.projection.js';
import { LedgerService } from '../ledger.service.js';
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
  readonly takenBack: bigint;
  readonly ages: ReturnType<typeof agesOf>;
  readonly bills: Ledger['controls']['bills'];
}

export interface BudgetView extends Budget {
  readonly scope: Scope;
  readonly month: string;
  /** Null: the books cannot tell. */
  readonly spent: bigint | null;
  /** Of the organization's: what of it is no team's. */
  readonly spentByNoTeam: bigint | null;
  readonly committed: bigint | null;
  /** Alerts of this month that were given. */
  readonly told: readonly string[];
}

export type ControlOutcome =
  | Outcome<LedgerAnswer, LedgerRejection>
  /** There is no such team, member, key or organization. */
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
    @Inject(TeamDirectory) private readonly teams: TeamDirectory,
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
    if (!(await this.has(organizationId, setting.subject))) return NOT_FOUND;
    const context = commandOf(caller, 'setSpendLimits', idempotencyKey, setting);
    return this.ledger.execute(organizationId, { type: 'SetSpendLimits', ...setting }, context);
  }

  async setBudget(
    caller: AuthenticatedPrincipal,
    setting: { readonly scope: Scope; readonly budget: Budget | null },
    idempotencyKey: string,
  ): Promise<ControlOutcome> {
    const { organizationId } = caller;
    if (!(await this.has(organizationId, setting.scope))) return NOT_FOUND;
    const context = commandOf(caller, 'setBudget', idempotencyKey, contentOf(setting));
    return this.ledger.execute(organizationId, { type: 'SetBudget', ...setting }, context);
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

  budget(organizationId: OrganizationId, scope: Scope): Promise<BudgetView | null> {
    const now = this.clock.now();
    return this.ledger.read(organizationId, ({ controls }) => {
      const budget = controls.budgets.get(scope);
      return budget === undefined ? null : budgetOf(controls, { scope, budget }, now);
    });
  }

  /** By scope. */
  budgets(organizationId: OrganizationId): Promise<readonly BudgetView[]> {
    const now = this.clock.now();
    return this.ledger.read(organizationId, ({ controls }) =>
      [...controls.budgets]
        .map(([scope, budget]) => budgetOf(controls, { scope, budget }, now))
        .sort((one, other) => (one.scope < other.scope ? -1 : 1)),
    );
  }

  private async has(organizationId: OrganizationId, whose: Subject | Scope): Promise<boolean> {
    const [kind, id = ''] = whose.split(':', 2);
    if (kind === 'team') return this.teams.has(organizationId, id as TeamId);
    if (kind === 'member') return this.members.hasMember(organizationId, id);
    return kind === 'key' ? this.keys.hasKey(organizationId, id) : true;
  }
}

/** As it was written when every budget was the organization's: who asks again under an old key is answered. */
function contentOf({ scope, budget }: { readonly scope: Scope; readonly budget: Budget | null }): object {
  return scope === 'organization' ? { budget } : { scope, budget };
}

function budgetOf(
  controls: Controls,
  { scope, budget }: { readonly scope: Scope; readonly budget: Budget },
  now: Instant,
): BudgetView {
  const month = monthOf(now);
  const charged = controls.charged.get(month);
  const measures = MEASURES_OF[scopeKind(scope)];
  const spent = measures.includes('spent') ? spentBy(charged, scope) : null;
  const committed = measures.includes('committed') ? committedBy(controls, scope, now) : null;
  const noTeam = scope === 'organization' ? spentByNoTeam(charged) : null;
  const told = (controls.told.get(scope) ?? []).filter((one) => one.startsWith(month));
  return { scope, ...budget, month, spent, spentByNoTeam: noTeam, committed, told };
}

function creditLineOf(books: Ledger, now: Instant): CreditLineView {
  const { creditLine: line, bills } = books.controls;
  const { creditUnused: unused, frozenBy } = availableFor(books, now);
  return { line, drawn: drawnOf(books), unused, frozenBy, takenBack: owedForWithdrawals(books), ages: agesOf(bills, now), bills };
}
