import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../../api/graphql/access.js';
import { PageArguments, readPage, toConnection, type Connection } from '../../../api/graphql/connection.js';
import { Caller } from '../../../api/graphql/current.js';
import { IdempotencyKey } from '../../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../../api/graphql/refusals.js';
import { ROLES, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import { ControlService, type BudgetView, type ControlOutcome } from '../../application/controls/control.service.js';
import type { Scope, Subject } from '../../model/controls/controls.state.js';
import { ControlChanges } from '../../projection/control-change.queries.js';
import { budgetIssues, limitIssues, readBudget, readLimits, scopeIssues, subjectIssues } from './control.reading.js';
import {
  BudgetConnection,
  BudgetType,
  ControlChangeConnection,
  SetBudgetInput,
  SetBudgetResult,
  SetSpendLimitsInput,
  SetSpendLimitsResult,
  SpendLimitsConnection,
  type ControlChangeType,
  type SpendLimitsType,
} from './control.types.js';

/** What finance of an organization sets for its own people. */
@Resolver()
export class ControlResolver {
  constructor(
    private readonly controls: ControlService,
    private readonly changes: ControlChanges,
  ) {}

  @Query(() => SpendLimitsConnection, {
    description: 'Who of your organization may spend how much, and what was spent; by subject.',
  })
  @AllowMembers(ROLES, 'billing:read')
  async spendLimits(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<SpendLimitsType>> {
    const page = readPage(pageArguments, 1);
    const [after] = page.after ?? [];
    const all = await this.controls.limits(organizationId);
    const behind = after === undefined ? all : all.filter(({ subject }) => subject > after);
    return toConnection(behind.slice(0, page.first + 1), page, (row) => row, ({ subject }) => [subject]);
  }

  @Mutation(() => SetSpendLimitsResult, {
    description: 'Says what somebody may spend; it counts for every way to buy.',
  })
  @AllowMembers(['owner', 'finance'], null)
  async setSpendLimits(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Whose, and how much.' }) input: SetSpendLimitsInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { limits: given = null } = input;
    const issues = [...subjectIssues(input.subject), ...(given === null ? [] : limitIssues(given))];
    if (issues.length > 0) return invalidInput(issues);
    const subject = input.subject as Subject;
    const limits = given === null ? null : readLimits(given);
    const outcome = await this.controls.setLimits(caller, { subject, limits }, idempotencyKey);
    if (outcome.accepted) return { __typename: 'SetSpendLimitsSuccess', subject };
    const { rejection } = outcome;
    if (rejection.code === 'NOT_FOUND') {
      return notFound('subject', 'your organization has no such member or key');
    }
    if (rejection.code !== 'TOO_MANY_LIMITS') throw new Error(`limits are not set: ${rejection.code}`);
    const { code, limitsMax } = rejection;
    const message = `${limitsMax} have limits of their own already: take some away first`;
    return { __typename: 'TooManyLimitsRejection', code, message, limitsMax };
  }

  @Query(() => BudgetType, { nullable: true, description: 'The budget of your organization, and where its month stands.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  budget(@Caller() { organizationId }: AuthenticatedPrincipal): Promise<BudgetView | null> {
    return this.controls.budget(organizationId, 'organization');
  }

  @Query(() => BudgetConnection, {
    description: 'The budgets of your organization, its teams, members and keys, and where their month stands; by scope.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async budgets(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<BudgetView>> {
    const page = readPage(pageArguments, 1);
    const [after] = page.after ?? [];
    const all = await this.controls.budgets(organizationId);
    const behind = after === undefined ? all : all.filter(({ scope }) => scope > after);
    return toConnection(behind.slice(0, page.first + 1), page, (row) => row, ({ scope }) => [scope]);
  }

  @Mutation(() => SetBudgetResult, { description: 'Sets what a month is meant to cost, and when to be told.' })
  @AllowMembers(['owner', 'finance'], null)
  async setBudget(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Whose, and how much.' }) input: SetBudgetInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { budget: given = null } = input;
    const scope = input.scope as Scope;
    const issues = [...scopeIssues(scope), ...(given === null ? [] : budgetIssues(scope, given))];
    if (issues.length > 0) return invalidInput(issues);
    const setting = { scope, budget: given === null ? null : readBudget(given) };
    const outcome = await this.controls.setBudget(caller, setting, idempotencyKey);
    if (!outcome.accepted) return budgetRefusal(outcome.rejection);
    const budget = await this.controls.budget(caller.organizationId, scope);
    return { __typename: 'SetBudgetSuccess', budget };
  }

  @Query(() => ControlChangeConnection, {
    description: 'Who changed which finance control of your organization from what to what, newest first.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async controlChanges(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<ControlChangeType>> {
    const page = readPage(pageArguments, 1);
    const rows = await this.changes.list(organizationId, page.after?.[0] ?? null, page.first + 1);
    return toConnection(rows, page, (row) => row, ({ version }) => [String(version)]);
  }
}

type Refused = Extract<ControlOutcome, { readonly accepted: false }>['rejection'];

function budgetRefusal(rejection: Refused): object {
  if (rejection.code === 'NOT_FOUND') {
    return notFound('scope', 'your organization has no such team, member or key');
  }
  if (rejection.code !== 'TOO_MANY_BUDGETS') throw new Error(`a budget is not set: ${rejection.code}`);
  const { code, budgetsMax } = rejection;
  const message = `there are ${budgetsMax} budgets already: take some away first`;
  return { __typename: 'TooManyBudgetsRejection', code, message, budgetsMax };
}
