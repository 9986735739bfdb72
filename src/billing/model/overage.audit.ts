import type { OrganizationId } from '../../kernel/ids.js';
import { isOverageClaim } from './conceded-count.js';
import type { LedgerEvent, OverageReduced } from './ledger.events.js';

interface Sums {
  charged: bigint;
  collected: bigint;
}

interface Claim {
  readonly fromId: OrganizationId;
  readonly toId: OrganizationId;
  readonly amount: bigint;
}

/**
 * I3 for overage that falls: an hour is never charged below nothing, what is not forgiven is claimed
 * back, and whoever gives something back was asked for it, once, in that amount.
 */
export class OverageAudit {
  private readonly hours = new Map<string, Sums>();
  private readonly claims = new Map<string, Claim>();
  private readonly given = new Map<string, Claim>();
  private lie: string | null = null;

  see(event: LedgerEvent, ownerId: OrganizationId): void {
    switch (event.type) {
      case 'OverageCharged':
        return this.add(event, event.amount, event.collected);
      case 'OverageCollected':
        return this.add(event, 0n, event.amount);
      case 'OverageReduced':
        return this.reduce(event, ownerId);
      case 'CreditCharged': {
        const { creditId, toId, amount } = event;
        if (!isOverageClaim(creditId)) return;
        if (this.given.has(creditId)) this.lie ??= `I3: ${creditId} was given back twice`;
        this.given.set(creditId, { fromId: ownerId, toId, amount });
        return;
      }
      default:
        return;
    }
  }

  /** What is wrong, or null. */
  end(): string | null {
    if (this.lie !== null) return this.lie;
    for (const [creditId, given] of this.given) {
      const claim = this.claims.get(creditId);
      if (claim === undefined) return `I3: ${creditId} was given back and never claimed`;
      const isSame = claim.fromId === given.fromId && claim.toId === given.toId;
      if (!isSame || claim.amount !== given.amount) return `I3: ${creditId} was given back as another`;
    }
    return null;
  }

  private reduce(event: OverageReduced, toId: OrganizationId): void {
    const { amount, forgiven, claims } = event;
    const claimed = claims.reduce((sum, one) => sum + one.amount, 0n);
    if (forgiven + claimed !== amount || amount <= 0n || forgiven < 0n) {
      this.lie ??= `I3: overage of ${event.reservationId} fell by ${amount}, and ${forgiven + claimed} is accounted for`;
    }
    for (const { creditId, fromId, amount: part } of claims) {
      if (this.claims.has(creditId)) this.lie ??= `I3: ${creditId} was claimed twice`;
      this.claims.set(creditId, { fromId, toId, amount: part });
    }
    this.add(event, -amount, -claimed);
  }

  private add(
    { reservationId, hour }: { readonly reservationId: string; readonly hour: number },
    charged: bigint,
    collected: bigint,
  ): void {
    const key = `${reservationId} ${hour}`;
    const sums = this.hours.get(key) ?? { charged: 0n, collected: 0n };
    this.hours.set(key, sums);
    sums.charged += charged;
    sums.collected += collected;
    if (sums.collected < 0n || sums.collected > sums.charged) {
      this.lie ??= `I3: overage of ${key} is charged ${sums.charged} and collected ${sums.collected}`;
    }
  }
}
