import type { CommandContext } from '../eventstore/command-context.js';
import type { MemberId, OrganizationId, TeamId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.js';
import type { Transaction } from '../platform/idempotency/idempotency.js';

/** What a member may do in an organization; each role includes the ones after it but finance. */
export const ROLES = ['owner', 'trader', 'finance', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** What an API key may do. */
export const SCOPES = [
  'market:read',
  'market:trade',
  'capacity:provide',
  'usage:write',
  'inference:use',
  'billing:read',
  'billing:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Who is asking, as proven by a session cookie or an API key. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'member';
      readonly memberId: MemberId;
      readonly organizationId: OrganizationId;
      readonly role: Role;
      readonly isPlatformAdmin: boolean;
      readonly sessionId: string;
    }
  | {
      readonly kind: 'api-key';
      readonly keyId: string;
      readonly organizationId: OrganizationId;
      readonly scopes: readonly Scope[];
    };

export type AuthenticatedPrincipal = Exclude<Principal, { readonly kind: 'anonymous' }>;

export const ANONYMOUS: Principal = { kind: 'anonymous' };

/** `member:…`, `key:…` or `anonymous`: how a principal stands in events and the audit trail. */
export function actorOf(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'member':
      return `member:${principal.memberId}`;
    case 'api-key':
      return `key:${principal.keyId}`;
  }
}

/** The organization a principal acts for; null for a stranger. */
export function organizationOf(principal: Principal): OrganizationId | null {
  return principal.kind === 'anonymous' ? null : principal.organizationId;
}

/** How a mutation goes into the log: its key belongs to the caller's organization. */
export function commandOf(
  caller: AuthenticatedPrincipal,
  mutation: string,
  idempotencyKey: string,
  input: unknown,
): CommandContext {
  return {
    scope: caller.organizationId,
    idempotencyKey,
    content: { [mutation]: input },
    actor: actorOf(caller),
    cause: `mutation:${mutation}`,
    organizationId: caller.organizationId,
  };
}

export interface Credentials {
  readonly authorization: string | undefined;
  readonly sessionCookie: string | undefined;
}

/** Proves who a request comes from. Never throws for a wrong credential: that is anonymous. */
export abstract class Authenticator {
  abstract authenticate(credentials: Credentials): Promise<Principal>;
  /** The same for somebody who does nothing but stay connected: no use that keeps a session alive. */
  abstract recheck(credentials: Credentials): Promise<Principal>;
}

/** Which organizations exist and what they may be. */
export abstract class OrganizationDirectory {
  abstract find(id: OrganizationId): Promise<Organization | null>;
  abstract platformOrganizationId(): Promise<OrganizationId>;
}

/** Parts of organizations that use what these hold. */
export abstract class TeamDirectory {
  /** Whether the organization has such a team. */
  abstract has(organizationId: OrganizationId, teamId: TeamId): Promise<boolean>;
}

/** Keys that organizations gave to programs. */
export abstract class KeyDirectory {
  /** Whether the organization has, or had, such a key. */
  abstract hasKey(organizationId: OrganizationId, keyId: string): Promise<boolean>;
  /** The member who made it; null: unknown. Never changes. */
  abstract creatorOf(keyId: string): Promise<string | null>;
}

/** People of organizations. */
export abstract class MemberDirectory {
  /** Whether the organization has, or had, such a member. */
  abstract hasMember(organizationId: OrganizationId, memberId: string): Promise<boolean>;
  /** Those who have one of the roles and may sign in. */
  abstract withRoles(organizationId: OrganizationId, roles: readonly Role[]): Promise<readonly MemberId[]>;
  /** How somebody is written to; null: they are no member any more. */
  abstract addressOf(organizationId: OrganizationId, memberId: MemberId): Promise<Address | null>;
}

/** Personal data: to be used, and kept nowhere else. */
export interface Address {
  readonly name: string;
  readonly email: string;
}

/** Tells people that they were invited. */
export abstract class InvitationMail {
  /** In the transaction that invites; the token is kept by nobody once the message is sent. */
  abstract invited(
    transaction: Transaction,
    invitation: {
      readonly organizationId: OrganizationId;
      readonly memberId: MemberId;
      readonly token: string;
      readonly expiresAt: Instant;
    },
  ): Promise<void>;
}

export interface Organization {
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly isProvider: boolean;
  readonly isBuyer: boolean;
  /** When it signed up. */
  readonly createdAt: Instant;
}

/** One line of the audit trail: who did what to what. Holds no personal data and no secret. */
export interface AuditRecord {
  readonly organizationId: OrganizationId | null;
  readonly actor: string;
  /** Verb and object, such as `api-key.created`. */
  readonly action: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, string>>;
}

export abstract class AuditTrail {
  abstract record(entry: AuditRecord): Promise<void>;
  /** In the transaction of what it records. */
  abstract recordIn(transaction: Pick<Transaction, 'auditEntry'>, entry: AuditRecord): Promise<void>;
}
