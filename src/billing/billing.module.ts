import { Global, Module } from '@nestjs/common';
import { AuctionEntry, OrderEntry, QuoteEntry } from '../allocation/contract.js';
import { BillingProfileResolver } from './api/billing-profile.resolver.js';
import { ExportController } from './api/export.controller.js';
import { ExportFileController } from './api/export/export-file.controller.js';
import { ExportLinks } from './api/export/export-links.js';
import { ExportResolver } from './api/export/export.resolver.js';
import { InvoiceLifeResolver } from './api/invoice-life.resolver.js';
import { ChargeEvidenceResolver } from './api/charge-evidence.resolver.js';
import { InvoiceResolver } from './api/invoice.resolver.js';
import { PaymentResolver } from './api/payment.resolver.js';
import { StripeWebhookController } from './api/stripe-webhook.controller.js';
import { LedgerResolver } from './api/ledger.resolver.js';
import { WalletResolver } from './api/wallet.resolver.js';
import { AuctionBidService } from './application/auction-bid.service.js';
import { BooksFacade } from './application/books.facade.js';
import { CreditService } from './application/credit.service.js';
import { DocumentFiles } from './application/documents/document-files.js';
import { MonthDocuments } from './application/documents/month-documents.js';
import { PartyService } from './application/documents/party.service.js';
import { CostRows } from './application/export/cost-rows.js';
import { ExportBuilder } from './application/export/export-builder.js';
import { ExportScopes } from './application/export/export-scope.js';
import { ExportStore } from './application/export/export-store.js';
import { ExportService } from './application/export/export.service.js';
import { MonthPages } from './application/export/month-pages.js';
import { RowSources } from './application/export/row-sources.js';
import { InvoiceLifeService } from './application/invoice-life.service.js';
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
import { BooksQueries } from './projection/books.queries.js';

@Global()
@Module({
  controllers: [ExportController, ExportFileController, StripeWebhookController],
  providers: [
    AuctionBidService,
    BooksFacade,
    CreditService,
    ...[BillingProfileResolver, BooksQueries, CostRows, DocumentFiles, ExportBuilder, ExportLinks],
    ...[ExportResolver, ExportScopes, ExportService, ExportStore, InvoiceLifeResolver],
    ...[InvoiceLifeService, ChargeEvidenceResolver, InvoiceResolver, InvoiceService],
    ...[MonthDocuments, MonthPages, PartyService, RowSources],
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
    LedgerResolver,
    WalletResolver,
    { provide: Books, useExisting: BooksFacade },
    { provide: AuctionEntry, useExisting: AuctionBidService },
    { provide: OrderEntry, useExisting: OrderService },
    { provide: QuoteEntry, useExisting: QuotePaymentService },
  ],
  exports: [AuctionEntry, Books, OrderEntry, PaymentProvider, QuoteEntry],
})
export class BillingModule {}
