import fc from 'fast-check';
import type { Instant } from '../../../kernel/time.js';
import { CHARGE_KINDS, type ChargeKind } from '../../model/charge.js';
import { isEarnedLine, LineGroups, totalled, type BillingDocument } from '../../model/document/billing-document.js';
import { billed, isElectronic, type ElectronicDocument } from '../../model/document/electronic-document.js';
import type { Party } from '../../model/document/party.js';
import { PAYMENT_TERM_DAYS } from '../../model/payment-terms.js';
import { renderElectronic, toInvoice } from './e-invoice.js';

const ISSUED = Date.parse('2030-06-04T00:00:00Z') as Instant;
const address = { street: 'Musterweg 1', postalCode: '10115', city: 'Berlin', country: 'DE' };
const party = (id: string, taxId: string | null): Party => ({ id, name: id, address, taxId, email: `${id}@example.com`, locale: 'en-US' });
const FACTS = {
  ...{ number: 'HR-2030-000001', month: '2030-05', issuedAt: ISSUED, draftTermDays: null, voided: null, onCreditLine: 0n, refersTo: null, reason: null },
  ...{ dueAt: (ISSUED + PAYMENT_TERM_DAYS * 86_400_000) as Instant, issuer: party('org-exchange', null) },
} as const;

interface Given {
  readonly kind: ChargeKind;
  readonly reservationId: string;
  readonly amount: bigint;
  readonly hours: number | null;
}

/** A month's charges, with cents that are rounded in every way, and one that earned. */
const charges = fc.array(
  fc.record({
    kind: fc.constantFrom(...CHARGE_KINDS),
    reservationId: fc.constantFrom('a@b~1', 'a@b~2', 'c@d~3'),
    amount: fc.oneof(fc.bigInt(-20_000n, 20_000n), fc.bigInt(-(10n ** 12n), 10n ** 12n)).filter((amount) => amount !== 0n),
    hours: fc.option(fc.integer({ min: 0, max: 700 })),
  }),
  { minLength: 1, maxLength: 30 },
);
const START = Date.parse('2030-05-01T00:00:00Z');
const at = (hours: number | null): Instant | null => (hours === null ? null : ((START + hours * 3_600_000) as Instant));

/** The invoice of a month, the statement of what was earned in it, and a credit note. */
function documentsOf(given: readonly Given[], taxId: string | null): readonly BillingDocument[] {
  const groups = new LineGroups();
  given.forEach(({ hours, ...charge }, index) =>
    groups.add({ ...charge, version: index + 1, month: '2030-05', evidence: null, parts: [], servedFrom: at(hours), servedTo: null, postedAt: ISSUED }),
  );
  const lines = groups.lines();
  const facts = { ...FACTS, customer: party('org-customer', taxId), tax: null };
  const note = new LineGroups();
  note.add({ ...{ version: 0, month: '2030-06', kind: 'credit', reservationId: 'a@b~1', amount: -(given[0]?.amount ?? 1n) }, ...{ servedFrom: null, servedTo: null, evidence: null, parts: [], postedAt: ISSUED } });
  return [
    billed({ kind: 'invoice', ...facts, ...totalled(lines) }),
    { kind: 'statement', ...facts, number: 'SB-2030-000001', ...totalled(lines.filter(isEarnedLine)) },
    { kind: 'credit_note', ...facts, number: 'CN-2030-000001', dueAt: null, refersTo: 'HR-2030-000001', reason: 'a reason', ...totalled(note.lines()) },
  ];
}
const electronic = fc
  .tuple(charges, fc.constantFrom(null, 'DE123456789'))
  .map(([given, taxId]) => documentsOf(given, taxId).filter(isElectronic));

