import { Global, Module } from '@nestjs/common';
import { AuctionEntry, OrderEntry, QuoteEntry } from '../allocation/contract.js';
import { ExportController } from './api/export.controller.js';
import { InvoiceResolver } from './api/invoice.resolver.js';
import { PaymentResolver } from './api/payment.resolver.js';
import { StripeWebhookController } from './api/stripe-webhook.controller.js';
import { WalletResolver } from './api/wallet.resolver.js';
import { AuctionBidService } from './application/auction-bid.service.js';
import { BooksFacade } from './application/books.facade.js';
import { InvoiceService } from './application/invoice.service.js';
import { JointPaymentService } from './application/joint-payment.service.js';
import { LedgerService } from './application/ledger.service.js';
import { OrderFundsService } from './application/order-funds.service.js';
import { OrderService } from './application/order.service.js';
import { PaymentProvider } from './application/payment-provider.js';
import { PaymentService } from './application/payment.service.js';
import { QuotePaymentService } from './application/quote-payment.service.js';
import { SaleSplits } from './application/sale-splits.js';
import { StripeEventService } from './application/stripe-event.service.js';
import { TopUpService } from './application/top-up.service.js';
import { Books } from './contract.js';

@Global()
@Module({
  controllers: [ExportController, StripeWebhookController],
  providers: [
    AuctionBidService,
    BooksFacade,
    InvoiceResolver,
    InvoiceService,
    JointPaymentService,
    LedgerService,
    OrderFundsService,
    OrderService,
    PaymentProvider,
    PaymentResolver,
    PaymentService,
    QuotePaymentService,
    SaleSplits,
    StripeEventService,
    TopUpService,
    WalletResolver,
    { provide: Books, useExisting: BooksFacade },
    { provide: AuctionEntry, useExisting: AuctionBidService },
    { provide: OrderEntry, useExisting: OrderService },
    { provide: QuoteEntry, useExisting: QuotePaymentService },
  ],
  exports: [AuctionEntry, Books, OrderEntry, PaymentProvider, QuoteEntry],
})
export class BillingModule {}
