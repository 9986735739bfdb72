import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers, AllowPlatformAdmins } from '../../../api/graphql/access.js';
import { PageArguments, readPage, toConnection, type Connection } from '../../../api/graphql/connection.js';
import { Caller } from '../../../api/graphql/current.js';
import { IdempotencyKey } from '../../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../../identity/contract.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { unless, type Issue } from '../../../kernel/issue.js';
import { ControlService, type ControlOutcome, type CreditLineView } from '../../application/controls/control.service.js';
import { ControlChanges } from '../../projection/control-change.queries.js';
import { ControlChangeConnection, type ControlChangeType } from './control.types.js';
import {
  CreditLineType,
  SetCreditLineInput,
  SetCreditLineResult,
  WithdrawCreditLineInput,
  WithdrawCreditLineResult,
} from './credit-line.types.js';

const TERM_DAYS_MAX = 180;

/** Credit lines: granted by those who run the exchange. */
@Resolver()
export class CreditLineResolver {
  constructor(
    private readonly controls: ControlService,
    private readonly changes: ControlChanges,
  ) {}

  @Query(() => CreditLineType, { description: 'The credit line of your organization, what is drawn and what is due.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async creditLine(@Caller() { organizationId }: AuthenticatedPrincipal): Promise<CreditLineType> {
    return show(await this.controls.creditLine(organizationId));
  }

  @Query(() => CreditLineType, { description: 'The credit line of a customer.' })
  @AllowPlatformAdmins()
  async creditLineOf(
    @Args('organizationId', { type: () => ID, description: 'Whose.' }) organizationId: string,
  ): Promise<CreditLineType> {
    return show(await this.controls.creditLine(organizationId as OrganizationId));
  }

  @Query(() => ControlChangeConnection, {
    description: 'Who changed which finance control of a customer from what to what, newest first.',
  })
  @AllowPlatformAdmins()
  async controlChangesOf(
    @Args('organizationId', { type: () => ID, description: 'Whose.' }) organizationId: string,
    @Args() pageArguments: PageArguments,
  ): Promise<Connection<ControlChangeType>> {
    const page = readPage(pageArguments, 1);
    const rows = await this.changes.list(organizationId, page.after?.[0] ?? null, page.first + 1);
    return toConnection(rows, page, (row) => row, ({ version }) => [String(version)]);
  }

  @Mutation(() => SetCreditLineResult, { description: 'Grants a customer a credit line, or changes it.' })
  @AllowPlatformAdmins()
  async setCreditLine(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Whose, and how much.' }) input: SetCreditLineInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = lineIssues(input);
    if (issues.length > 0) return invalidInput(issues);
    const { limit, termDays } = input;
    const organizationId = input.organizationId as OrganizationId;
    const from = input.from ?? null;
    const setting = { organizationId, line: { limit, termDays, from } };
    const outcome = await this.controls.setCreditLine(caller, setting, idempotencyKey);
    return this.showSet(outcome, organizationId, 'SetCreditLineSuccess');
  }

  @Mutation(() => WithdrawCreditLineResult, { description: 'Takes a customer’s credit line away.' })
  @AllowPlatformAdmins()
  async withdrawCreditLine(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Whose.' }) input: WithdrawCreditLineInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const organizationId = input.organizationId as OrganizationId;
    const outcome = await this.controls.setCreditLine(caller, { organizationId, line: null }, idempotencyKey);
    return this.showSet(outcome, organizationId, 'WithdrawCreditLineSuccess');
  }

  private async showSet(outcome: ControlOutcome, organizationId: OrganizationId, success: string): Promise<object> {
    if (!outcome.accepted) return notFound('organizationId', 'there is no such organization');
    return { __typename: success, creditLine: show(await this.controls.creditLine(organizationId)) };
  }
}

function lineIssues({ limit, termDays }: SetCreditLineInput): readonly Issue[] {
  const days = `1 to ${TERM_DAYS_MAX} days`;
  return [
    ...unless(limit > 0n, { field: 'limit', reason: 'is no line', accepted: 'more than 0 micro-USD' }),
    ...unless(termDays >= 1 && termDays <= TERM_DAYS_MAX, {
      field: 'termDays',
      reason: 'is no term',
      accepted: days,
    }),
  ];
}

function show({ line, ages, ...rest }: CreditLineView): CreditLineType {
  const { limit = null, termDays = null, from = null } = line ?? {};
  const byAge = Object.entries(ages).map(([age, amount]) => ({ age, amount }));
  return { limit, termDays, from, ...rest, ages: byAge };
}