type Tree = any;
const bodyOf = (document: ElectronicDocument): Tree => (toInvoice(document) as Tree)['ubl:Invoice'];
const DECIMAL = /^-?\d+\.\d\d$/;
const cents = (text: string): bigint => BigInt(text.replace('.', ''));
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n);
const totals = (body: Tree): Tree => body['cac:LegalMonetaryTotal'];
const total = (body: Tree, name: string): bigint => cents(totals(body)[`cbc:${name}`] ?? '0.00');
const linesOf = (body: Tree): Tree[] => body['cac:InvoiceLine'];
const nets = (body: Tree): readonly bigint[] => linesOf(body).map((line) => cents(line['cbc:LineExtensionAmount']));
const sellerOf = (body: Tree): Tree => body['cac:AccountingSupplierParty']['cac:Party'];
const buyerOf = (body: Tree): Tree => body['cac:AccountingCustomerParty']['cac:Party'];
const breakdown = (body: Tree): Tree[] => body['cac:TaxTotal'][0]['cac:TaxSubtotal'];
const NOT_SUBJECT = 'O';

/** Business rules of EN 16931-1, by their names there, as far as an invoice without VAT meets them. */
const RULES: Readonly<Record<string, (body: Tree) => boolean>> = {
  'BR-02 to BR-05, number, date, type and currency': (body) =>
    ['cbc:ID', 'cbc:IssueDate', 'cbc:InvoiceTypeCode', 'cbc:DocumentCurrencyCode'].every((name) => body[name]?.length > 0),
  'BR-06 to BR-11, names and countries of both': (body) =>
    [sellerOf(body), buyerOf(body)].every(
      (one) => one['cac:PartyLegalEntity']['cbc:RegistrationName'] !== '' && /^[A-Z]{2}$/.test(one['cac:PostalAddress']['cac:Country']['cbc:IdentificationCode']),
    ),
  'BR-16, one line or more': (body) => linesOf(body).length > 0,
  'BR-21 to BR-26, what a line has': (body) =>
    linesOf(body).every((line) => line['cbc:ID'] !== '' && line['cbc:InvoicedQuantity'] !== '' && line['cbc:InvoicedQuantity@unitCode'] === 'C62' && line['cac:Item']['cbc:Name'] !== ''),
  'BR-27, no price below zero': (body) => linesOf(body).every((line) => cents(line['cac:Price']['cbc:PriceAmount']) >= 0n),
  'BR-30, a line ends after it begins': (body) =>
    linesOf(body).every(({ 'cac:InvoicePeriod': period }) => period === undefined || period['cbc:EndDate'] >= period['cbc:StartDate']),
  'BR-55, a preceding invoice has its number': (body) =>
    (body['cac:BillingReference'] ?? []).every((one: Tree) => one['cac:InvoiceDocumentReference']['cbc:ID']?.length > 0),
  'a credit note names its invoice': (body) => body['cbc:InvoiceTypeCode'] !== '381' || body['cac:BillingReference']?.length === 1,
  'BR-CO-10, lines sum to their total': (body) => total(body, 'LineExtensionAmount') === sum(nets(body)),
  'BR-CO-13, without allowances it is the total without VAT': (body) => total(body, 'TaxExclusiveAmount') === total(body, 'LineExtensionAmount'),
  'BR-CO-14, VAT is the sum of the breakdown': (body) =>
    cents(body['cac:TaxTotal'][0]['cbc:TaxAmount']) === sum(breakdown(body).map((one) => cents(one['cbc:TaxAmount']))),
  'BR-CO-15, with VAT': (body) => total(body, 'TaxInclusiveAmount') === total(body, 'TaxExclusiveAmount') + cents(body['cac:TaxTotal'][0]['cbc:TaxAmount']),
  'BR-CO-16, due is the total and its rounding': (body) => total(body, 'PayableAmount') === total(body, 'TaxInclusiveAmount') + total(body, 'PayableRoundingAmount'),
  'BR-CO-17, no rate and no VAT': (body) => breakdown(body).every((one) => one['cac:TaxCategory']['cbc:Percent'] === undefined && cents(one['cbc:TaxAmount']) === 0n),
  'BR-CO-18, a VAT breakdown': (body) => breakdown(body).length > 0,
  'BR-CO-25, what is due has a date or terms': (body) =>
    total(body, 'PayableAmount') <= 0n || body['cbc:DueDate'] !== undefined || body['cac:PaymentTerms']['cbc:Note'] !== '',
  'BR-CO-26, the seller is named': (body) => sellerOf(body)['cac:PartyIdentification'][0]['cbc:ID'] !== '',
  'BR-DEC, two places': (body) => Object.entries(totals(body)).every(([name, value]) => name.includes('@') || DECIMAL.test(String(value))),
  'BR-O-01, one breakdown, of category O': (body) => breakdown(body).map((one) => one['cac:TaxCategory']['cbc:ID']).join() === NOT_SUBJECT,
  'BR-O-02, no VAT identifier': (body) => [sellerOf(body), buyerOf(body)].every((one) => one['cac:PartyTaxScheme'] === undefined),
  'BR-O-05, lines are of O, without a rate': (body) =>
    linesOf(body).every((line) => line['cac:Item']['cac:ClassifiedTaxCategory']['cbc:ID'] === NOT_SUBJECT && line['cac:Item']['cac:ClassifiedTaxCategory']['cbc:Percent'] === undefined),
  'BR-O-08, it is of all lines': (body) => cents(breakdown(body)[0]['cbc:TaxableAmount']) === sum(nets(body)),
  'BR-O-10, it says why': (body) => breakdown(body)[0]['cac:TaxCategory']['cbc:TaxExemptionReason'] !== '',
  'price by quantity is the net amount': (body) =>
    linesOf(body).every((line) => BigInt(line['cbc:InvoicedQuantity']) * cents(line['cac:Price']['cbc:PriceAmount']) === cents(line['cbc:LineExtensionAmount'])),
  'it asks for something': (body) => total(body, 'PayableAmount') > 0n,
};

