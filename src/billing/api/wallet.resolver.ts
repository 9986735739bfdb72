import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowAnyone, AllowMembers } from '../../api/graphql/access.js';
import {
  PageArguments,
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound, partOfQuote, spendRefused } from '../../api/graphql/refusals.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { assertNever } from '../../kernel/assert.js';
import type { ReservationId } from '../../kernel/ids.js';
import type { Settings } from '../../platform/config/settings.js';
import { Database } from '../../platform/database/prisma.js';
import { SETTINGS } from '../../platform/platform.module.js';
import { LedgerService } from '../application/ledger.service.js';
import { PaymentService, type PaymentOutcome } from '../application/payment.service.js';
import { TopUpService } from '../application/top-up.service.js';
import { priceOf } from '../model/delivery.decide.js';
import { refunding } from '../model/card-money.state.js';
import { balanceOf, reservedOf } from '../model/ledger.state.js';
import {
  PayReservationInput,
  PayReservationResult,
  TopUpConnection,
  TopUpWalletInput,
  TopUpWalletResult,
  WalletType,
  type TopUpType,
} from './wallet.types.js';

@Resolver()
export class WalletResolver {
  constructor(
    private readonly ledger: LedgerService,
    private readonly payments: PaymentService,
    private readonly topUps: TopUpService,
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Query(() => WalletType, { description: 'What your organization has at this exchange.' })
  @AllowMembers(ROLES, 'billing:read')
  wallet(@Caller() { organizationId }: AuthenticatedPrincipal): Promise<WalletType> {
    return this.ledger.read(organizationId, (ledger) => ({
      balance: balanceOf(ledger, 'wallet'),
      reserved: [...ledger.orders.keys()].reduce(
        (sum, orderId) => sum + balanceOf(ledger, reservedOf(orderId)),
        0n,
      ),
      inEscrow: [...ledger.escrows.values()].reduce(
        (sum, escrow) => sum + priceOf(escrow) - escrow.delivered,
        0n,
      ),
      refunding: refunding(ledger),
      owed: -balanceOf(ledger, 'receivable'),
    }));
  }

  @Query(() => Int, {
    description: 'The exchange’s share of a sale, in hundredths of a per cent, for what is paid now.',
  })
  @AllowAnyone()
  exchangeFee(): number {
    return this.settings.EXCHANGE_FEE_BASIS_POINTS;
  }

  @Query(() => TopUpConnection, { description: 'Payments into your wallet, newest first.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async topUpHistory(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<TopUpType>> {
    const page = readPage(pageArguments, 2);
    const rows = await this.database.topUp.findMany({
      where: { organizationId, ...(page.after && { OR: older(page.after) }) },
      orderBy: [{ createdAt: 'desc' }, { topUpId: 'desc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, ({ createdAt, topUpId }) => [
      createdAt.toISOString(),
      topUpId,
    ]);
  }

  @Mutation(() => TopUpWalletResult, { description: 'Charges a payment method and credits the wallet.' })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async topUpWallet(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'How much, and from where.' }) input: TopUpWalletInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const { amount, paymentMethod } = input;
    const outcome = await this.topUps.start(caller, { amount, paymentMethod }, idempotencyKey);
    switch (outcome.kind) {
      case 'invalid':
        return invalidInput(outcome.issues);
      case 'taken':
        return { __typename: 'TopUpWalletSuccess', topUp: outcome.topUp };
      case 'declined': {
        const { topUpId, reason } = outcome;
        const message = `the payment was declined: ${reason}; use another payment method and key`;
        return {
          ...{ __typename: 'PaymentDeclinedRejection', code: 'PAYMENT_DECLINED', message },
          ...{ topUpId, reason },
        };
      }
      default:
        return assertNever(outcome);
    }
  }

  @Mutation(() => PayReservationResult, {
    description: 'Pays a hold from the wallet: title becomes yours, the price waits in escrow.',
  })
  @AllowMembers(['owner', 'trader'], 'market:trade')
  async payReservation(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The hold.' }) input: PayReservationInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const reservationId = input.reservationId as ReservationId;
    return showPayment(await this.payments.pay(caller, reservationId, idempotencyKey));
  }
}

function showPayment(outcome: PaymentOutcome): object {
  switch (outcome.kind) {
    case 'paid': {
      const { reservationId, wallet: walletBalance } = outcome;
      return { __typename: 'PayReservationSuccess', reservationId, walletBalance };
    }
    case 'not-found':
      return notFound('reservationId', 'your organization has no such reservation that is held, scheduled or active');
    case 'wrong-state': {
      const { state } = outcome;
      const message = `the reservation is ${state}: only a hold can be paid`;
      return { __typename: 'StateRejection', code: 'WRONG_STATE', message, state };
    }
    case 'quoted':
      return partOfQuote(outcome.quoteId);
    case 'expired': {
      const message = 'the hold ended before it was paid; nothing was charged: reserve again';
      return { __typename: 'HoldExpiredRejection', code: 'HOLD_EXPIRED', message };
    }
    case 'not-allowed':
      return spendRefused(outcome.refusal);
    default:
      return assertNever(outcome);
  }
}

/** Top-ups behind a cursor of (created at, id). */
function older([createdAt = '', topUpId = '']: readonly string[]): object[] {
  const at = readInstantKey(createdAt);
  return [{ createdAt: { lt: at } }, { createdAt: at, topUpId: { lt: topUpId } }];
}
