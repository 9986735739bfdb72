import { Inject, Injectable } from '@nestjs/common';
import { Market, Quotes, readOrderRequest } from '../../../allocation/contract.js';
import type { OrganizationId, QuoteId, ReservationId } from '../../../kernel/ids.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { CLOCK } from '../../../platform/platform.module.js';
import type { Purchase } from '../../model/controls/purchase.js';
import type { Sale } from '../../model/ledger.commands.js';
import { PaymentService } from '../payment.service.js';

export type Renewed =
  /** `made`: what of it was held again, at today's price; null: nothing. */
  | { readonly isOffered: true; readonly purchase: Purchase; readonly made: Purchase | null }
  | { readonly isOffered: false; readonly reason: string };

type Holds = Extract<Purchase, { readonly kind: 'holds' }>;

/**
 * What a purchase is now. Holds end after a quarter of an hour and quotes after a minute, which is sooner
 * than people decide: what is over is asked for again, and costs what it costs today.
 */
@Injectable()
export class PurchaseRenewal {
  constructor(
    @Inject(Market) private readonly market: Market,
    @Inject(Quotes) private readonly quotes: Quotes,
    @Inject(PaymentService) private readonly payments: PaymentService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Once for each key: asked again, the same holds are the answer. */
  async renew(ownerId: OrganizationId, purchase: Purchase, key: string): Promise<Renewed> {
    if (purchase.kind === 'order') return this.order(purchase);
    const { quoteId } = purchase;
    return quoteId === null
      ? this.holds(ownerId, purchase, key)
      : this.quote(ownerId, { ...purchase, quoteId }, key);
  }

  /** Gives back what was held again and is not paid for. */
  async giveUp(ownerId: OrganizationId, purchase: Purchase): Promise<void> {
    if (purchase.kind === 'order') return;
    if (purchase.quoteId !== null) return this.quotes.giveUp(purchase.quoteId, ownerId);
    for (const { reservationId } of purchase.sales) await this.market.releaseHold(reservationId, ownerId);
  }

  private async order(purchase: Extract<Purchase, { readonly kind: 'order' }>): Promise<Renewed> {
    const { request } = JSON.parse(purchase.request) as { readonly request: string };
    const refusal = await this.market.wouldRefuse(readOrderRequest(request));
    if (refusal !== null) return { isOffered: false, reason: refusal.code };
    return { isOffered: true, purchase, made: null };
  }

  private async quote(
    ownerId: OrganizationId,
    purchase: Holds & { readonly quoteId: QuoteId },
    key: string,
  ): Promise<Renewed> {
    const { quoteId } = purchase;
    const open = await this.quotes.open(quoteId, ownerId);
    if (open.isOpen) return { isOffered: true, purchase, made: null };
    const found = await this.quotes.renew(quoteId, ownerId, key);
    if (!found.isOpen) return { isOffered: false, reason: found.rejection.code };
    const { quoteId: again, holds } = found.quote;
    const sales = await Promise.all(holds.map((hold) => this.payments.saleOf(hold)));
    const renewed = { kind: 'holds', quoteId: again, sales } as const;
    return { isOffered: true, purchase: renewed, made: renewed };
  }

  /** What is still held stays as it is; what is over is held again. */
  private async holds(ownerId: OrganizationId, purchase: Holds, key: string): Promise<Renewed> {
    const sales: Sale[] = [];
    const made: Sale[] = [];
    for (const sale of purchase.sales) {
      const { reservationId } = sale;
      if (await this.isHeld(reservationId)) {
        sales.push(sale);
        continue;
      }
      // The market may not have got round to ending it: its place is needed.
      await this.market.releaseHold(reservationId, ownerId);
      const again = await this.market.holdAgain(reservationId, ownerId, key);
      if (!again.isHeld) {
        await this.giveUp(ownerId, { ...purchase, sales: made });
        return { isOffered: false, reason: again.rejection.code };
      }
      const held = await this.payments.saleOf(again.facts);
      sales.push(held);
      made.push(held);
    }
    return { isOffered: true, purchase: { ...purchase, sales }, made: { ...purchase, sales: made } };
  }

  private async isHeld(reservationId: ReservationId): Promise<boolean> {
    const facts = await this.market.reservation(reservationId);
    return facts?.status === 'held' && (facts.expiresAt ?? 0) > this.clock.now();
  }
}
