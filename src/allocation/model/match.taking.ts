import type { OrganizationId } from '../../kernel/ids.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Listing } from './market.state.js';
import type { PoolFacts } from './market.terms.js';
import type { Match, Progress } from './match.js';
import { providerRoom } from './order.limits.js';
import type { Order } from './order.state.js';

/** What one order takes from one ask after another: counted by provider where it matters. */
export class Taking {
  readonly matches: Match[] = [];
  left: bigint;
  private readonly providerMax: bigint | null;
  private readonly byProvider: Map<OrganizationId, bigint> | null;

  constructor(order: Order, { remaining, byProvider }: Progress) {
    this.left = remaining;
    this.providerMax = providerRoom(order);
    this.byProvider = this.providerMax === null ? null : new Map(byProvider);
  }

  /** The most that it may have of an ask with so much to offer. */
  wanted(offered: bigint, { providerId }: PoolFacts): bigint {
    const most = offered < this.left ? offered : this.left;
    if (this.providerMax === null) return most;
    const room = this.providerMax - (this.byProvider?.get(providerId) ?? 0n);
    return room < most ? room : most;
  }

  take(listing: Listing, { providerId }: PoolFacts, quantity: Quantity): void {
    this.matches.push({ listing, quantity });
    this.left -= quantity;
    this.byProvider?.set(providerId, (this.byProvider.get(providerId) ?? 0n) + quantity);
  }
}
