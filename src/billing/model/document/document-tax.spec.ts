import fc from 'fast-check';
import { microUsd } from '../../../kernel/money.js';
import { taxTotal } from '../../adapter/document/e-invoice.tax.js';
import { toInvoice } from '../../adapter/document/e-invoice.js';
import type { TaxLine } from '../tax/invoice-tax.js';
import { payableCents, totalled, type DocumentLine } from './billing-document.js';
import { categoryOf, documentTaxOf, rateOf, returnedTaxOf } from './document-tax.js';
import { isElectronic, type ElectronicDocument } from './electronic-document.js';
import type { Party } from './party.js';

const taxLine = (reason: string, percentage: string | null, cents = 0n, taxable = 1_000n): TaxLine => ({
  ...{ jurisdiction: 'Germany', country: 'DE', state: null, taxType: 'vat', percentage, reason },
  ...{ taxable: microUsd(taxable * 10_000n), amount: microUsd(cents * 10_000n) },
});
const taxOf = (...lines: readonly TaxLine[]) => documentTaxOf({ lines, amount: microUsd(lines.reduce((sum, { amount }) => sum + amount, 0n)) });
const party = (taxId: string | null): Party & ElectronicDocument['issuer'] => ({
  ...{ id: 'org-p', name: 'P', address: { street: 'S 1', postalCode: '10117', city: 'Berlin', country: 'DE' }, taxId, email: null, locale: 'en-US' },
});
const line = (kind: DocumentLine['kind'], cents: bigint): DocumentLine => ({
  ...{ kind, reservationId: 'a@b~1', group: null, exact: cents * 10_000n, cents, count: 1, from: null, to: null },
});
const documentOf = (lines: readonly DocumentLine[], changes: Partial<ElectronicDocument> = {}): ElectronicDocument => ({
  ...{ kind: 'invoice', number: 'HR-2026-000001', month: '2026-11', issuedAt: 0 as never, dueAt: null, draftTermDays: null, voided: null, onCreditLine: 0n },
  ...{ refersTo: null, reason: null, issuer: party('DE1'), customer: party('DE2'), ...totalled(lines), tax: null, ...changes },
});

describe('how a standard calls a tax', () => {
  it.each<[string, readonly TaxLine[], string, string]>([
    ['charged', [taxLine('standard_rated', '19.0', 190n)], 'S', '19'],
    ['at several rates on one base', [taxLine('standard_rated', '4.0', 40n), taxLine('standard_rated', '4.875', 49n)], 'S', '8.875'],
    ['charged, and too little for a cent', [taxLine('standard_rated', '19.0', 0n)], 'S', '19'],
    ['the customer’s to account for', [taxLine('reverse_charge', '0.0')], 'AE', '0'],
    ['of a zero rate', [taxLine('zero_rated', '0.0')], 'Z', '0'],
    ['exempt', [taxLine('product_exempt', '0.0')], 'E', '0'],
    ['of a customer that is exempt', [taxLine('customer_exempt', '0.0')], 'E', '0'],
    ['not collected', [taxLine('not_collecting', null)], 'O', '0'],
    ['of a place without any', [taxLine('not_subject_to_tax', null)], 'O', '0'],
    ['not known to Stripe', [taxLine('not_supported', null)], 'O', '0'],
  ])('that is %s', (_what, lines, category, rate) => {
    expect([categoryOf(taxOf(...lines)), rateOf(taxOf(...lines))]).toEqual([category, rate]);
  });

  it.each<[string, string | null, string | null, boolean]>([
    // reason, tax id of the exchange and of the customer, whether an e-invoice can say it
    ['standard_rated', null, null, false],
    ['standard_rated', 'DE1', null, true],
    ['reverse_charge', 'DE1', null, false],
    ['reverse_charge', 'DE1', 'DE2', true],
    ['not_collecting', null, null, true],
  ])('%s by %s for %s is on an e-invoice: %s', (reason, issuer, customer, can) => {
    const parties = { issuer: party(issuer), customer: party(customer) };
    expect(isElectronic(documentOf([line('delivery', 1_000n)], { ...parties, tax: taxOf(taxLine(reason, '19.0')) }))).toBe(can);
  });
});

