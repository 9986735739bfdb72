import { Inject, Injectable } from '@nestjs/common';
import { Market, Quotes, readOrderRequest, type ReservationFacts } from '../../../allocation/contract.js';
import type { OrganizationId, QuoteId } from '../../../kernel/ids.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { CLOCK } from '../../../platform/platform.module.js';
import type { Purchase } from '../../model/controls/purchase.js';
import { PaymentService } from '../payment.service.js';

export type Renewed =
  /** `isNew`: it was held again, at today's price. */
  | { readonly isOffered: true; readonly purchase: Purchase; readonly isNew: boolean }
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
    return { isOffered: true, purchase, isNew: false };
  }

  private async quote(
    ownerId: OrganizationId,
    purchase: Holds & { readonly quoteId: QuoteId },
    key: string,
  ): Promise<Renewed> {
    const { quoteId } = purchase;
    const open = await this.quotes.open(quoteId, ownerId);
    if (open.isOpen) return { isOffered: true, purchase, isNew: false };
    const found = await this.quotes.renew(quoteId, ownerId, key);
    if (!found.isOpen) return { isOffered: false, reason: found.rejection.code };
    const { quoteId: again, holds } = found.quote;
    return { isOffered: true, purchase: await this.purchaseOf(again, holds), isNew: true };
  }

  /** All of them again as soon as one is over, so that one giving up is enough. */
  private async holds(ownerId: OrganizationId, purchase: Holds, key: string): Promise<Renewed> {
    if (await this.areHeld(purchase)) return { isOffered: true, purchase, isNew: false };
    const held: ReservationFacts[] = [];
    for (const { reservationId } of purchase.sales) {
      const again = await this.market.holdAgain(reservationId, ownerId, key);
      if (!again.isHeld) {
        await this.giveUp(ownerId, await this.purchaseOf(null, held));
        return { isOffered: false, reason: again.rejection.code };
      }
      held.push(again.facts);
    }
    return { isOffered: true, purchase: await this.purchaseOf(null, held), isNew: true };
  }

  private async areHeld({ sales }: Holds): Promise<boolean> {
    const now = this.clock.now();
    const found = await Promise.all(sales.map(({ reservationId }) => this.market.reservation(reservationId)));
    return found.every((facts) => facts?.status === 'held' && (facts.expiresAt ?? 0) > now);
  }

  private async purchaseOf(quoteId: QuoteId | null, holds: readonly ReservationFacts[]): Promise<Purchase> {
    const sales = await Promise.all(holds.map((hold) => this.payments.saleOf(hold)));
    return { kind: 'holds', quoteId, sales };
  }
}
