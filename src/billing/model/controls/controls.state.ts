import type { Role } from '../../../identity/contract.js';
import type { QuoteId, ReservationId, TeamId } from '../../../kernel/ids.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';
import type { Purchase } from './purchase.js';

/**
 * Whose spending is limited: all of an organization, everybody with a role, one member with the keys that
 * it made, or one key.
 */
export type Subject = 'organization' | `role:${Role}` | `member:${string}` | `key:${string}`;

/** Null: no limit. */
export interface SpendLimits {
  /** What one order may cost at the most, what it was raised by included. */
  readonly perOrder: MicroUsd | null;
  /** In one UTC day. */
  readonly perDay: MicroUsd | null;
  /** In one UTC month. */
  readonly perMonth: MicroUsd | null;
  /** An order above it waits for somebody to approve it. */
  readonly approvalAbove: MicroUsd | null;
}

/** Who buys. */
export interface Spender {
  /** `member:…`, `key:…` or `system:…`. */
  readonly actor: string;
  /** The member, or whoever made the key; null: nobody asks by hand. */
  readonly memberId: string | null;
  /** Of a member; a key has none. */
  readonly role: Role | null;
  /** Whether somebody is there to wait for an approval. */
  readonly isAttended: boolean;
}

/** What a subject has bought in the day and the month it bought last, less what came back of it. */
export interface Spent {
  readonly day: string;
  readonly inDay: MicroUsd;
  readonly month: string;
  readonly inMonth: MicroUsd;
}

/** Money that is set aside or in escrow, as it counts for those who spent it. */
export interface Commitment {
  readonly subjects: readonly Subject[];
  readonly day: string;
  readonly amount: MicroUsd;
}

/** A purchase that waits for an approval. */
export interface ApprovalRequest {
  readonly approvalId: string;
  readonly spender: Spender;
  readonly amount: MicroUsd;
  readonly purchase: Purchase;
  readonly requestedAt: Instant;
  readonly expiresAt: Instant;
}

export const APPROVAL_ENDS = ['approved', 'refused', 'expired'] as const;
export type ApprovalEnd = (typeof APPROVAL_ENDS)[number];

/** What became of a request. */
export interface DecidedApproval {
  readonly end: ApprovalEnd;
  readonly decidedAt: Instant;
  /** What was paid for in the end: holds that were over were made again. */
  readonly reservationIds: readonly ReservationId[];
  readonly quoteId: QuoteId | null;
  /** Of an order: what the market is asked. */
  readonly order: { readonly request: string; readonly amount: MicroUsd } | null;
}

/** What an organization may owe, and until when it pays. */
export interface CreditLine {
  readonly limit: MicroUsd;
  /** Days from an invoice to when it is due. */
  readonly termDays: number;
  readonly from: Instant;
}

/** What of the line is due with an invoice. */
export interface Bill {
  readonly invoiceNumber: string;
  readonly amount: MicroUsd;
  readonly repaid: MicroUsd;
  readonly dueAt: Instant;
}

export const MEASURES = ['spent', 'committed'] as const;
/** `spent`: what a month cost; `committed`: what was bought in it, whenever it is delivered. */
export type Measure = (typeof MEASURES)[number];

/** Whose month a budget is for: all of an organization's, a team's, a member's with the keys that it made, or a key's. */
export type Scope = 'organization' | `team:${TeamId}` | `member:${string}` | `key:${string}`;
export const SCOPE_KINDS = ['organization', 'team', 'member', 'key'] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];

/**
 * What the books can tell of whom. Teams order nothing: they are handed what their organization bought.
 * What capacity costs once it is delivered, and what is used above it, is a reservation's, whoever
 * ordered it and with whichever key it was used.
 */
export const MEASURES_OF: Readonly<Record<ScopeKind, readonly Measure[]>> = {
  organization: MEASURES,
  team: ['spent'],
  member: ['committed'],
  key: ['committed'],
};

export function scopeKind(scope: Scope): ScopeKind {
  const kind = scope.split(':', 1)[0];
  return SCOPE_KINDS.find((one) => one === kind) ?? 'organization';
}

/** For each month; alerts in percent of the amount. */
export interface Budget {
  readonly amount: MicroUsd;
  readonly spentAlerts: readonly number[];
  readonly committedAlerts: readonly number[];
}

/** What a month cost, and what of it teams did: the rest is the organization's as a whole. */
export interface MonthCost {
  readonly all: MicroUsd;
  readonly teams: ReadonlyMap<TeamId, MicroUsd>;
}

/** What finance lets an organization do. A part of its books, so that no purchase is decided beside it. */
export interface Controls {
  readonly limits: Map<Subject, SpendLimits>;
  readonly spent: Map<Subject, Spent>;
  /** By account: `reserved:…` and `escrow:…`; what was bought last is last. */
  readonly commitments: Map<string, readonly Commitment[]>;
  readonly requests: Map<string, ApprovalRequest>;
  /** Those of the last 31 days; older ones are in the read model. */
  readonly decided: Map<string, DecidedApproval>;
  creditLine: CreditLine | null;
  /** Oldest first; those that are repaid are gone. */
  bills: readonly Bill[];
  readonly budgets: Map<Scope, Budget>;
  /** What the last months cost, by month. */
  readonly charged: Map<string, MonthCost>;
  /** Alerts of the last months that were given, such as `2026-11 spent 80`, by whose they were. */
  readonly told: Map<Scope, readonly string[]>;
}

export function noControls(): Controls {
  return {
    ...{ limits: new Map(), spent: new Map(), commitments: new Map() },
    ...{ requests: new Map(), decided: new Map() },
    ...{ creditLine: null, bills: [], budgets: new Map(), charged: new Map(), told: new Map() },
  };
}

export const NO_LIMITS: SpendLimits = { perOrder: null, perDay: null, perMonth: null, approvalAbove: null };

/** Who an organization's own processes buy for. */
export function unattended(process: string): Spender {
  return { actor: `system:${process}`, memberId: null, role: null, isAttended: false };
}

/** Whose limits count, the widest first. */
export function subjectsOf({ actor, memberId, role }: Spender): readonly Subject[] {
  return [
    'organization',
    ...(role === null ? [] : [`role:${role}` as const]),
    ...(memberId === null ? [] : [`member:${memberId}` as const]),
    ...(actor.startsWith('key:') ? [actor as Subject] : []),
  ];
}

