import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { StripeEventService } from '../stripe-event.service.js';
import { PayoutAccountService } from './payout-account.service.js';
import { TransferService } from './transfer.service.js';

/** Webhooks of the sellers' side: of their accounts, and of our transfers to them. */
@Injectable()
export class SellerEvents implements OnModuleInit {
  constructor(
    @Inject(StripeEventService) private readonly events: StripeEventService,
    @Inject(PayoutAccountService) private readonly accounts: PayoutAccountService,
    @Inject(TransferService) private readonly transfers: TransferService,
  ) {}

  onModuleInit(): void {
    const { accounts, transfers, events } = this;
    events.on('account', async ({ accountId }, { account, eventId }) => {
      return account === accountId && accounts.noteChange(accountId, eventId);
    }, 'connected');
    events.on('bank-payout', async (about, { account }) => {
      return account !== null && this.bankPayout(account, about);
    }, 'connected');
    events.on('transfer', (about, { eventId }) => transfers.noteChange(about, eventId));
  }

  private async bankPayout(
    account: string,
    { status, failureCode }: { readonly status: string; readonly failureCode: string | null },
  ): Promise<boolean> {
    if (status === 'failed') return this.accounts.noteBank(account, failureCode ?? 'unknown');
    return status === 'paid' && this.accounts.noteBank(account, null);
  }
}
