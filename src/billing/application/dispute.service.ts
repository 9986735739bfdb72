import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { systemContext } from '../../eventstore/command-context.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { MicroUsd } from '../../kernel/money.js';
import { Database } from '../../platform/database/prisma.js';
import type { TopUp } from '../../platform/prisma/generated/client.js';
import type { DisputeFacts, DisputeMovement } from '../adapter/stripe/buyer-gateway.js';
import { statusesUpTo } from '../model/dispute.js';
import { MICRO_USD_PER_CENT } from '../model/top-up.js';
import { LedgerService } from './ledger.service.js';
import { PaymentProvider } from './payment-provider.js';
import { answered } from './stripe-answer.js';
import { StripeEventService } from './stripe-event.service.js';
import { TopUpService } from './top-up.service.js';

const SECOND_MS = 1_000;

/**
 * Follows what Stripe does with a payment whose payer went to the bank. Every movement of money is booked
 * under the name of Stripe's own balance transaction: once, whichever event tells of it.
 */
@Injectable()
export class DisputeService implements OnModuleInit {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(StripeEventService) private readonly events: StripeEventService,
    @Inject(TopUpService) private readonly topUps: TopUpService,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    @Inject(Database) private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.events.on('dispute', ({ objectId }) => this.look(objectId));
  }

  /** Says whether it is about a payment of ours. */
  private async look(disputeId: string): Promise<boolean> {
    const facts = answered(await this.provider.gateway.buyers.retrieveDispute(disputeId));
    if (facts === null || facts.paymentIntentId === null || facts.currency !== 'usd') return false;
    const topUp = await this.topUps.credited(facts.paymentIntentId);
    if (topUp === null) return false;
    for (const movement of facts.movements) await this.book(topUp, disputeId, movement);
    await this.keep(topUp, facts);
    return true;
  }

  /** The fee of a dispute is the exchange's: only what the card brought is booked here. */
  private async book(
    { topUpId, organizationId }: TopUp,
    reference: string,
    { transactionId: movementId, amountCents }: DisputeMovement,
  ): Promise<void> {
    if (amountCents === 0n) return;
    const owner = organizationId as OrganizationId;
    const isOut = amountCents < 0n;
    const amount = ((isOut ? -amountCents : amountCents) * MICRO_USD_PER_CENT) as MicroUsd;
    const movement = { reference, movementId, topUpId, cause: 'dispute', amount } as const;
    const context = systemContext(isOut ? 'withdraw-funds' : 'reinstate-funds', movementId);
    const type = isOut ? 'WithdrawFunds' : 'ReinstateFunds';
    await this.ledger.execute(owner, { type, ...movement }, context);
  }

  /** An answer that was read early and written late does not turn a dispute back. */
  private async keep({ topUpId, organizationId }: TopUp, facts: DisputeFacts): Promise<void> {
    const { disputeId, status, reason, amountCents, openedAt, evidenceDueAt } = facts;
    const amount = amountCents * MICRO_USD_PER_CENT;
    const due = evidenceDueAt === null ? null : new Date(evidenceDueAt * SECOND_MS);
    const said = { status, reason, amount, evidenceDueAt: due };
    const about = { disputeId, organizationId, topUpId, openedAt: new Date(openedAt * SECOND_MS) };
    await this.database.paymentDispute.createMany({ data: [{ ...about, ...said }], skipDuplicates: true });
    const where = { disputeId, status: { in: [...statusesUpTo(status)] } };
    await this.database.paymentDispute.updateMany({ where, data: said });
  }
}
