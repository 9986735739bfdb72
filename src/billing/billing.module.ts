import { Global, Module } from '@nestjs/common';
import { AuctionEntry, OrderEntry, QuoteEntry } from '../allocation/contract.js';
import { BillingProfileResolver } from './api/billing-profile.resolver.js';
import { ExportController } from './api/export.controller.js';
import { ExportFileController } from './api/export/export-file.controller.js';
import { ExportLinks } from './api/export/export-links.js';
import { ExportResolver } from './api/export/export.resolver.js';
import { InvoiceLifeResolver } from './api/invoice-life.resolver.js';
import { InvoiceReviewResolver } from './api/invoice-review.resolver.js';
import { ChargeEvidenceResolver } from './api/charge-evidence.resolver.js';
import { InvoiceDocumentLinesResolver, InvoiceLinesResolver } from './api/invoice-lines.resolver.js';
import { InvoiceResolver } from './api/invoice.resolver.js';
import { CheckoutPageController } from './api/checkout-page.controller.js';
import { CheckoutResolver } from './api/checkout.resolver.js';
import { OnboardingPageController } from './api/payout/onboarding-page.controller.js';
import { PayoutAdminResolver } from './api/payout/payout-admin.resolver.js';
import { PayoutLineResolver, PayoutResolver } from './api/payout/payout.resolver.js';
import { ReconciliationResolver } from './api/payout/reconciliation.resolver.js';
import { PaymentResolver } from './api/payment.resolver.js';
import { StandInResolver } from './api/stand-in/stand-in.resolver.js';
import { StripeWebhookController } from './api/stripe-webhook.controller.js';
import { LedgerResolver } from './api/ledger.resolver.js';
import { WalletResolver } from './api/wallet.resolver.js';
import { AuctionBidService } from './application/auction-bid.service.js';
import { BooksFacade } from './application/books.facade.js';
import { AskedBids } from './application/controls/asked-bids.service.js';
import { ApprovalService } from './application/controls/approval.service.js';
import { ControlService } from './application/controls/control.service.js';
import { PurchaseDesk } from './application/controls/purchase-desk.js';
import { PurchaseRenewal } from './application/controls/purchase-renewal.js';
import { ApprovalResolver } from './api/controls/approval.resolver.js';
import { ControlResolver } from './api/controls/control.resolver.js';
import { CreditLineResolver } from './api/controls/credit-line.resolver.js';
import { ConcededCountService } from './application/conceded-count.service.js';
import { CreditNoteService } from './application/credit-note.service.js';
import { CreditWatch } from './application/credit-watch.service.js';
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
import { IssuedLines } from './application/issued-lines.js';
import { InvoiceLifeService } from './application/invoice-life.service.js';
import { InvoicePreviewService } from './application/invoice-preview.service.js';
import { InvoiceService } from './application/invoice.service.js';
import { InvoiceMirrorCalls } from './application/mirror/invoice-mirror.calls.js';
import { InvoiceMirrorReview } from './application/mirror/invoice-mirror.review.js';
import { InvoiceMirror } from './application/mirror/invoice-mirror.service.js';
import { MeterMirrorCalls } from './application/mirror/meter-mirror.calls.js';
import { MeterMirrorReview } from './application/mirror/meter-mirror.review.js';
import { MeterMirror } from './application/mirror/meter-mirror.service.js';
import { JointPaymentService } from './application/joint-payment.service.js';
import { LedgerService } from './application/ledger.service.js';
import { OrderFundsService } from './application/order-funds.service.js';
import { OrderService } from './application/order.service.js';
import { PaymentProvider } from './application/payment-provider.js';
import { PaymentService } from './application/payment.service.js';
import { PayoutAccountService } from './application/payout/payout-account.service.js';
import { PayoutService } from './application/payout/payout.service.js';
import { ReversalService } from './application/payout/reversal.service.js';
import { SellerDirectory } from './application/payout/seller-directory.js';
import { SellerEvents } from './application/payout/seller-events.js';
import { TransferService } from './application/payout/transfer.service.js';
import { ReconciliationService } from './application/reconciliation/reconciliation.service.js';
import { StandInService } from './application/stand-in/stand-in.service.js';
import { MonthCloseService } from './application/month-close.service.js';
import { MoneySweepService } from './application/sweep/money-sweep.service.js';
import { QuotePaymentService } from './application/quote-payment.service.js';
import { SaleSplits } from './application/sale-splits.js';
import { TaxBooks } from './application/tax/tax-books.service.js';
import { TaxRecords } from './application/tax/tax-records.service.js';
import { TaxService } from './application/tax/tax.service.js';
import { StripeEventService } from './application/stripe-event.service.js';
import { TopUpService } from './application/top-up.service.js';
import { AutoTopUpService } from './application/auto-top-up.service.js';
import { CustomerService } from './application/customer.service.js';
import { DisputeService } from './application/dispute.service.js';
import { PaymentMethodService } from './application/payment-method.service.js';
import { CheckoutService } from './application/checkout.service.js';
import { PaymentMethodSetupService } from './application/payment-method-setup.service.js';
import { RefundService } from './application/refund.service.js';
import { EarlierStripeJobs } from './application/stripe-call.earlier-jobs.js';
import { StripeCallReviewService } from './application/stripe-call-review.service.js';
import { StripeCallVerdictService } from './application/stripe-call-verdict.service.js';
import { StripeCallService } from './application/stripe-call.service.js';
import { AutoTopUpResolver } from './api/auto-top-up.resolver.js';
import { PaymentMethodResolver } from './api/payment-method.resolver.js';
import { RefundResolver } from './api/refund.resolver.js';
import { BalancesResolver } from './api/balances.resolver.js';
import { ForeignEventResolver } from './api/foreign-event.resolver.js';
import { HangingMoneyResolver } from './api/hanging-money.resolver.js';
import { StripeCallResolver } from './api/stripe-call.resolver.js';
import { Books, PublicAddress } from './contract.js';
import { ControlChanges } from './projection/control-change.queries.js';
import { BalanceQueries } from './projection/balance.queries.js';
import { BooksQueries } from './projection/books.queries.js';
import { ForeignEventQueries } from './projection/foreign-event.queries.js';
import { MeteredDays } from './projection/metered-day.queries.js';
import { InvoiceLineQueries } from './projection/invoice-line.queries.js';
import { InvoiceQueries } from './projection/invoice.queries.js';
import { PayoutQueries } from './projection/payout.queries.js';
import { ReconciliationQueries } from './projection/reconciliation.queries.js';
import { StripeCallQueries } from './projection/stripe-call.queries.js';

