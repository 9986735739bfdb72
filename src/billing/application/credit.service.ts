import { Inject, Injectable } from '@nestjs/common';
import { systemContext } from '../../eventstore/command-context.js';
import type { OrganizationId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { formatInstant } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import type { CreditClaim, HourCredit } from '../contract.js';
import { claimsOf } from '../model/credit.claims.js';
import type { SaleSplit } from '../model/ledger.state.js';
import { LedgerService } from './ledger.service.js';

/** Gives back what was paid for hours that missed what was promised, or were counted too high. */
@Injectable()
export class CreditService {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(Database) private readonly database: Database,
  ) {}

  /** Each claim is a command under a key of its own: posted once, however often it is asked for. */
  async credit({ sale, servedId, hour, revision, before, now }: HourCredit): Promise<void> {
    const split = await this.splitOf(sale);
    const evidence = `${servedId}/${formatInstant(hour)}/${revision}`;
    const { reservationId } = sale;
    for (const { part, fromId, toId, amount } of claimsOf(sale, split, { before, now })) {
      const creditId = `${reservationId}/credit/${evidence}/${part}`;
      await this.claim(fromId, { creditId, reservationId, toId, hour, amount, evidence, parts: [] });
    }
  }

  async claim(fromId: OrganizationId, claim: CreditClaim): Promise<void> {
    const context = systemContext('charge-credit', claim.creditId);
    await this.ledger.execute(fromId, { type: 'ChargeCredit', ...claim }, context);
  }

  /** As it was fixed when the sale was paid. */
  private async splitOf({ holderId, reservationId }: HourCredit['sale']): Promise<SaleSplit> {
    const key = { organizationId: holderId, reservationId };
    const row = await this.database.ledgerSale.findUnique({
      where: { organizationId_reservationId: key },
    });
    if (row === null) throw new Error(`the sale of ${reservationId} is not in the read model yet`);
    return {
      sellerId: row.sellerId as OrganizationId,
      providerId: row.providerId as OrganizationId,
      exchangeId: row.exchangeId as OrganizationId,
      royalty: row.royalty as BasisPoints,
      fee: row.fee as BasisPoints,
    };
  }
}
