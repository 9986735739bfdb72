import { Inject, Injectable } from '@nestjs/common';
import { actorOf, AuditTrail, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { Database } from '../../platform/database/prisma.js';
import { once } from '../../platform/idempotency/idempotency.js';
import type { StripeCall } from '../../platform/prisma/generated/client.js';
import { StripeCallService } from './stripe-call.service.js';

/** What people do about calls of which nothing is known. */
@Injectable()
export class StripeCallReviewService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(StripeCallService) private readonly calls: StripeCallService,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** A person wants to know now; null for a call that is not there. */
  async retry(caller: AuthenticatedPrincipal, callId: string, key: string): Promise<StripeCall | null> {
    const request = { scope: caller.organizationId, key, content: { retryStripeCall: { callId } } };
    // Asking changes nothing by itself: the key is only held to one call.
    await once(this.database, request, async (transaction) => {
      const found = await transaction.stripeCall.findUnique({ where: { callId } });
      if (found === null) return {};
      await this.audit.recordIn(transaction, {
        ...{ organizationId: found.organizationId as OrganizationId, actor: actorOf(caller), action: 'stripe-call.retried' },
        ...{ subject: callId, details: { kind: found.kind, status: found.status } },
      });
      return {};
    });
    const call = await this.calls.seek(callId);
    return call === null ? null : this.calls.pursue(callId);
  }
}
