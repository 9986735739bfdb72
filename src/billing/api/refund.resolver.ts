import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { PageArguments, readInstantKey, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound, spendRefused } from '../../api/graphql/refusals.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { assertNever } from '../../kernel/assert.js';
import { formatUsd } from '../../kernel/money.js';
import { Database } from '../../platform/database/prisma.js';
import { RefundService, type RefundOutcome } from '../application/refund.service.js';
import {
  PaymentDisputeConnection,
  RefundTopUpInput,
  RefundTopUpResult,
  TopUpRefundConnection,
  type PaymentDisputeType,
  type TopUpRefundType,
} from './refund.types.js';

@Resolver()
export class RefundResolver {
  constructor(
    private readonly service: RefundService,
    private readonly database: Database,
  ) {}

  @Query(() => TopUpRefundConnection, { description: 'Refunds of your top-ups, newest first.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async topUpRefunds(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<TopUpRefundType>> {
    const page = readPage(pageArguments, 2);
    const [at, refundId = ''] = page.after ?? [];
    const reservedAt = at === undefined ? undefined : readInstantKey(at);
    const older = [{ reservedAt: { lt: reservedAt } }, { reservedAt, refundId: { lt: refundId } }];
    const rows = await this.database.topUpRefund.findMany({
      where: { organizationId, ...(reservedAt && { OR: older as object[] }) },
      orderBy: [{ reservedAt: 'desc' }, { refundId: 'desc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, (row) => [row.reservedAt.toISOString(), row.refundId]);
  }

  @Query(() => PaymentDisputeConnection, { description: 'Disputes of your top-ups, newest first.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async paymentDisputes(
    @Args() pageArguments: PageArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<PaymentDisputeType>> {
    const page = readPage(pageArguments, 2);
    const [at, disputeId = ''] = page.after ?? [];
    const openedAt = at === undefined ? undefined : readInstantKey(at);
    const older = [{ openedAt: { lt: openedAt } }, { openedAt, disputeId: { lt: disputeId } }];
    const rows = await this.database.paymentDispute.findMany({
      where: { organizationId, ...(openedAt && { OR: older as object[] }) },
      orderBy: [{ openedAt: 'desc' }, { disputeId: 'desc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, (row) => [row.openedAt.toISOString(), row.disputeId]);
  }

  @Mutation(() => RefundTopUpResult, {
    description: 'Sends a top-up, or a part of it, back to its card: only what the wallet can spend now.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async refundTopUp(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'Which, and how much.' }) { topUpId, amount }: RefundTopUpInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    return showRefund(await this.service.start(caller, { topUpId, amount }, idempotencyKey));
  }
}

function showRefund(outcome: RefundOutcome): object {
  switch (outcome.kind) {
    case 'invalid':
      return invalidInput(outcome.issues);
    case 'refused':
      return showRefused(outcome.rejection);
    case 'taken': {
      const { refundId, call } = outcome;
      if (call.status !== 'failed') return { __typename: 'RefundTopUpSuccess', refundId };
      const reason = call.failureCode ?? 'refused';
      const message = `Stripe refused the refund: ${reason}; the money is in the wallet again`;
      return { __typename: 'RefundFailedRejection', code: 'REFUND_FAILED', message, refundId, reason };
    }
    default:
      return assertNever(outcome);
  }
}

function showRefused(rejection: Extract<RefundOutcome, { readonly kind: 'refused' }>['rejection']): object {
  switch (rejection.code) {
    case 'TOP_UP_DISPUTED': {
      const message = 'the top-up, or a part of it, is disputed: the bank of the card has the money, or decides about it';
      return { __typename: 'TopUpDisputedRejection', code: rejection.code, message };
    }
    case 'REFUND_TOO_HIGH': {
      const { code, available } = rejection;
      const message = `${formatUsd(BigInt(available))} USD of the top-up have not gone back yet: ask for no more`;
      return { __typename: 'RefundTooHighRejection', code, message, available };
    }
    case 'INSUFFICIENT_FUNDS':
      return spendRefused(rejection);
    default:
      return notFound('topUpId', 'your organization has no such top-up that succeeded');
  }
}
