import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone, AllowMembers } from '../../api/graphql/access.js';
import {
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { PoolId } from '../../kernel/ids.js';
import { checkOrder } from '../../kernel/window.rules.js';
import { Database } from '../../platform/database/prisma.js';
import { CurtailmentService, type Curtailment } from '../application/curtailment.service.js';
import {
  CurtailmentPreviewResult,
  CurtailPoolInput,
  CurtailPoolResult,
  PoolCurtailmentArguments,
  PoolCurtailmentConnection,
  type PoolCurtailmentType,
} from './curtailment.types.js';
import { showPoolCurtailment } from './curtailment.presentation.js';
import { showRejection } from './trade.rejections.js';

@Resolver()
export class CurtailmentResolver {
  constructor(
    private readonly curtailments: CurtailmentService,
    private readonly database: Database,
  ) {}

  @Query(() => PoolCurtailmentConnection, {
    description: 'What a provider took back from a pool, newest first: how far its promises hold.',
  })
  @AllowAnyone()
  async poolCurtailments(
    @Args() { poolId, ...pageArguments }: PoolCurtailmentArguments,
  ): Promise<Connection<PoolCurtailmentType>> {
    const page = readPage(pageArguments, 2);
    const rows = await this.database.poolCurtailment.findMany({
      where: { poolId, ...(page.after && { OR: before(page.after) }) },
      orderBy: [{ curtailedAt: 'desc' }, { curtailmentId: 'desc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, showPoolCurtailment, ({ curtailedAt, curtailmentId }) => [
      curtailedAt.toISOString(),
      curtailmentId,
    ]);
  }

  @Query(() => CurtailmentPreviewResult, {
    description: 'What taking capacity back from a pool of yours would come to now.',
  })
  @AllowMembers(['owner', 'trader'], 'capacity:provide')
  async curtailmentPreview(
    @Args('input', { description: 'What to take back.' }) input: CurtailPoolInput,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = checkOrder('window', input.window);
    if (issues.length > 0) return invalidInput(issues);
    const preview = await this.curtailments.preview(organizationId, readCurtailment(input));
    if (!preview.accepted) return showRejection(preview.rejection, 'curtail');
    const { totals, losses } = preview;
    return { __typename: 'CurtailmentPreview', totals, losses };
  }

  @Mutation(() => CurtailPoolResult, {
    description:
      'Takes capacity back from a pool of yours: first what is not sold, then every holder’s part. What was paid for it goes back; you owe the penalty of the terms.',
  })
  @AllowMembers(['owner', 'trader'], 'capacity:provide')
  async curtailPool(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What to take back.' }) input: CurtailPoolInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = checkOrder('window', input.window);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'curtailPool', idempotencyKey, input };
    const outcome = await this.curtailments.curtail(request, readCurtailment(input));
    if (!outcome.accepted) return showRejection(outcome.rejection, 'curtail');
    const { answer } = outcome;
    const totals = present(answer.kind === 'curtailment' ? answer.curtailment : null, 'totals');
    return { __typename: 'CurtailPoolSuccess', curtailmentId: totals.curtailmentId, totals };
  }
}

function readCurtailment({ poolId, window, quantity, cause }: CurtailPoolInput): Curtailment {
  const { start, end } = window;
  return { poolId: poolId as PoolId, window: { start, end }, quantity, cause };
}

/** Rows behind a cursor of (curtailed at, id), newest first. */
function before([curtailedAt = '', curtailmentId = '']: readonly string[]): object[] {
  const at = readInstantKey(curtailedAt);
  return [{ curtailedAt: { lt: at } }, { curtailedAt: at, curtailmentId: { lt: curtailmentId } }];
}
