import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../../api/graphql/access.js';
import { readInstantKey, readPage, toConnection, type Connection } from '../../../api/graphql/connection.js';
import { Caller } from '../../../api/graphql/current.js';
import { apiError } from '../../../api/graphql/errors.js';
import { IdempotencyKey } from '../../../api/graphql/idempotency-key.js';
import { invalidInput, isSpendRefusal, notFound, spendRefused, type Refusal } from '../../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../../identity/contract.js';
import { unless, type Issue } from '../../../kernel/issue.js';
import { formatUsd } from '../../../kernel/money.js';
import { Database } from '../../../platform/database/prisma.js';
import type { Approval as ApprovalRow } from '../../../platform/prisma/generated/client.js';
import { ApprovalService, type ApprovalOutcome, type Member } from '../../application/controls/approval.service.js';
import { AskedBids, type AskedBid } from '../../application/controls/asked-bids.service.js';
import {
  ApprovalArguments,
  ApprovalConnection,
  ApprovalType,
  ApprovePurchaseResult,
  DecidePurchaseInput,
  NOTE_MAX,
  RefusePurchaseResult,
} from './approval.types.js';

/** Those who decide about money; whoever asked is never one of them. */
const APPROVERS = ['owner', 'finance'] as const;

@Resolver()
export class ApprovalResolver {
  constructor(
    private readonly service: ApprovalService,
    private readonly bids: AskedBids,
    private readonly database: Database,
  ) {}

  @Query(() => ApprovalConnection, {
    description: 'Purchases of your organization that wait, or waited, for an approval, newest first.',
  })
  @AllowMembers(['owner', 'trader', 'finance'], 'billing:read')
  async approvals(
    @Args() { status, ...pageArguments }: ApprovalArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<ApprovalType>> {
    const page = readPage(pageArguments, 2);
    const rows = await this.database.approval.findMany({
      where: { organizationId, ...(status && { status }), ...(page.after && { OR: before(page.after) }) },
      orderBy: [{ requestedAt: 'desc' }, { approvalId: 'desc' }],
      take: page.first + 1,
    });
    const bids = await this.bids.of(organizationId, waiting(rows));
    return toConnection(rows, page, (row) => showRow(row, bids), ({ requestedAt, approvalId }) => [
      requestedAt.toISOString(),
      approvalId,
    ]);
  }

  @Query(() => ApprovalType, { nullable: true, description: 'One purchase that waits, or waited, for an approval.' })
  @AllowMembers(['owner', 'trader', 'finance'], 'billing:read')
  async approval(
    @Args('approvalId', { type: () => ID, description: 'Its id.' }) approvalId: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<ApprovalType | null> {
    const row = await this.database.approval.findFirst({ where: { approvalId, organizationId } });
    return row === null ? null : showRow(row, await this.bids.of(organizationId, waiting([row])));
  }

  @Mutation(() => ApprovePurchaseResult, {
    description:
      'Has a purchase executed that somebody else asked for. Holds and quotes that are over are asked for again: at a worse price nothing is bought.',
  })
  @AllowMembers(APPROVERS, null)
  async approvePurchase(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { approvalId, note }: DecidePurchaseInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = noteIssues(note);
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await this.service.approve(memberOf(caller), { approvalId, note }, idempotencyKey);
    return showApproved(outcome, approvalId);
  }

  @Mutation(() => RefusePurchaseResult, { description: 'Says no to a purchase: nothing is bought.' })
  @AllowMembers(APPROVERS, null)
  async refusePurchase(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which.' }) { approvalId, note }: DecidePurchaseInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const issues = noteIssues(note);
    if (issues.length > 0) return invalidInput(issues);
    const outcome = await this.service.refuse(memberOf(caller), { approvalId, note }, idempotencyKey);
    if (outcome.accepted) return { __typename: 'RefusePurchaseSuccess', approvalId };
    return showRefused(outcome.rejection);
  }
}

/** Those for a bid that nobody has decided about. */
function waiting(rows: readonly ApprovalRow[]): readonly string[] {
  return rows.filter(({ status, orderId }) => status === 'pending' && orderId !== null).map(({ approvalId }) => approvalId);
}

function memberOf(caller: AuthenticatedPrincipal): Member {
  if (caller.kind !== 'member') throw apiError('FORBIDDEN', 'this needs a member');
  return caller;
}

function noteIssues(note: string): readonly Issue[] {
  const accepted = `up to ${NOTE_MAX} characters`;
  return unless(note.length <= NOTE_MAX, { field: 'note', reason: 'is too long', accepted });
}

function showApproved(outcome: ApprovalOutcome, approvalId: string): object {
  if (!outcome.accepted) return showRefused(outcome.rejection);
  const { wallet: walletBalance, reservationIds, order, lapsed } = outcome;
  const refused = order !== null && !order.accepted ? order.rejection.code : null;
  const orderId = order?.accepted === true ? order.order.orderId : null;
  const done = { approvalId, reservationIds, orderId, lapsed: lapsed ?? refused, walletBalance };
  return { __typename: 'ApprovePurchaseSuccess', ...done };
}

type Refused = Extract<ApprovalOutcome, { readonly accepted: false }>['rejection'];

function showRefused(rejection: Refused): Refusal {
  const { code } = rejection;
  if (isSpendRefusal(rejection)) return spendRefused(rejection);
  switch (rejection.code) {
    case 'APPROVAL_NOT_FOUND':
      return notFound('approvalId', 'your organization has no such request');
    case 'OWN_REQUEST': {
      const message = 'you asked for this yourself: somebody else approves it';
      return { __typename: 'OwnRequestRejection', code, message };
    }
    case 'PRICE_WORSE': {
      const { approved, cost } = rejection;
      const [then, now] = [approved, cost].map((amount) => formatUsd(BigInt(amount)));
      const message = `it was to cost ${then} USD and would cost ${now} USD now: ask again at this price`;
      return { __typename: 'PriceWorseRejection', code, message, ...{ approved, cost } };
    }
    case 'NO_LONGER_OFFERED': {
      const { reason } = rejection;
      const message = `it is not to be had now: ${reason}`;
      return { __typename: 'NoLongerOfferedRejection', code, message, ...{ reason } };
    }
    // It was paid for by another way, ended, or is over.
    default: {
      const message = `it is not to be had any more: ${code}`;
      return { __typename: 'NoLongerOfferedRejection', code: 'NO_LONGER_OFFERED', message, ...{ reason: code } };
    }
  }
}

function showRow({ askedReservationIds, reservationIds, ...row }: ApprovalRow, bids: ReadonlyMap<string, AskedBid>): ApprovalType {
  return {
    ...row,
    bid: bids.get(row.approvalId) ?? null,
    askedReservationIds: askedReservationIds as string[],
    reservationIds: reservationIds as string[],
  };
}

/** Rows behind a cursor of (requested at, id), newest first. */
function before([requestedAt = '', approvalId = '']: readonly string[]): object[] {
  const at = readInstantKey(requestedAt);
  return [{ requestedAt: { lt: at } }, { requestedAt: at, approvalId: { lt: approvalId } }];
}
