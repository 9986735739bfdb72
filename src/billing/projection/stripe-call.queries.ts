import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/prisma.js';
import type { StripeCall } from '../../platform/prisma/generated/client.js';
import type { StripeCallState } from '../model/stripe-call.js';

/** Where a page goes on: after a call of that instant and id. */
export interface CallKey {
  readonly createdAt: Date;
  readonly callId: string;
}

/** What Stripe was asked, and what of it a person must look at. */
@Injectable()
export class StripeCallQueries {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Of one organization, newest first; one more than a page has. */
  calls(
    organizationId: string,
    status: StripeCallState | null,
    { first, after }: { readonly first: number; readonly after: CallKey | null },
  ): Promise<StripeCall[]> {
    const older = after && [{ createdAt: { lt: after.createdAt } }, { createdAt: after.createdAt, callId: { lt: after.callId } }];
    return this.database.stripeCall.findMany({
      where: { organizationId, ...(status && { status }), ...(older && { OR: older }) },
      orderBy: [{ createdAt: 'desc' }, { callId: 'desc' }],
      take: first + 1,
    });
  }

  /** Of everybody, oldest first. */
  reviews({ first, after }: { readonly first: number; readonly after: CallKey | null }): Promise<StripeCall[]> {
    const status: StripeCallState = 'needs_review';
    const later = after && [{ createdAt: { gt: after.createdAt } }, { createdAt: after.createdAt, callId: { gt: after.callId } }];
    return this.database.stripeCall.findMany({
      where: { status, ...(later && { OR: later }) },
      orderBy: [{ createdAt: 'asc' }, { callId: 'asc' }],
      take: first + 1,
    });
  }
}
