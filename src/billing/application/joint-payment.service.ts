import { Inject, Injectable } from '@nestjs/common';
import { Market, type ReservationFacts, type SpendRefusal } from '../../allocation/contract.js';
import type { CommandContext } from '../../eventstore/command-context.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import {
  PurchaseDesk,
  spendRefusal,
  type LedgerRefusal,
  type PurchaseOutcome,
} from './controls/purchase-desk.js';
import { payableBy, PaymentService, type PaymentRefusal } from './payment.service.js';

export type JointPaymentOutcome =
  | {
      readonly kind: 'paid';
      readonly reservationIds: readonly ReservationId[];
      readonly wallet: string;
    }
  /** Nothing was charged. */
  | { readonly kind: 'refused'; readonly index: number; readonly refusal: PaymentRefusal }
  /** Holds that ended while they were paid, by place: their price came back. */
  | { readonly kind: 'lapsed'; readonly lapsed: readonly number[] }
  | { readonly kind: 'not-allowed'; readonly refusal: SpendRefusal };

/**
 * Pays for several holds, of any markets: the money for all of them is set aside at once, or for none,
 * then each market hears of its own. What a crash leaves undone, the process does that follows each
 * payment.
 */
@Injectable()
export class JointPaymentService {
  constructor(
    @Inject(PurchaseDesk) private readonly desk: PurchaseDesk,
    @Inject(PaymentService) private readonly payments: PaymentService,
    @Inject(Market) private readonly market: Market,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws IdempotencyMismatchError the key was used for other holds */
  async pay(
    caller: AuthenticatedPrincipal,
    reservationIds: readonly ReservationId[],
    idempotencyKey: string,
  ): Promise<JointPaymentOutcome> {
    const context = commandOf(caller, 'payReservations', idempotencyKey, { reservationIds });
    const { organizationId } = caller;
    const before = await this.desk.recall(organizationId, context);
    if (before !== null) return this.finish(organizationId, reservationIds, before);
    const payable = await this.payable(organizationId, reservationIds);
    // Another request with this key may be paying: what the books keep under it is the answer.
    const funded =
      'kind' in payable
        ? await this.desk.refuse(organizationId, payable, context)
        : await this.fund(caller, payable, context);
    return this.finish(organizationId, reservationIds, funded);
  }

  /** All of the holds, or why the first that cannot be paid cannot. */
  private async payable(
    holderId: OrganizationId,
    reservationIds: readonly ReservationId[],
  ): Promise<readonly ReservationFacts[] | JointPaymentOutcome> {
    const found = await Promise.all(reservationIds.map((id) => this.market.reservation(id)));
    const now = this.clock.now();
    const payable: ReservationFacts[] = [];
    for (const [index, facts] of found.entries()) {
      const hold = payableBy(holderId, facts, now);
      if ('kind' in hold) return { kind: 'refused', index, refusal: hold };
      payable.push(hold);
    }
    return payable;
  }

  private async fund(
    caller: AuthenticatedPrincipal,
    holds: readonly ReservationFacts[],
    context: CommandContext,
  ): Promise<PurchaseOutcome> {
    const sales = await Promise.all(holds.map((hold) => this.payments.saleOf(hold)));
    const command = { type: 'FundEscrows', quoteId: null, sales } as const;
    const by = { spender: await this.desk.spenderOf(caller), context };
    return this.desk.buy(caller.organizationId, command, by);
  }

  private async finish(
    organizationId: OrganizationId,
    asked: readonly ReservationId[],
    funded: PurchaseOutcome,
  ): Promise<JointPaymentOutcome> {
    if (!funded.accepted) return refusalOf(funded.rejection);
    const reservationIds = funded.executed?.reservationIds ?? asked;
    const reasons = await Promise.all(
      reservationIds.map((id) => this.payments.moveTitle(organizationId, id)),
    );
    const lapsed = reasons.flatMap((reason, index) => (reason === null ? [] : [index]));
    if (lapsed.length > 0) return { kind: 'lapsed', lapsed };
    return { kind: 'paid', reservationIds, wallet: funded.wallet };
  }
}

function refusalOf(rejection: LedgerRefusal): JointPaymentOutcome {
  const spending = spendRefusal(rejection);
  if (spending !== null) return { kind: 'not-allowed', refusal: spending };
  if (rejection.code === 'REFUSED') return JSON.parse(rejection.refusal) as JointPaymentOutcome;
  const refused = rejection.code === 'PAYMENT_REFUSED' ? rejection : null;
  const { index, reason } = present(refused, `a refusal of holds, not ${rejection.code}`);
  if (reason === 'WINDOW_OVER') return { kind: 'refused', index, refusal: { kind: 'expired' } };
  return { kind: 'refused', index, refusal: { kind: 'wrong-state', state: 'paid' } };
}
