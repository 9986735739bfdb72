import { Inject } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver, Int } from '@nestjs/graphql';
import { AllowPlatformAdmins } from '../../../api/graphql/access.js';
import { PageArguments, readInstantKey, readPage, toConnection, type Connection } from '../../../api/graphql/connection.js';
import { Caller } from '../../../api/graphql/current.js';
import { IdempotencyKey } from '../../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../../identity/contract.js';
import { DAY_MS } from '../../../kernel/time.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import { CLOCK } from '../../../platform/platform.module.js';
import { unitOf, type DifferenceUnit } from '../../model/reconciliation/compare.js';
import { ReconciliationService } from '../../application/reconciliation/reconciliation.service.js';
import { noteIssues } from './payout-admin.resolver.js';
import {
  AcknowledgeDifferenceInput,
  AcknowledgeDifferenceResult,
  DIFFERENCE_UNIT_NAMES,
  ReconciliationConnection,
  ReconciliationDifferenceConnection,
  ReconciliationDifferenceType,
} from './payout-admin.types.js';

/** The books against Stripe's balance, for those who run the exchange. */
@Resolver(() => ReconciliationDifferenceType)
export class ReconciliationResolver {
  constructor(
    @Inject(ReconciliationService) private readonly service: ReconciliationService,
    @Inject(Database) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Query(() => ReconciliationConnection, { description: 'Day by day, newest first.' })
  @AllowPlatformAdmins()
  async reconciliations(@Args() pageArguments: PageArguments): Promise<Connection<object>> {
    const page = readPage(pageArguments, 1);
    const [day = ''] = page.after ?? [];
    const rows = await this.database.reconciliation.findMany({
      ...(page.after && { where: { day: { lt: day } } }),
      orderBy: { day: 'desc' },
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, (row) => [row.day]);
  }

  @Query(() => ReconciliationDifferenceConnection, { description: 'What the books and Stripe say differently, oldest first.' })
  @AllowPlatformAdmins()
  async reconciliationDifferences(
    @Args() pageArguments: PageArguments,
    @Args('includeResolved', {
      ...{ type: () => Boolean, defaultValue: false },
      description: 'Also those of which both sides came to say the same.',
    })
    includeResolved: boolean,
  ): Promise<Connection<object>> {
    const page = readPage(pageArguments, 2);
    const rows = await this.database.reconciliationDifference.findMany({
      where: { ...(!includeResolved && { resolvedAt: null }), ...(page.after && { OR: behind(page.after) }) },
      orderBy: [{ happenedAt: 'asc' }, { differenceId: 'asc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, (row) => [row.happenedAt.toISOString(), row.differenceId]);
  }

  @ResolveField(() => DIFFERENCE_UNIT_NAMES)
  unit(@Parent() { reference }: ReconciliationDifferenceType): DifferenceUnit {
    return unitOf(reference);
  }

  @ResolveField(() => Int)
  ageDays(@Parent() { happenedAt }: ReconciliationDifferenceType): number {
    return Math.max(0, Math.floor((this.clock.now() - happenedAt.getTime()) / DAY_MS));
  }

  @Mutation(() => AcknowledgeDifferenceResult, { description: 'Says what a difference is.' })
  @AllowPlatformAdmins()
  async acknowledgeDifference(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which, and what it is.' }) { differenceId, note }: AcknowledgeDifferenceInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = noteIssues(note);
    if (issues.length > 0) return invalidInput(issues);
    const isThere = await this.service.acknowledge(caller, { differenceId, note }, idempotencyKey);
    if (!isThere) return notFound('differenceId', 'there is no such difference');
    return { __typename: 'AcknowledgeDifferenceSuccess', differenceId };
  }
}

function behind([happenedAt = '', differenceId = '']: readonly string[]): object[] {
  const at = readInstantKey(happenedAt);
  return [{ happenedAt: { gt: at } }, { happenedAt: at, differenceId: { gt: differenceId } }];
}
