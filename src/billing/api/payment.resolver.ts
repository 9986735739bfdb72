import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { Issue } from '../../kernel/issue.js';
import { JointPaymentService } from '../application/joint-payment.service.js';
import { showJointPayment } from './payment.presentation.js';
import { PAYMENTS_MAX, PayReservationsInput, PayReservationsResult } from './payment.types.js';

@Resolver()
export class PaymentResolver {
  constructor(private readonly payments: JointPaymentService) {}

  @Mutation(() => PayReservationsResult, {
    description: `Pays up to ${PAYMENTS_MAX} holds from the wallet, all or none: what holdPlan held, or anything else.`,
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async payReservations(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The holds.' }) input: PayReservationsInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { reservationIds } = input;
    const issues = listIssues(reservationIds);
    if (issues.length > 0) return invalidInput(issues);
    const ids = reservationIds as ReservationId[];
    return showJointPayment(await this.payments.pay(caller, ids, idempotencyKey), ids);
  }
}

/** Every id that is there for the second time is named. */
function listIssues(ids: readonly string[]): readonly Issue[] {
  if (ids.length < 1 || ids.length > PAYMENTS_MAX) {
    const accepted = `1 to ${PAYMENTS_MAX} reservations`;
    return [{ field: 'reservationIds', reason: `has ${ids.length}`, accepted }];
  }
  return ids.flatMap((id, index) => {
    const first = ids.indexOf(id);
    if (first === index) return [];
    const reason = `is reservationIds[${first}] again`;
    return [{ field: `reservationIds[${index}]`, reason, accepted: 'each reservation once' }];
  });
}
