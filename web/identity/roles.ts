import type { Role } from './identity.documents.js';
import type { ApiKey } from './settings.documents.js';

export const ROLES: readonly { readonly value: Role; readonly text: string }[] = [
  { value: 'OWNER', text: 'Owner: everything, people and keys included' },
  { value: 'TRADER', text: 'Trader: lists, reserves, bids, resells and cancels' },
  { value: 'FINANCE', text: 'Finance: money, invoices and exports' },
  { value: 'VIEWER', text: 'Viewer: reads' },
];

export type Scope = ApiKey['scopes'][number];

/** What a key may do, in the order of what it is most often made for. */
export const SCOPES: readonly { readonly value: Scope; readonly text: string }[] = [
  { value: 'INFERENCE_USE', text: 'send requests through the inference gateway' },
  { value: 'MARKET_READ', text: 'read what the organization holds and offers' },
  { value: 'MARKET_TRADE', text: 'reserve, bid, resell and cancel' },
  { value: 'CAPACITY_PROVIDE', text: 'register pools and list capacity' },
  { value: 'USAGE_WRITE', text: 'report usage' },
  { value: 'BILLING_READ', text: 'read balances, the ledger and invoices' },
  { value: 'BILLING_WRITE', text: 'top up and issue invoices' },
];
