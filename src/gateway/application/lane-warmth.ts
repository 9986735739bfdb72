import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { MONOTONIC } from './tokens.js';

/** Without an answer for so long an endpoint counts as cold; connections are closed long before. */
export const COLD_AFTER_MS = 300_000;
const ENDPOINTS_MAX = 10_000;

/**
 * Which endpoints have answered this process lately. A request to one that has not needs a new connection,
 * and may wake up what serves: its times are told apart. Requests that begin before the first of them is
 * answered are cold too.
 */
@Injectable()
export class LaneWarmth {
  private readonly answeredAt = new LRUCache<string, number>({ max: ENDPOINTS_MAX });

  constructor(@Inject(MONOTONIC) private readonly monotonic: () => number) {}

  isCold(url: string): boolean {
    const at = this.answeredAt.get(url);
    return at === undefined || this.monotonic() - at >= COLD_AFTER_MS;
  }

  answered(url: string): void {
    this.answeredAt.set(url, this.monotonic());
  }
}
