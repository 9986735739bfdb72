import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { OrganizationId } from '../../kernel/ids.js';
import { GatewayUsage } from '../../metering/contract.js';
import { uuidV7 } from '../../platform/ids/uuid-v7.js';
import { alreadyCounted, IN_PROGRESS, TRIED_TOO_OFTEN, type InferenceError } from '../model/inference.error.js';
import type { Operation } from '../model/inference.request.js';
import { namesOfTries, repeatOf } from '../model/repeat.js';

/** A request as its client sent it; `key`: null when it has none. */
export interface Sent {
  readonly organizationId: OrganizationId;
  readonly key: string | null;
  readonly operation: Operation;
  readonly bytes: Uint8Array;
}

export type Begun =
  /** `end` when nothing of it is under way any more. */
  | { readonly kind: 'begun'; readonly requestId: string; readonly end: () => void }
  | { readonly kind: 'refused'; readonly error: InferenceError };

const NOTHING = (): void => undefined;

/**
 * Names requests, so that what is sent again under one key counts once. The name is made of key and
 * content: under the same key other content is another request. Of two that two processes serve at
 * once both are answered and one counts, because both records have one name.
 */
@Injectable()
export class Repeats {
  private readonly underWay = new Set<string>();

  constructor(private readonly usage: GatewayUsage) {}

  async begin(sent: Sent): Promise<Begun> {
    const { organizationId, key } = sent;
    if (key === null) return { kind: 'begun', requestId: uuidV7(), end: NOTHING };
    const name = nameOf(sent, key);
    const own = `${organizationId} ${name}`;
    if (this.underWay.has(own)) return { kind: 'refused', error: IN_PROGRESS };
    this.underWay.add(own);
    const end = (): void => void this.underWay.delete(own);
    try {
      const begun = await this.look(organizationId, name, end);
      if (begun.kind === 'refused') end();
      return begun;
    } catch (error) {
      end();
      throw error;
    }
  }

  private async look(organizationId: OrganizationId, name: string, end: () => void): Promise<Begun> {
    const repeat = repeatOf(name, await this.usage.ends(organizationId, namesOfTries(name)));
    switch (repeat.kind) {
      case 'serve':
        return { kind: 'begun', requestId: repeat.id, end };
      case 'counted':
        return { kind: 'refused', error: alreadyCounted(repeat.id) };
      case 'too-often':
        return { kind: 'refused', error: TRIED_TOO_OFTEN };
    }
  }
}

/** Fixed in length, and nobody's guess. */
function nameOf({ operation, bytes }: Sent, key: string): string {
  const hash = createHash('sha256').update(`${operation}\n${key}\n`).update(bytes);
  return `key-${hash.digest('hex').slice(0, 32)}`;
}
