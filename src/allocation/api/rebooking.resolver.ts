import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { ReservationId } from '../../kernel/ids.js';
import { unless } from '../../kernel/issue.js';
import { Database } from '../../platform/database/prisma.js';
import { TenancyService } from '../application/tenancy.service.js';
import { showRebooking } from './curtailment.presentation.js';
import { rebookingIssues, readRebooking } from './rebooking.reading.js';
import {
  ExtendReservationInput,
  ExtendReservationResult,
  RebookingArguments,
  RebookingConnection,
  SetRebookingInput,
  SetRebookingResult,
  type RebookingType,
} from './rebooking.types.js';
import { showReservation } from './reservation.presentation.js';
import { showRejection } from './trade.rejections.js';

@Resolver()
export class RebookingResolver {
  constructor(
    private readonly tenancy: TenancyService,
    private readonly database: Database,
  ) {}

  @Query(() => RebookingConnection, {
    description: 'Orders in place of what your reservations lost, newest first, and why some were not placed.',
  })
  @AllowMembers(ROLES, 'market:read')
  async rebookings(
    @Args() { reservationId, ...pageArguments }: RebookingArguments,
    @Caller() { organizationId: holderId }: AuthenticatedPrincipal,
  ): Promise<Connection<RebookingType>> {
    const page = readPage(pageArguments, 2);
    const rows = await this.database.rebooking.findMany({
      where: {
        holderId,
        ...(typeof reservationId === 'string' && { reservationId }),
        ...(page.after && { OR: before(page.after) }),
      },
      orderBy: [{ attemptedAt: 'desc' }, { orderId: 'desc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, showRebooking, ({ attemptedAt, orderId }) => [
      attemptedAt.toISOString(),
      orderId,
    ]);
  }

  @Mutation(() => SetRebookingResult, {
    description: 'Says what to order in place of what a reservation of yours loses when it is curtailed.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async setRebooking(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The bid, or none.' }) input: SetRebookingInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = rebookingIssues(input.rebooking ?? null);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'setRebooking', idempotencyKey, input };
    const reservationId = input.reservationId as ReservationId;
    const rebooking = readRebooking(input.rebooking ?? null);
    const outcome = await this.tenancy.setRebooking(request, reservationId, rebooking);
    if (!outcome.accepted) return showRejection(outcome.rejection, 'rebook');
    const { answer } = outcome;
    const own = present(answer.kind === 'reservation' ? answer.reservation : null, 'reservation');
    return { __typename: 'SetRebookingSuccess', reservation: showReservation(own) };
  }

  @Mutation(() => ExtendReservationResult, {
    description:
      'Holds the cheapest offers of the same pool from the end of a reservation of yours on, for its whole quantity, or nothing. Pay each within 15 minutes: see payReservation.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async extendReservation(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'How much longer.' }) input: ExtendReservationInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { until, unitPriceMax } = input;
    const accepted = '0 or more micro-USD per token/s and hour';
    const wrong = { field: 'unitPriceMax', reason: 'is below zero', accepted };
    const issues = unless(unitPriceMax >= 0n, wrong);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'extendReservation', idempotencyKey, input };
    const reservationId = input.reservationId as ReservationId;
    const outcome = await this.tenancy.extend(request, reservationId, { until, unitPriceMax });
    if (!outcome.accepted) return showRejection(outcome.rejection, 'extend');
    const { answer } = outcome;
    const held = present(answer.kind === 'package' ? answer.reservations : null, 'holds');
    return { __typename: 'ExtendReservationSuccess', reservations: held.map(showReservation) };
  }
}

/** Rows behind a cursor of (attempted at, id), newest first. */
function before([attemptedAt = '', orderId = '']: readonly string[]): object[] {
  const at = readInstantKey(attemptedAt);
  return [{ attemptedAt: { lt: at } }, { attemptedAt: at, orderId: { lt: orderId } }];
}
