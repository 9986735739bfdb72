import { Inject, Injectable } from '@nestjs/common';
import { Market, type OrderRequest, readOrderRequest } from '../../../allocation/contract.js';
import type { OrganizationId, OrderId } from '../../../kernel/ids.js';
import { marketOf } from '../../../kernel/ids.js';
import { assertNever } from '../../../kernel/assert.js';
import type { UnitPrice } from '../../../kernel/money.js';
import type { Quantity } from '../../../kernel/quantity.js';
import type { Window } from '../../../kernel/window.js';
import { LedgerService } from '../ledger.service.js';

export const ASKED_BID_KINDS = ['order', 'amendment', 'auction'] as const;

/** What a bid that waits for an approval would be. */
export interface AskedBid {
  readonly kind: (typeof ASKED_BID_KINDS)[number];
  readonly marketId: string;
  /** Null: the order or the auction that it is for is over. */
  readonly window: Window | null;
  readonly quantity: Quantity;
  readonly limitPrice: UnitPrice;
}

/** Reads what bids that wait ask of the market: in the request that is kept with each. */
@Injectable()
export class AskedBids {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(Market) private readonly market: Market,
  ) {}

  /** By approval; those that are decided, or not for a bid, are left out. */
  async of(organizationId: OrganizationId, approvalIds: readonly string[]): Promise<ReadonlyMap<string, AskedBid>> {
    if (approvalIds.length === 0) return new Map();
    const texts = await this.ledger.read(organizationId, ({ controls }) =>
      approvalIds.flatMap((approvalId) => {
        const purchase = controls.requests.get(approvalId)?.purchase;
        return purchase?.kind === 'order' ? [[approvalId, purchase.request] as const] : [];
      }),
    );
    const bids = texts.map(async ([approvalId, text]) => {
      const { request } = JSON.parse(text) as { readonly request: string };
      return [approvalId, await this.show(readOrderRequest(request))] as const;
    });
    return new Map(await Promise.all(bids));
  }

  private async show(request: OrderRequest): Promise<AskedBid> {
    const { quantity, limitPrice, orderId } = request;
    const asked = { marketId: marketOf(orderId) ?? '', quantity, limitPrice };
    switch (request.type) {
      case 'PlaceOrder':
        return { kind: 'order', ...asked, window: request.window };
      case 'AmendOrder':
        return { kind: 'amendment', ...asked, window: await this.windowOf(orderId) };
      case 'PlaceAuctionBid':
        return { kind: 'auction', ...asked, window: await this.market.listingWindow(request.auctionId) };
      default:
        return assertNever(request);
    }
  }

  private async windowOf(orderId: OrderId): Promise<Window | null> {
    return (await this.market.restingOrder(orderId))?.window ?? null;
  }
}
