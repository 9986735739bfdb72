import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail, actorOf, OrganizationDirectory, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import { present } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import type { Issue } from '../../../kernel/issue.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import { once, type Transaction } from '../../../platform/idempotency/idempotency.js';
import { CLOCK } from '../../../platform/platform.module.js';
import type { Prisma } from '../../../platform/prisma/generated/client.js';
import { toMessage } from '../../../platform/queue/job.js';
import { putJob } from '../../../platform/queue/put-job.js';
import {
  checkProfile,
  composed,
  DEFAULT_LOCALE,
  type BillingProfileInput,
  type Party,
} from '../../model/document/party.js';
import type { FixedParties } from '../../model/invoice-register.events.js';
import { closeMonthJob } from '../ledger.definition.js';

export interface Parties {
  readonly issuer: Party;
  readonly customer: Party;
}

interface ProfileChange {
  readonly caller: AuthenticatedPrincipal;
  readonly profile: BillingProfileInput;
  readonly idempotencyKey: string;
}

/** Who documents are from and for. */
@Injectable()
export class PartyService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OrganizationDirectory) private readonly directory: OrganizationDirectory,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What is wrong with the profile of the caller's organization; it is kept when nothing is. */
  setProfile(caller: AuthenticatedPrincipal, profile: BillingProfileInput, idempotencyKey: string): Promise<readonly Issue[]> {
    return this.keep(caller.organizationId, { caller, profile, idempotencyKey });
  }

  /** The same of who runs the exchange, which nobody signs in for. */
  async setExchangeProfile(
    caller: AuthenticatedPrincipal,
    profile: BillingProfileInput,
    idempotencyKey: string,
  ): Promise<readonly Issue[]> {
    return this.keep(await this.directory.platformOrganizationId(), { caller, profile, idempotencyKey });
  }

  private async keep(organizationId: OrganizationId, { caller, profile, idempotencyKey }: ProfileChange): Promise<readonly Issue[]> {
    const issues = checkProfile(profile);
    if (issues.length > 0) return issues;
    const kept = composed(profile);
    const content = { setBillingProfile: { ...profile } };
    const request = { scope: organizationId, key: idempotencyKey, content };
    await once(this.database, request, async (transaction) => {
      const before = await transaction.billingProfile.findUnique({ where: { organizationId } });
      const data = { ...kept, updatedAt: new Date(this.clock.now()) };
      const create = { organizationId, ...data };
      await transaction.billingProfile.upsert({ where: { organizationId }, create, update: data });
      await this.closeWaiting(transaction, organizationId);
      await this.audit.recordIn(transaction, {
        ...{ organizationId, actor: actorOf(caller), action: 'billing-profile.changed' },
        ...{ subject: organizationId, details: changesOf(before, kept) },
      });
      return {};
    });
    return [];
  }

  /** Months that wait for their tax may have waited for this. */
  private async closeWaiting(transaction: Transaction, organizationId: OrganizationId): Promise<void> {
    const runAt = this.clock.now();
    const waiting = await transaction.monthTax.findMany({ where: { organizationId, reason: { not: null } } });
    for (const { month } of waiting) {
      const when = { runAt, dedupeKey: `${organizationId} ${month} profile ${runAt}` };
      await putJob(transaction, toMessage(closeMonthJob, { organizationId, month }, when));
    }
  }

  /** Of who runs the exchange: the issuer of invoices. */
  async exchangeProfile(): Promise<BillingProfileInput | null> {
    return this.profile(await this.directory.platformOrganizationId());
  }

  profile(organizationId: OrganizationId): Promise<BillingProfileInput | null> {
    return this.database.billingProfile.findUnique({ where: { organizationId } });
  }

  /**
   * Keeps what both sides of a document say of themselves now, for the event that issues it to name: whatever they
   * say later, and however late it is looked at, is on later documents. The same twice is one version.
   */
  async fix(organizationId: OrganizationId): Promise<FixedParties> {
    const exchange = await this.directory.platformOrganizationId();
    return { issuer: await this.versionOf(exchange), customer: await this.versionOf(organizationId) };
  }

  /** Whom a document names as its customer. */
  customerOf({ customer }: FixedParties): Promise<Party> {
    return this.version(customer);
  }

  private async versionOf(organizationId: OrganizationId): Promise<string> {
    const party = await this.party(organizationId);
    const last = await this.database.partyVersion.findFirst({ where: { organizationId }, orderBy: { madeAt: 'desc' } });
    if (last !== null && isDeepStrictEqual(last.party, party)) return last.versionId;
    const versionId = randomUUID();
    const madeAt = new Date(this.clock.now());
    const kept = party as unknown as Prisma.InputJsonObject;
    await this.database.partyVersion.create({ data: { versionId, organizationId, madeAt, party: kept } });
    return versionId;
  }

  /** Both parties of a document that was issued, as it was issued with them. */
  async of(number: string, organizationId: OrganizationId, fixed: FixedParties | null): Promise<Parties> {
    if (fixed === null) return this.ofEarlier(number, organizationId);
    return { issuer: await this.version(fixed.issuer), customer: await this.version(fixed.customer) };
  }

  private async version(versionId: string): Promise<Party> {
    const kept = await this.database.partyVersion.findUniqueOrThrow({ where: { versionId } });
    return kept.party as unknown as Party;
  }

  /** Of documents that do not say: as they were when this was asked first. */
  private async ofEarlier(number: string, organizationId: OrganizationId): Promise<Parties> {
    const known = await this.database.documentParty.findUnique({ where: { number } });
    if (known !== null) return this.named(known, organizationId);
    const parties = (await this.now(organizationId)) as unknown as Record<keyof Parties, Prisma.InputJsonObject>;
    await this.database.documentParty.createMany({ data: [{ number, ...parties }], skipDuplicates: true });
    // Of two that ask at once one is first.
    const kept = await this.database.documentParty.findUnique({ where: { number } });
    return this.named(present(kept, `parties of ${number}`), organizationId);
  }

  /** Whose they are was not written with them before. */
  private async named(kept: object, customerId: OrganizationId): Promise<Parties> {
    const { issuer, customer } = kept as Parties;
    const id = await this.directory.platformOrganizationId();
    return { issuer: { ...issuer, id }, customer: { ...customer, id: customerId } };
  }

  /** Of a draft. */
  async now(organizationId: OrganizationId): Promise<Parties> {
    const exchange = await this.directory.platformOrganizationId();
    return { issuer: await this.party(exchange), customer: await this.party(organizationId) };
  }

  private async party(organizationId: OrganizationId): Promise<Party> {
    const profile = await this.profile(organizationId);
    if (profile === null) {
      const { name } = present(await this.directory.find(organizationId), 'organization');
      return { id: organizationId, name, address: null, taxId: null, email: null, locale: DEFAULT_LOCALE };
    }
    const { legalName: name, street, postalCode, city, country, taxId, email, locale } = profile;
    return { id: organizationId, name, address: { street, postalCode, city, country }, taxId, email, locale };
  }
}

/** Names, addresses and tax ids may be a person's: of those it is told only that they changed. */
const TOLD = ['country', 'locale'] as const satisfies readonly (keyof BillingProfileInput)[];

/** Which fields changed, and those that say nothing of a person from what to what. */
function changesOf(before: BillingProfileInput | null, after: BillingProfileInput): Readonly<Record<string, string>> {
  const fields = (Object.keys(after) as (keyof BillingProfileInput)[]).filter((field) => before?.[field] !== after[field]);
  const told = TOLD.filter((field) => fields.includes(field));
  const values = told.map((field) => [field, `${before?.[field] ?? 'none'} -> ${after[field] ?? 'none'}`] as const);
  return { changed: fields.sort().join(' '), ...Object.fromEntries(values) };
}
