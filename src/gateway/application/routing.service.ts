import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Market } from '../../allocation/contract.js';
import { actorOf, AuditTrail, KeyDirectory, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once } from '../../platform/idempotency/idempotency.js';
import { Prisma } from '../../platform/prisma/generated/client.js';
import { CLOCK } from '../../platform/platform.module.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { DEFAULT_ROUTING, type Fallback, type Policy, type Routing } from '../model/routing.js';

/** A routing as it is in force, with the fallback's secret. */
export interface RoutingInForce extends Routing {
  readonly credential: string | null;
}

/** What is set, and for whom: null is every key that has none of its own. */
export interface RoutingChange {
  readonly keyId: string | null;
  readonly policy: Policy;
  readonly fallback: Fallback | null;
  readonly credential: string | null;
}

export interface RoutingView extends Routing {
  readonly keyId: string | null;
  readonly hasCredential: boolean;
}

export type RoutingOutcome =
  | { readonly kind: 'set'; readonly routing: RoutingView }
  /** The organization has no such key, or no such reservation that is not over. */
  | { readonly kind: 'unknown'; readonly field: 'keyId' | 'reservationId' };

/** How long another process may go by what was set before, in milliseconds. */
const BELIEVED_MS = 2_000;
const BELIEVED_MAX = 10_000;
const IN_FORCE_BY_DEFAULT: RoutingInForce = { ...DEFAULT_ROUTING, credential: null };

/** How organizations want their requests routed. */
@Injectable()
export class RoutingService {
  private readonly believed = new LRUCache<string, Promise<RoutingInForce>>({
    max: BELIEVED_MAX,
    ttl: BELIEVED_MS,
  });

  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
    private readonly audit: AuditTrail,
    private readonly keys: KeyDirectory,
    private readonly market: Market,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The key's own, else the organization's, else the default. */
  async inForce(organizationId: OrganizationId, keyId: string): Promise<RoutingInForce> {
    const name = `${organizationId} ${keyId}`;
    const known = this.believed.get(name);
    if (known !== undefined) return known;
    const found = this.find(organizationId, keyId);
    this.believed.set(name, found);
    found.catch(() => this.believed.delete(name));
    return found;
  }

  private async find(organizationId: OrganizationId, keyId: string): Promise<RoutingInForce> {
    const rows = await this.database.routing.findMany({
      where: { organizationId, keyId: { in: ['', keyId] } },
      // The key's own sorts after the empty one.
      orderBy: { keyId: 'desc' },
    });
    const [row] = rows;
    if (row === undefined) return IN_FORCE_BY_DEFAULT;
    const owner = ownerOf(organizationId, row.keyId);
    const sealed = row.fallbackSealed;
    const credential = sealed === null ? null : this.secrets.open(Buffer.from(sealed), owner);
    return { ...routingOf(row), credential };
  }

  /** What is set for every key first, then by key. */
  async list(
    organizationId: OrganizationId,
    afterKeyId: string | null,
    limit: number,
  ): Promise<readonly RoutingView[]> {
    const rows = await this.database.routing.findMany({
      where: { organizationId, ...(afterKeyId === null ? {} : { keyId: { gt: afterKeyId } }) },
      orderBy: { keyId: 'asc' },
      take: limit,
    });
    return rows.map((row) => ({
      ...routingOf(row),
      keyId: row.keyId === '' ? null : row.keyId,
      hasCredential: row.fallbackSealed !== null,
    }));
  }

  /** In force at once in this process, in others within two seconds. */
  async set(
    caller: AuthenticatedPrincipal,
    change: RoutingChange,
    idempotencyKey: string,
  ): Promise<RoutingOutcome> {
    const { keyId, policy, fallback, credential } = change;
    const { organizationId } = caller;
    const row = { organizationId, keyId: keyId ?? '' };
    const owner = ownerOf(organizationId, row.keyId);
    // A keyed hash: the same secret again is the same request, and nothing tells what it is.
    const signed = credential === null ? null : this.secrets.sign(credential);
    const content = { setRouting: { keyId, policy, fallback, credential: signed } };
    const keyed = { scope: organizationId, key: idempotencyKey, content };
    const values = {
      policy: { ...policy },
      fallback: fallback === null ? Prisma.DbNull : { ...fallback },
      fallbackSealed: credential === null ? null : new Uint8Array(this.secrets.seal(credential, owner)),
      setAt: new Date(this.clock.now()),
    };
    const { answer, isReplay } = await once<RoutingOutcome>(this.database, keyed, async (transaction) => {
      const field = await this.unknownIn(organizationId, change);
      if (field !== null) return { kind: 'unknown', field };
      await transaction.routing.upsert({
        where: { organizationId_keyId: row },
        create: { ...row, ...values },
        update: values,
      });
      const routing = { keyId, policy, fallback, hasCredential: credential !== null };
      return { kind: 'set', routing };
    });
    this.believed.clear();
    if (!isReplay && answer.kind === 'set') await this.tellAudit(caller, answer.routing);
    return answer;
  }

  /** Which name in it stands for nothing of the organization's; null: none. */
  private async unknownIn(
    organizationId: OrganizationId,
    { keyId, policy }: RoutingChange,
  ): Promise<'keyId' | 'reservationId' | null> {
    if (keyId !== null && !(await this.keys.hasKey(organizationId, keyId))) return 'keyId';
    if (!('reservationId' in policy)) return null;
    const held = await this.market.reservation(policy.reservationId);
    return held?.holderId === organizationId ? null : 'reservationId';
  }

  private async tellAudit(caller: AuthenticatedPrincipal, { keyId, policy, fallback }: RoutingView): Promise<void> {
    await this.audit.record({
      organizationId: caller.organizationId,
      actor: actorOf(caller),
      action: 'routing.set',
      subject: keyId ?? 'all keys',
      details: { policy: policy.kind, fallback: fallback === null ? 'none' : new URL(fallback.url).host },
    });
  }
}

const ownerOf = (organizationId: string, keyId: string): string =>
  `fallback-credential:${organizationId}:${keyId}`;

function routingOf({ policy, fallback }: { readonly policy: unknown; readonly fallback: unknown }): Routing {
  return { policy: policy as Policy, fallback: fallback as Fallback | null };
}
