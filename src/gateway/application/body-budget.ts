import { Injectable } from '@nestjs/common';
import { shareOf, type Tier } from '../model/tier.js';
import { GATEWAY_BOUNDS } from './gateway-limits.js';

/** Room for one request's body, and for an answer that is kept until it is whole; until the request has ended. */
export interface Held {
  /** So much more is kept; false: there is no room for it at its tier, or its request has ended, and nothing changed. */
  grow(bytes: number): boolean;
  /** So much of what was kept is not any more. */
  giveBack(bytes: number): void;
  /** It is that large, and not as large as it might have been. */
  shrink(bytes: number): void;
  /** May be called again. */
  release(): void;
}

/** What bodies of requests under way take in this process, and answers that come whole: a bound on its memory, whoever asks. */
@Injectable()
export class BodyBudget {
  private held = 0;

  get heldBytes(): number {
    return this.held;
  }

  /** `bytes`: as many as are announced; null: nothing is, so it may be the most. Null when there is no room at that tier. */
  hold(announced: number | null, tier: Tier): Held | null {
    let bytes = 0;
    let isOver = false;
    const most = shareOf(tier, GATEWAY_BOUNDS.bodiesBytes);
    const grow = (more: number): boolean => {
      if (isOver || this.held + more > most) return false;
      this.held += more;
      bytes += more;
      return true;
    };
    if (!grow(Math.min(announced ?? Infinity, GATEWAY_BOUNDS.requestBytes))) return null;
    const shrink = (to: number): void => {
      const less = Math.min(to, bytes);
      this.held -= bytes - less;
      bytes = less;
    };
    const giveBack = (less: number): void => shrink(Math.max(0, bytes - less));
    const release = (): void => {
      isOver = true;
      shrink(0);
    };
    return { grow, giveBack, shrink, release };
  }
}
