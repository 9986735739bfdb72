import type { NoticeSetting, WebhookKind } from './webhook.documents.js';

/** What an endpoint can be told of, in the order in which one looks for it. */
export const WEBHOOK_KINDS: readonly { readonly value: WebhookKind; readonly text: string }[] = [
  { value: 'INVOICE_FINALIZED', text: 'Invoice finalized' },
  { value: 'INVOICE_PAID', text: 'Invoice paid' },
  { value: 'INVOICE_OVERDUE', text: 'Invoice overdue' },
  { value: 'INVOICE_VOIDED', text: 'Invoice voided' },
  { value: 'INVOICE_CREDITED', text: 'Credit note issued' },
  { value: 'EXPORT_READY', text: 'Export ready' },
  { value: 'EXPORT_FAILED', text: 'Export failed' },
  { value: 'BUDGET_ALERT', text: 'Budget alert' },
  { value: 'APPROVAL_REQUESTED', text: 'Approval requested' },
  { value: 'APPROVAL_DECIDED', text: 'Approval decided' },
  { value: 'ORDER_FILLED', text: 'Order filled' },
  { value: 'RESERVATION_CURTAILED', text: 'Reservation curtailed' },
  { value: 'SLO_MISSED', text: 'Promise missed' },
  { value: 'CREDIT_POSTED', text: 'Credit posted' },
  { value: 'POOL_REGRESSED', text: 'Pool slower than before' },
  { value: 'POOL_RECOVERED', text: 'Pool as fast again' },
  { value: 'PAYOUT_PAID', text: 'Payout paid' },
  { value: 'PAYOUT_FAILED', text: 'Payout failed' },
];

/** What one is written about. */
export const MAIL_TEXTS: Readonly<Record<NoticeSetting['kind'], string>> = {
  APPROVAL_REQUESTED: 'A purchase waits for an approval',
  BUDGET_ALERT: 'A threshold of the budget is reached',
  EXPORT_FAILED: 'An export of yours could not be made',
  EXPORT_READY: 'An export of yours is ready',
  INVOICE_FINALIZED: 'An invoice is final',
  PAYOUT_FAILED: 'A payout did not go through',
  WEBHOOK_DISABLED: 'A webhook endpoint is disabled',
};
