import { Inject, Injectable } from '@nestjs/common';
import { Market, type ReservationFacts } from '../../allocation/contract.js';
import { systemContext, type CommandContext } from '../../eventstore/command-context.js';
import { commandOf, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { assertNever } from '../../kernel/assert.js';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import type { Clock } from '../../platform/clock/clock.js';
import { CLOCK } from '../../platform/platform.module.js';
import { LedgerService, type LedgerOutcome } from './ledger.service.js';
import { SaleSplits } from './sale-splits.js';

export type PaymentOutcome =
  | { readonly kind: 'paid'; readonly reservationId: ReservationId; readonly wallet: string }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'wrong-state'; readonly state: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'insufficient'; readonly balance: string; readonly due: string };

const NOT_FOUND: PaymentOutcome = { kind: 'not-found' };
const EXPIRED: PaymentOutcome = { kind: 'expired' };

/**
 * Pays for a hold: the money is set aside first, then title moves. A process repeats the second step
 * after a crash, with the same key, so both happen once or the money comes back.
 */
@Injectable()
export class PaymentService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly market: Market,
    private readonly splits: SaleSplits,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async pay(
    caller: AuthenticatedPrincipal,
    reservationId: ReservationId,
    idempotencyKey: string,
  ): Promise<PaymentOutcome> {
    const context = commandOf(caller, 'payReservation', idempotencyKey, { reservationId });
    const { organizationId } = caller;
    const before = await this.ledger.recall(context);
    if (before !== null) return this.finish(organizationId, reservationId, before);
    const found = await this.market.reservation(reservationId);
    const facts = found?.holderId === organizationId ? found : null;
    const refusal = this.refusalTo(facts);
    // Another request with this key may be paying: what the books keep under it is the answer.
    const funded =
      facts === null || refusal !== null
        ? await this.ledger.refuse(organizationId, refusal ?? NOT_FOUND, context)
        : await this.fund(facts, context);
    return this.finish(organizationId, reservationId, funded);
  }

  /** Why a reservation of the caller's is not paid for; null when it can be. */
  private refusalTo(facts: ReservationFacts | null): PaymentOutcome | null {
    if (facts === null) return NOT_FOUND;
    const { status, expiresAt } = facts;
    if (status !== 'held') return { kind: 'wrong-state', state: status };
    return expiresAt !== null && expiresAt <= this.clock.now() ? EXPIRED : null;
  }

  private async fund(facts: ReservationFacts, context: CommandContext): Promise<LedgerOutcome> {
    const { reservationId, window, grid, amount } = facts;
    const split = await this.splits.of(facts);
    const command = { type: 'FundEscrow', reservationId, split, window, grid, amount } as const;
    return this.ledger.execute(facts.holderId, command, context);
  }

  private async finish(
    organizationId: OrganizationId,
    reservationId: ReservationId,
    funded: LedgerOutcome,
  ): Promise<PaymentOutcome> {
    if (!funded.accepted) return refusalOf(funded.rejection);
    const { wallet } = funded.answer;
    const reason = await this.moveTitle(organizationId, reservationId);
    if (reason === null) return { kind: 'paid', reservationId, wallet };
    return EXPIRED;
  }

  /**
   * Tells the market that a reservation's money is there; gives it back when the market no longer
   * wants it. Null when title moved, else why not. May run any number of times.
   */
  async moveTitle(
    organizationId: OrganizationId,
    reservationId: ReservationId,
  ): Promise<string | null> {
    const amount = await this.ledger.read(
      organizationId,
      ({ escrows }) => escrows.get(reservationId)?.amount ?? (0n as MicroUsd),
    );
    const confirmation = confirmationOf(reservationId);
    const confirmed = await this.market.confirmPayment(reservationId, amount, confirmation);
    if (confirmed.accepted) return null;
    const { code: reason } = confirmed.rejection;
    const release = systemContext('release-escrow', reservationId);
    const command = { type: 'ReleaseEscrow', reservationId, reason } as const;
    await this.ledger.execute(organizationId, command, release);
    return reason;
  }
}

/** The market is told of a payment under one key for each reservation. */
export function confirmationOf(reservationId: ReservationId): CommandContext {
  return systemContext('confirm-payment', reservationId);
}

function refusalOf(
  rejection: Extract<LedgerOutcome, { readonly accepted: false }>['rejection'],
): PaymentOutcome {
  switch (rejection.code) {
    case 'REFUSED':
      return JSON.parse(rejection.refusal) as PaymentOutcome;
    case 'INSUFFICIENT_FUNDS': {
      const { balance, due } = rejection;
      return { kind: 'insufficient', balance, due };
    }
    case 'WINDOW_OVER':
      return EXPIRED;
    case 'ALREADY_FUNDED':
    case 'ALREADY_DELIVERED':
    case 'ORDER_CLOSED':
    case 'ESCROW_NOT_FOUND':
      return { kind: 'wrong-state', state: 'paid' };
    default:
      return assertNever(rejection);
  }
}
