import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
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
import { unless } from '../../kernel/issue.js';
import { present } from '../../kernel/assert.js';
import type { ListingId, ReservationId } from '../../kernel/ids.js';
import { checkOrder } from '../../kernel/window.rules.js';
import { Database } from '../../platform/database/prisma.js';
import { CurtailmentQueries } from '../projection/curtailment.queries.js';
import { TradingService } from '../application/trading.service.js';
import { showReservation, showReservationRow } from './reservation.presentation.js';
import {
  CancellationQuoteType,
  CancelReservationInput,
  CancelReservationResult,
} from './cancellation.types.js';
import {
  ReleaseHoldInput,
  ReleaseHoldResult,
  RESERVATION_SIDES,
  ReservationArguments,
  ReservationConnection,
  ReservationType,
  ReserveInput,
  ReserveResult,
} from './reservation.types.js';
import { showRejection } from './trade.rejections.js';

@Resolver()
export class ReservationResolver {
  constructor(
    private readonly trading: TradingService,
    private readonly curtailments: CurtailmentQueries,
    private readonly database: Database,
  ) {}

  @Query(() => ReservationConnection, {
    description: 'What your organization bought, or sold to others, newest first.',
  })
  @AllowMembers(ROLES, 'market:read')
  async reservations(
    @Args() { side, status, orderId, ...pageArguments }: ReservationArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<ReservationType>> {
    const page = readPage(pageArguments, 2);
    const rows = await this.database.reservation.findMany({
      where: {
        [side]: organizationId,
        // What is handed over within the organization is sold to nobody.
        ...(side === RESERVATION_SIDES.SOLD && { holderId: { not: organizationId } }),
        ...(status && { status }),
        // Who sold to an order is not told which it was.
        ...(typeof orderId === 'string' && { orderId, holderId: organizationId }),
        ...(page.after && { OR: before(page.after) }),
      },
      orderBy: [{ heldAt: 'desc' }, { reservationId: 'desc' }],
      take: page.first + 1,
    });
    const losses = await this.curtailments.of(rows.map(({ reservationId }) => reservationId));
    const show = (row: (typeof rows)[number]): ReservationType =>
      showReservationRow(row, organizationId, losses.get(row.reservationId) ?? []);
    return toConnection(rows, page, show, ({ heldAt, reservationId }) => [
      heldAt.toISOString(),
      reservationId,
    ]);
  }

  @Query(() => ReservationType, {
    nullable: true,
    description: 'One reservation that your organization bought or sold.',
  })
  @AllowMembers(ROLES, 'market:read')
  async reservation(
    @Args('reservationId', { type: () => ID, description: 'Its id.' }) reservationId: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<ReservationType | null> {
    const row = await this.database.reservation.findFirst({
      where: { reservationId, OR: [{ holderId: organizationId }, { sellerId: organizationId }] },
    });
    if (row === null) return null;
    const losses = await this.curtailments.of([reservationId]);
    return showReservationRow(row, organizationId, losses.get(reservationId) ?? []);
  }

  @Query(() => CancellationQuoteType, {
    nullable: true,
    description: 'What cancelling a reservation of yours would cost now; null when it cannot be.',
  })
  @AllowMembers(ROLES, 'market:read')
  async cancellationQuote(
    @Args('reservationId', { type: () => ID, description: 'Its id.' }) reservationId: string,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<CancellationQuoteType | null> {
    return this.trading.quoteCancellation(caller, reservationId as ReservationId);
  }

  @Mutation(() => ReserveResult, {
    description: 'Sets part of a listing aside for you. Pay it within 15 minutes: see payReservation.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async reserve(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What to reserve.' }) input: ReserveInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { window, quantity } = input;
    const issues = checkOrder('window', window);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'reserve', idempotencyKey, input };
    const { start, end } = window;
    const asked = { window: { start, end }, quantity };
    const outcome = await this.trading.reserve(request, input.listingId as ListingId, asked);
    if (!outcome.accepted) return showRejection(outcome.rejection, 'reserve');
    const { answer } = outcome;
    const held = present(answer.kind === 'reservation' ? answer.reservation : null, 'reservation');
    return { __typename: 'ReserveSuccess', reservation: showReservation(held) };
  }

  @Mutation(() => ReleaseHoldResult, { description: 'Gives a hold back before it is paid.' })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async releaseHold(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The hold.' }) input: ReleaseHoldInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const request = { caller, mutation: 'releaseHold', idempotencyKey, input };
    const reservationId = input.reservationId as ReservationId;
    const outcome = await this.trading.release(request, reservationId);
    if (!outcome.accepted) return showRejection(outcome.rejection, 'release');
    return { __typename: 'ReleaseHoldSuccess', reservationId };
  }

  @Mutation(() => CancelReservationResult, {
    description: 'Gives a reservation back before it begins, for the fee of the terms it was bought under.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async cancelReservation(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The reservation.' }) input: CancelReservationInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { feeAccepted } = input;
    const accepted = '0 or more micro-USD';
    const wrong = { field: 'feeAccepted', reason: 'is below zero', accepted };
    const issues = unless(feeAccepted >= 0n, wrong);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'cancelReservation', idempotencyKey, input };
    const reservationId = input.reservationId as ReservationId;
    const outcome = await this.trading.cancel(request, reservationId, feeAccepted);
    if (!outcome.accepted) return showRejection(outcome.rejection, 'cancel');
    const { answer } = outcome;
    const quote = present(answer.kind === 'cancellation' ? answer.cancellation : null, 'quote');
    return { __typename: 'CancelReservationSuccess', ...quote };
  }
}

/** Rows behind a cursor of (held at, id), newest first. */
function before([heldAt = '', reservationId = '']: readonly string[]): object[] {
  const at = readInstantKey(heldAt);
  return [{ heldAt: { lt: at } }, { heldAt: at, reservationId: { lt: reservationId } }];
}
