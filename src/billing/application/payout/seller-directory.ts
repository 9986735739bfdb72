import { Inject, Injectable } from '@nestjs/common';
import { Market } from '../../../allocation/contract.js';
import { OrganizationDirectory } from '../../../identity/contract.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { LedgerService } from '../ledger.service.js';

/** Who sells: organizations that registered as providers, that offer something, or that were paid for it. */
@Injectable()
export class SellerDirectory {
  constructor(
    @Inject(Market) private readonly market: Market,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(OrganizationDirectory) private readonly organizations: OrganizationDirectory,
  ) {}

  async isSeller(organizationId: OrganizationId): Promise<boolean> {
    const organization = await this.organizations.find(organizationId);
    if (organization?.isProvider === true || (await this.market.isSeller(organizationId))) return true;
    return this.ledger.read(
      organizationId,
      ({ earnings }) => earnings.inWallet > 0n || earnings.payableSince !== null,
    );
  }
}
