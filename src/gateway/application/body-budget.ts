import { Injectable } from '@nestjs/common';
import type { Tier } from '../model/tier.js';
import { GATEWAY_BOUNDS } from './gateway-limits.js';

/** Up to which share of the budget a tier is taken, in hundredths: the lowest is refused first. */
const SHARES: Readonly<Record<Tier, number>> = { fast: 100, priority: 90, standard: 75, batch: 50 };

/** Room for one body, until its request has ended. */
export interface Held {
  /** It is that large, and not as large as it might have been. */
  shrink(bytes: number): void;
  /** May be called again. */
  release(): void;
}

/** What bodies of requests under way take in this process: a bound on its memory, whoever asks. */
@Injectable()
export class BodyBudget {
  private held = 0;

  get heldBytes(): number {
    return this.held;
  }

  /** `bytes`: as many as are announced; null: nothing is, so it may be the most. Null when there is no room at that tier. */
  hold(announced: number | null, tier: Tier): Held | null {
    let bytes = Math.min(announced ?? Infinity, GATEWAY_BOUNDS.requestBytes);
    if (this.held + bytes > (GATEWAY_BOUNDS.bodiesBytes * SHARES[tier]) / 100) return null;
    this.held += bytes;
    const shrink = (to: number): void => {
      const less = Math.min(to, bytes);
      this.held -= bytes - less;
      bytes = less;
    };
    return { shrink, release: () => shrink(0) };
  }
}
