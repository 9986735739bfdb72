import type { Decision } from '../../src/kernel/decider.js';
import type { Instant } from '../../src/kernel/time.js';
import type { BookedCharge } from '../../src/billing/model/closing.js';
import type { InvoiceEvent, InvoiceIssued } from '../../src/billing/model/invoice-register.events.js';
import {
  invoiceDecider,
  type InvoiceCommand,
  type InvoiceRejection,
  type IssueInvoice,
} from '../../src/billing/model/invoice-register.js';
import type { InvoiceRegister } from '../../src/billing/model/invoice-register.state.js';
import type { CloseMonth } from '../../src/billing/model/month-close.decide.js';
import type { InvoiceTax } from '../../src/billing/model/tax/invoice-tax.js';
import { reservation, SELLER, usd } from './ledger.js';

export const at = (text: string): Instant => Date.parse(text) as Instant;

export const charge = (version: number, month = '2026-11', amount = 10): BookedCharge => ({
  ...{ version, month, kind: 'delivery', reservationId: reservation(`R${version}`) },
  ...{ amount: usd(amount), served: null, evidence: null, parts: [], postedAt: version as Instant },
});

export const issue = (changes: Partial<IssueInvoice> = {}): IssueInvoice => ({
  type: 'IssueInvoice',
  organizationId: SELLER,
  month: '2026-11',
  charges: [charge(1)],
  ...{ after: 0, through: 1 },
  isUnsettled: false,
  creditLine: null,
  tax: { kind: 'off' },
  parties: null,
  now: at('2026-12-01T00:00:00Z'),
  ...changes,
});

export const closeMonth = (changes: Partial<CloseMonth> = {}): CloseMonth => ({
  type: 'CloseMonth',
  organizationId: SELLER,
  month: '2026-11',
  charges: [],
  ...{ after: 0, through: 1 },
  isUnsettled: false,
  parties: { issuer: 'i', customer: 'c' },
  now: at('2027-01-15T00:00:00Z'),
  ...changes,
});

/** Given what was issued, when a command comes, then … */
export class Register {
  readonly state: InvoiceRegister = invoiceDecider.initialState();

  send(command: InvoiceCommand): Decision<InvoiceEvent, InvoiceRejection> {
    const decision = invoiceDecider.decide(command, this.state);
    if (decision.accepted) decision.events.forEach((event) => invoiceDecider.evolve(this.state, event));
    return decision;
  }

  issued(changes: Partial<IssueInvoice>): InvoiceIssued {
    const decision = this.send(issue(changes));
    if (!decision.accepted) throw new Error(decision.rejection.code);
    return decision.events[0] as InvoiceIssued;
  }
}

/** Tax that is not known yet, and one of two cents of capacity. */
export const waiting = { kind: 'waiting', reason: 'NO_ADDRESS' } as const;
export const TAX: InvoiceTax = { calculationId: 'taxcalc_1', items: [{ kind: 'delivery', cents: 2n }], lines: [], amount: usd(10_000) };
export const calculated = { kind: 'calculated', tax: TAX } as const;
