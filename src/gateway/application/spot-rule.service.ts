import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { MarketId, OrganizationId } from '../../kernel/ids.js';
import type { MicroUsd, UnitPrice } from '../../kernel/money.js';
import type { Quantity } from '../../kernel/quantity.js';
import type { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/prisma.js';
import { once } from '../../platform/idempotency/idempotency.js';
import type { SpotRule as SpotRuleRow } from '../../platform/prisma/generated/client.js';
import { CLOCK } from '../../platform/platform.module.js';
import { SPOT_LIMITS, type SpotRule } from '../model/spot.js';

export type SpotRuleOutcome =
  | { readonly kind: 'set' }
  /** So many rules are there already. */
  | { readonly kind: 'too-many' };

const BELIEVED_MS = 2_000;
const BELIEVED_MAX = 10_000;

/** What organizations let the gateway buy. */
@Injectable()
export class SpotRules {
  private readonly believed = new LRUCache<OrganizationId, Promise<readonly SpotRule[]>>({
    max: BELIEVED_MAX,
    ttl: BELIEVED_MS,
  });

  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** As they were two seconds ago at the most; by market. */
  async inForce(organizationId: OrganizationId): Promise<readonly SpotRule[]> {
    const known = this.believed.get(organizationId);
    if (known !== undefined) return known;
    const found = this.list(organizationId, null, SPOT_LIMITS.rules);
    this.believed.set(organizationId, found);
    found.catch(() => this.believed.delete(organizationId));
    return found;
  }

  async list(
    organizationId: OrganizationId,
    after: string | null,
    limit: number,
  ): Promise<readonly SpotRule[]> {
    const rows = await this.database.spotRule.findMany({
      where: { organizationId, ...(after === null ? {} : { marketId: { gt: after } }) },
      orderBy: { marketId: 'asc' },
      take: limit,
    });
    return rows.map(ruleOf);
  }

  /** In place of what was set for its market. */
  async set(
    caller: AuthenticatedPrincipal,
    rule: SpotRule,
    idempotencyKey: string,
  ): Promise<SpotRuleOutcome> {
    const { organizationId } = caller;
    const { marketId, ...values } = rule;
    const content = { setSpotRule: { marketId, ...textOf(rule) } };
    const keyed = { scope: organizationId, key: idempotencyKey, content };
    const { answer, isReplay } = await once<SpotRuleOutcome>(this.database, keyed, async (transaction) => {
      const others = await transaction.spotRule.count({ where: { organizationId, marketId: { not: marketId } } });
      if (others >= SPOT_LIMITS.rules) return { kind: 'too-many' };
      const row = { ...values, setAt: new Date(this.clock.now()) };
      await transaction.spotRule.upsert({
        where: { organizationId_marketId: { organizationId, marketId } },
        create: { organizationId, marketId, ...row },
        update: row,
      });
      return { kind: 'set' };
    });
    this.believed.delete(organizationId);
    if (!isReplay && answer.kind === 'set') {
      await this.tellAudit(caller, 'spot-rule.set', marketId, textOf(rule));
    }
    return answer;
  }

  /** Whether there was one. */
  async remove(
    caller: AuthenticatedPrincipal,
    marketId: string,
    idempotencyKey: string,
  ): Promise<boolean> {
    const { organizationId } = caller;
    const content = { removeSpotRule: { marketId } };
    const keyed = { scope: organizationId, key: idempotencyKey, content };
    const { answer, isReplay } = await once<boolean>(this.database, keyed, async (transaction) => {
      const { count } = await transaction.spotRule.deleteMany({ where: { organizationId, marketId } });
      return count > 0;
    });
    this.believed.delete(organizationId);
    if (!isReplay && answer) await this.tellAudit(caller, 'spot-rule.removed', marketId, {});
    return answer;
  }

  private async tellAudit(
    caller: AuthenticatedPrincipal,
    ...[action, subject, details]: readonly [string, string, Readonly<Record<string, string>>]
  ): Promise<void> {
    const { organizationId } = caller;
    await this.audit.record({ organizationId, actor: actorOf(caller), action, subject, details });
  }
}

function textOf({ priceMax, quantity, spendPerDayMax }: SpotRule): Readonly<Record<string, string>> {
  return {
    ...{ priceMax: `${priceMax}`, quantity: `${quantity}` },
    spendPerDayMax: `${spendPerDayMax}`,
  };
}

function ruleOf(row: SpotRuleRow): SpotRule {
  return {
    marketId: row.marketId as MarketId,
    priceMax: row.priceMax as UnitPrice,
    quantity: row.quantity as Quantity,
    spendPerDayMax: row.spendPerDayMax as MicroUsd,
  };
}