@Global()
@Module({
  controllers: [CheckoutPageController, ExportController, ExportFileController, OnboardingPageController, StripeWebhookController],
  providers: [
    AuctionBidService,
    BooksFacade,
    ...[ConcededCountService, CreditNoteService, CreditService, CreditWatch],
    ...[ApprovalResolver, ApprovalService, ControlResolver, ControlService, CreditLineResolver],
    ...[AskedBids, ControlChanges, PurchaseDesk, PurchaseRenewal],
    ...[BillingProfileResolver, BooksQueries, CostRows, DocumentFiles, ExportBuilder, ExportLinks],
    ...[ExportResolver, ExportScopes, ExportService, ExportStore, InvoiceLifeResolver],
    ...[InvoiceLifeService, ChargeEvidenceResolver, InvoiceResolver, InvoiceService, MonthCloseService],
    ...[MonthDocuments, MonthPages, PartyService, RowSources],
    ...[AutoTopUpResolver, AutoTopUpService, CustomerService, DisputeService, PaymentMethodResolver],
    ...[PaymentMethodService, PaymentMethodSetupService, RefundResolver, RefundService],
    ...[CheckoutResolver, CheckoutService, EarlierStripeJobs, StripeCallQueries, StripeCallResolver, StripeCallService],
    ...[BalanceQueries, BalancesResolver, StripeCallReviewService, StripeCallVerdictService],
    ...[InvoiceMirror, InvoiceMirrorCalls, InvoiceMirrorReview, MeteredDays],
    ...[MeterMirror, MeterMirrorCalls, MeterMirrorReview],
    ...[InvoicePreviewService, IssuedLines, InvoiceLineQueries, InvoiceQueries, InvoiceReviewResolver, InvoiceLinesResolver, InvoiceDocumentLinesResolver],
    JointPaymentService,
    ...[ForeignEventQueries, ForeignEventResolver, HangingMoneyResolver, LedgerService, MoneySweepService],
    OrderFundsService,
    OrderService,
    PaymentProvider,
    PaymentResolver,
    PaymentService,
    QuotePaymentService,
    SaleSplits,
    ...[PayoutAccountService, PayoutAdminResolver, PayoutLineResolver, PayoutQueries, PayoutResolver],
    ...[PayoutService, ReconciliationQueries, ReconciliationResolver, ReconciliationService],
    ...[ReversalService, SellerDirectory, SellerEvents, TransferService],
    ...[StandInResolver, StandInService, StripeEventService],
    ...[TaxBooks, TaxRecords, TaxService],
    TopUpService,
    LedgerResolver,
    WalletResolver,
    { provide: Books, useExisting: BooksFacade },
    { provide: PublicAddress, useExisting: PaymentProvider },
    { provide: AuctionEntry, useExisting: AuctionBidService },
    { provide: OrderEntry, useExisting: OrderService },
    { provide: QuoteEntry, useExisting: QuotePaymentService },
  ],
  exports: [AuctionEntry, Books, OrderEntry, PaymentProvider, PublicAddress, QuoteEntry],
})
export class BillingModule {}
