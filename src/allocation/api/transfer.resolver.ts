import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { ReservationId, TeamId } from '../../kernel/ids.js';
import { checkOrder } from '../../kernel/window.rules.js';
import { TransferService } from '../application/transfer.service.js';
import { showReservation } from './reservation.presentation.js';
import { showRejection } from './trade.rejections.js';
import {
  ReturnTransferInput,
  ReturnTransferResult,
  TransferReservationInput,
  TransferReservationResult,
} from './transfer.types.js';

@Resolver()
export class TransferResolver {
  constructor(private readonly transfers: TransferService) {}

  @Mutation(() => TransferReservationResult, {
    description:
      'Hands part of a reservation to a team of yours: a reservation of its own, paid for already. Terms of resale do not matter, because title stays yours.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async transferReservation(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What and to whom.' }) input: TransferReservationInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { window, quantity } = input;
    const issues = checkOrder('window', window);
    if (issues.length > 0) return invalidInput(issues);
    const request = { caller, mutation: 'transferReservation', idempotencyKey, input };
    const outcome = await this.transfers.transfer(request, {
      sourceId: input.reservationId as ReservationId,
      teamId: (input.teamId ?? null) as TeamId | null,
      ...{ window, quantity },
    });
    if (!outcome.accepted) return showRejection(outcome.rejection, 'transfer');
    const { answer } = outcome;
    const view = present(answer.kind === 'reservation' ? answer.reservation : null, 'the part');
    return { __typename: 'TransferReservationSuccess', reservation: showReservation(view) };
  }

  @Mutation(() => ReturnTransferResult, {
    description:
      'Gives back what was handed over, before it begins; afterwards hand over what is left of it.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async returnTransfer(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'What.' }) input: ReturnTransferInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const request = { caller, mutation: 'returnTransfer', idempotencyKey, input };
    const { reservationId } = input;
    const outcome = await this.transfers.giveBack(request, reservationId as ReservationId);
    if (!outcome.accepted) return showRejection(outcome.rejection, 'return');
    return { __typename: 'ReturnTransferSuccess', reservationId };
  }
}
