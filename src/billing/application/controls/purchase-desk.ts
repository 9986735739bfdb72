import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { SpendRefusal } from '../../../allocation/contract.js';
import type { CommandContext } from '../../../eventstore/command-context.js';
import { actorOf, KeyDirectory, type AuthenticatedPrincipal } from '../../../identity/contract.js';
import { present } from '../../../kernel/assert.js';
import type { OrganizationId, QuoteId, ReservationId } from '../../../kernel/ids.js';
import type { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/prisma.js';
import { nameUuid } from '../../../platform/ids/name-uuid.js';
import { CLOCK } from '../../../platform/platform.module.js';
import type { Spender } from '../../model/controls/controls.state.js';
import type { FundEscrow, FundEscrows, ReserveFunds } from '../../model/ledger.commands.js';
import { balanceOf } from '../../model/ledger.state.js';
import { LedgerService, type LedgerOutcome } from '../ledger.service.js';

type Unsigned<Command> = Command extends unknown ? Omit<Command, 'now' | 'spending'> : never;
export type PurchaseCommand = Unsigned<ReserveFunds | FundEscrow | FundEscrows>;

/** What was paid for in place of what was asked for, where that was over when it was approved. */
export interface Executed {
  readonly reservationIds: readonly ReservationId[];
  readonly quoteId: QuoteId | null;
}

export type LedgerRefusal = Extract<LedgerOutcome, { readonly accepted: false }>['rejection'];
export type PurchaseOutcome =
  | { readonly accepted: true; readonly wallet: string; readonly executed: Executed | null }
  | { readonly accepted: false; readonly rejection: LedgerRefusal };

const KEYS_KNOWN_MAX = 10_000;
const NOTHING: Executed = { reservationIds: [], quoteId: null };

/**
 * Where everything is bought: says to the books who buys, and to who asks what became of it. A purchase
 * that waits for an approval has been answered under its key; asked again, the answer is what has become
 * of it since.
 */
@Injectable()
export class PurchaseDesk {
  private readonly creators = new LRUCache<string, Promise<string | null>>({ max: KEYS_KNOWN_MAX });

  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(KeyDirectory) private readonly keys: KeyDirectory,
    @Inject(Database) private readonly database: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Who a purchase counts for. */
  async spenderOf(caller: AuthenticatedPrincipal, isUnattended = false): Promise<Spender> {
    const actor = actorOf(caller);
    const isAttended = !isUnattended;
    if (caller.kind === 'member') {
      const { memberId, role } = caller;
      return { actor, memberId, role, isAttended };
    }
    return { actor, memberId: await this.creatorOf(caller.keyId), role: null, isAttended };
  }

  async buy(
    organizationId: OrganizationId,
    command: PurchaseCommand,
    by: { readonly spender: Spender; readonly context: CommandContext },
  ): Promise<PurchaseOutcome> {
    const { spender, context } = by;
    const approvalId = nameUuid('approval', context.scope, context.idempotencyKey);
    const whole = { ...command, spending: { spender, approvalId } };
    return this.shown(organizationId, await this.ledger.execute(organizationId, whole, context));
  }

  /** As {@link LedgerService.refuse}. */
  async refuse(
    organizationId: OrganizationId,
    refusal: object,
    context: CommandContext,
  ): Promise<PurchaseOutcome> {
    return this.shown(organizationId, await this.ledger.refuse(organizationId, refusal, context));
  }

  /** What a purchase was answered with, or what has become of it since; null when its key is new. */
  async recall(organizationId: OrganizationId, context: CommandContext): Promise<PurchaseOutcome | null> {
    const [outcome] = await this.recallEach(organizationId, [context]);
    return outcome ?? null;
  }

  async recallEach(
    organizationId: OrganizationId,
    contexts: readonly CommandContext[],
  ): Promise<readonly (PurchaseOutcome | null)[]> {
    const outcomes = await this.ledger.recallEach(contexts);
    return Promise.all(
      outcomes.map(async (one) => (one === null ? null : await this.shown(organizationId, one))),
    );
  }

  private async shown(organizationId: OrganizationId, outcome: LedgerOutcome): Promise<PurchaseOutcome> {
    if (!outcome.accepted) return outcome;
    const { wallet, approvalId } = outcome.answer;
    if (approvalId === undefined) return { accepted: true, wallet, executed: null };
    return this.approvalOf(organizationId, approvalId);
  }

  private async approvalOf(organizationId: OrganizationId, approvalId: string): Promise<PurchaseOutcome> {
    const found = await this.ledger.read(organizationId, (books) => ({
      wallet: balanceOf(books, 'wallet').toString(),
      request: books.controls.requests.get(approvalId) ?? null,
      decided: books.controls.decided.get(approvalId) ?? null,
    }));
    const { wallet, request, decided } = found;
    if (decided !== null) return endedAs(wallet, decided.end, decided);
    if (request === null) return this.longDecided(wallet, approvalId);
    const { expiresAt } = request;
    if (expiresAt <= this.clock.now()) return endedAs(wallet, 'expired', NOTHING);
    return { accepted: false, rejection: { code: 'NEEDS_APPROVAL', approvalId, expiresAt } };
  }

  /** The books have forgotten it; the rows have long heard of it. */
  private async longDecided(wallet: string, approvalId: string): Promise<PurchaseOutcome> {
    const row = present(await this.database.approval.findUnique({ where: { approvalId } }), 'approval');
    const reservationIds = row.reservationIds as ReservationId[];
    return endedAs(wallet, row.status, { reservationIds, quoteId: row.quoteId as QuoteId | null });
  }

  private creatorOf(keyId: string): Promise<string | null> {
    const known = this.creators.get(keyId);
    if (known !== undefined) return known;
    const found = this.keys.creatorOf(keyId);
    this.creators.set(keyId, found);
    found.catch(() => this.creators.delete(keyId));
    return found;
  }
}

function endedAs(wallet: string, end: string, { reservationIds, quoteId }: Executed): PurchaseOutcome {
  if (end === 'approved') return { accepted: true, wallet, executed: { reservationIds, quoteId } };
  return { accepted: false, rejection: { code: 'APPROVAL_DECIDED', end } };
}

/** Why somebody may not spend, as others are told; null: it is something else. */
export function spendRefusal(rejection: LedgerRefusal): SpendRefusal | null {
  switch (rejection.code) {
    case 'INSUFFICIENT_FUNDS':
    case 'OVER_SPEND_LIMIT':
    case 'NEEDS_APPROVAL':
    case 'APPROVAL_DECIDED':
    case 'TOO_MANY_APPROVALS':
      return rejection;
    default:
      return null;
  }
}
