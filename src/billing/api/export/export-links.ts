import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { MINUTE_MS, plus, type Instant } from '../../../kernel/time.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { WALL_CLOCK } from '../../../platform/platform.module.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';

/** How long a link works. */
export const LINK_LIFE_MS = 15 * MINUTE_MS;

export type LinkCheck = 'good' | 'wrong' | 'expired';

/**
 * Links that carry their own permission: whoever has one may fetch that file until it expires, as often
 * as they like. By real time, since people hold them.
 */
@Injectable()
export class ExportLinks {
  constructor(
    @Inject(SecretBox) private readonly secrets: SecretBox,
    @Inject(WALL_CLOCK) private readonly clock: Clock,
  ) {}

  make(exportId: string): { readonly path: string; readonly expiresAt: Instant } {
    const expiresAt = plus(this.clock.now(), LINK_LIFE_MS);
    const query = `expires=${expiresAt}&signature=${this.sign(exportId, String(expiresAt))}`;
    return { path: `/exports/files/${exportId}?${query}`, expiresAt };
  }

  /** What was signed is looked at only when the signature is right. */
  check(exportId: string, expires: unknown, signature: unknown): LinkCheck {
    if (typeof expires !== 'string' || typeof signature !== 'string') return 'wrong';
    const given = Buffer.from(signature);
    const expected = Buffer.from(this.sign(exportId, expires));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'wrong';
    return this.clock.now() < Number(expires) ? 'good' : 'expired';
  }

  private sign(exportId: string, expires: string): string {
    return this.secrets.sign(`export-file\n${exportId}\n${expires}`);
  }
}
