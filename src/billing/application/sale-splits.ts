import { Inject, Injectable } from '@nestjs/common';
import { OrganizationDirectory } from '../../identity/contract.js';
import type { BasisPoints } from '../../kernel/money.js';
import type { Settings } from '../../platform/config/settings.js';
import { SETTINGS } from '../../platform/platform.module.js';
import type { SaleSplit } from '../model/ledger.state.js';

/** Who has which share of a sale that is paid now: the exchange's is a setting, and fixed with it. */
@Injectable()
export class SaleSplits {
  constructor(
    @Inject(OrganizationDirectory) private readonly organizations: OrganizationDirectory,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async of({
    sellerId,
    providerId,
    royalty,
  }: Pick<SaleSplit, 'sellerId' | 'providerId' | 'royalty'>): Promise<SaleSplit> {
    const exchangeId = await this.organizations.platformOrganizationId();
    const fee = this.settings.EXCHANGE_FEE_BASIS_POINTS as BasisPoints;
    return { sellerId, providerId, exchangeId, royalty, fee };
  }
}