describe('every e-invoice of a month', () => {
  it.each(Object.keys(RULES))('%s', (name) => {
    let seen = 0;
    fc.assert(
      fc.property(electronic, (documents) => {
        seen += documents.length;
        return documents.every((document) => RULES[name]?.(bodyOf(document)) ?? false);
      }),
    );
    expect(seen).toBeGreaterThan(50);
  });

  it('is another one from another seller: what was earned is on the statement alone', () => {
    fc.assert(
      fc.property(charges, (given) => {
        const [invoice, statement] = documentsOf(given, null);
        const earned = sum(given.filter((one) => isEarnedLine({ kind: one.kind, exact: one.amount })).map(({ amount }) => amount));
        expect(statement?.exact).toBe(earned);
        expect((invoice?.exact ?? 0n) + earned).toBe(sum(given.map(({ amount }) => amount)));
      }),
    );
  });

  it('of somebody who only sells is the statement, from the seller, paid into the wallet', () => {
    const given = [{ kind: 'proceeds' as const, reservationId: 'a@b~1', amount: -1_000_000n, hours: 1 }];
    const [only, ...more] = documentsOf(given, null).filter((one) => one.kind !== 'credit_note' && isElectronic(one)) as ElectronicDocument[];
    expect(more).toEqual([]);
    const body = bodyOf(only as ElectronicDocument);
    expect([body['cbc:InvoiceTypeCode'], body['cbc:ID'], totals(body)['cbc:PayableAmount']]).toEqual(['389', 'SB-2030-000001', '1.00']);
    expect(sellerOf(body)['cac:PartyIdentification']).toEqual([{ 'cbc:ID': 'org-customer' }]);
    expect(body['cac:PaymentTerms']['cbc:Note']).toBe('This amount was credited to your Headroom wallet when it was earned.');
  });

  it('is taken by the schema of the standard', async () => {
    const given = [
      { kind: 'delivery' as const, reservationId: 'a@b~1', amount: 5_004_000n, hours: 1 },
      { kind: 'proceeds' as const, reservationId: 'a@b~2', amount: -1_000_000n, hours: 2 },
    ];
    const documents = documentsOf(given, 'DE123456789').filter(isElectronic);
    const texts = await Promise.all(documents.map(async (one) => (await renderElectronic(one, 'UBL', Buffer.alloc(0))).toString()));
    expect(texts.map((text) => /<cbc:(?:Invoice|CreditNote)TypeCode>(\d+)</.exec(text)?.[1])).toStrictEqual(['380', '389', '381']);
    for (const text of texts) expect(text).toMatch(/<cac:PartyIdentification>\s*<cbc:ID>org-/);
  });
});
