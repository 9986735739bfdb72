import { Inject, Injectable } from '@nestjs/common';
import type { StripeEvent } from '../../adapter/stripe/payment-gateway.js';
import { PayoutAccountService } from './payout-account.service.js';
import { TransferService } from './transfer.service.js';

/** Webhooks of the sellers' side: of their accounts, and of our transfers to them. */
@Injectable()
export class SellerEvents {
  constructor(
    @Inject(PayoutAccountService) private readonly accounts: PayoutAccountService,
    @Inject(TransferService) private readonly transfers: TransferService,
  ) {}

  /**
   * Says whether it is about something of ours.
   *
   * @param account the connected account that it happened on; null for our own
   */
  async settle({ id, about }: StripeEvent, account: string | null): Promise<boolean> {
    switch (about.kind) {
      case 'account':
        return account === about.accountId && this.accounts.noteChange(account, id);
      case 'bank-payout':
        return account !== null && this.bankPayout(account, about);
      case 'transfer':
        return account === null && this.transfers.noteChange(about, id);
      case 'top-up':
      case 'refund':
      case 'other':
        return false;
    }
  }

  private async bankPayout(
    account: string,
    { status, failureCode }: { readonly status: string; readonly failureCode: string | null },
  ): Promise<boolean> {
    if (status === 'failed') return this.accounts.noteBank(account, failureCode ?? 'unknown');
    return status === 'paid' && this.accounts.noteBank(account, null);
  }
}