describe('an e-invoice with tax', () => {
  const kinds = fc.constantFrom('delivery', 'overage', 'cancellation', 'proceeds', 'credit', 'penalty') as fc.Arbitrary<DocumentLine['kind']>;
  const lines = fc.array(fc.record({ kind: kinds, cents: fc.bigInt(-90_000n, 90_000n).filter((cents) => cents !== 0n) }), { minLength: 1, maxLength: 8 });
  const reason = fc.constantFrom('standard_rated', 'reverse_charge', 'product_exempt', 'not_collecting');

  it('sums by the rules of the standard, whatever is on it', () => {
    fc.assert(
      fc.property(lines, reason, fc.bigInt(0n, 9_000n), (given, why, cents) => {
        const tax = taxOf(taxLine(why, '19.0', why === 'standard_rated' ? cents : 0n));
        const document = documentOf([line('delivery', 1_000n), ...given.map(({ kind, cents: own }) => line(kind, own))], { tax });
        const told = (toInvoice(document) as any)['ubl:Invoice'];
        const [total] = told['cac:TaxTotal'];
        const groups: any[] = total['cac:TaxSubtotal'];
        const number = (text: string): bigint => BigInt(text.replace('.', ''));
        const sum = (amounts: readonly string[]): bigint => amounts.reduce((all, one) => all + number(one), 0n);
        // BR-CO-10, -13, -14, -15, -16.
        const sums = told['cac:LegalMonetaryTotal'];
        const nets = told['cac:InvoiceLine'].map((one: any) => one['cbc:LineExtensionAmount']);
        expect(sum(nets)).toBe(number(sums['cbc:LineExtensionAmount']));
        expect(sum(groups.map((one) => one['cbc:TaxAmount']))).toBe(number(total['cbc:TaxAmount']));
        expect(number(sums['cbc:TaxInclusiveAmount'])).toBe(number(sums['cbc:TaxExclusiveAmount']) + number(total['cbc:TaxAmount']));
        expect(number(sums['cbc:PayableAmount'])).toBe(payableCents(document));
        // BR-S-08 and its kind: each category is what its lines sum to; BR-O-11: O stands alone.
        for (const group of groups) {
          const code = group['cac:TaxCategory']['cbc:ID'];
          const own = told['cac:InvoiceLine'].filter((one: any) => one['cac:Item']['cac:ClassifiedTaxCategory']['cbc:ID'] === code);
          expect(sum(own.map((one: any) => one['cbc:LineExtensionAmount']))).toBe(number(group['cbc:TaxableAmount']));
        }
        const codes = groups.map((group) => group['cac:TaxCategory']['cbc:ID']);
        expect(codes.includes('O') && codes.length > 1).toBe(false);
      }),
    );
  });

  it('charges nothing on what was earned', () => {
    const document = documentOf([line('delivery', 1_000n), line('proceeds', -400n)], { tax: taxOf(taxLine('standard_rated', '19.0', 190n)) });
    const { 'cac:TaxSubtotal': groups } = taxTotal(document, 1n) as { readonly 'cac:TaxSubtotal': readonly any[] };
    expect(groups.map((one) => [one['cac:TaxCategory']['cbc:ID'], one['cbc:TaxableAmount'], one['cbc:TaxAmount']])).toEqual([
      ['S', '10.00', '1.90'],
      ['E', '-4.00', '0.00'],
    ]);
  });
});

describe('the tax of a credit note', () => {
  it('is parted over its authorities, and the parts sum to it', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 900n), { minLength: 1, maxLength: 4 }), fc.bigInt(0n, 100n), (amounts, share) => {
        const lines = amounts.map((cents) => taxLine('standard_rated', '4.0', cents));
        const whole = { lines, amount: microUsd(amounts.reduce((sum, cents) => sum + cents * 10_000n, 0n)) };
        const tax = ((whole.amount / 10_000n) * share) / 100n;
        const back = returnedTaxOf(whole, { taxable: 5_000_000n, tax: tax * 10_000n });
        expect(back.cents).toBe(-tax);
        expect(back.lines.reduce((sum, { cents }) => sum + cents, 0n)).toBe(-tax);
        expect(back.lines.every(({ taxableCents }) => taxableCents === -500n)).toBe(true);
      }),
    );
  });
});
