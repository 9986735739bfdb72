import fc from 'fast-check';
import { getDocumentProxy } from 'unpdf';
import { divideHalfEven } from '../../../kernel/money.js';
import type { Instant } from '../../../kernel/time.js';
import type { ChargeKind } from '../../model/charge.js';
import { LineGroups, payableCents, totalled, type BillingDocument, type DocumentLine } from '../../model/document/billing-document.js';
import { documentTaxOf, returnedTaxOf, type TaxCategory } from '../../model/document/document-tax.js';
import { billed, isElectronic, type ElectronicDocument } from '../../model/document/electronic-document.js';
import type { Party } from '../../model/document/party.js';
import { taxableCents, taxItemsOf, wholeCents, type TaxLine } from '../../model/tax/invoice-tax.js';
import { renderElectronic, toInvoice } from './e-invoice.js';
import { renderPdf } from './pdf.document.js';

const ISSUED = Date.parse('2030-06-04T00:00:00Z') as Instant;
const party = (id: string, taxId: string, country: string): Party => ({
  ...{ id, name: `${id} GmbH`, address: { street: 'Musterweg 1', postalCode: '10115', city: 'Berlin', country } },
  ...{ taxId, email: `${id}@example.com`, locale: 'en-US' },
});
const FACTS = {
  ...{ month: '2030-05', issuedAt: ISSUED, draftTermDays: null, voided: null, onCreditLine: 0n },
  ...{ issuer: party('org-exchange', 'DE123456789', 'DE'), customer: party('org-customer', 'FR12345678901', 'FR') },
} as const;

/** What authorities say, each with its rates, and the category that it is. */
const TAXES = [
  { code: 'S', reason: 'standard_rated', rates: ['19.0'] },
  { code: 'S', reason: 'reduced_rated', rates: ['5.5'] },
  { code: 'S', reason: 'standard_rated', rates: ['5.0', '9.975'] },
  { code: 'AE', reason: 'reverse_charge', rates: ['0.0'] },
  { code: 'E', reason: 'product_exempt', rates: ['0.0'] },
  { code: 'Z', reason: 'zero_rated', rates: ['0.0'] },
] as const satisfies readonly { readonly code: TaxCategory; readonly reason: string; readonly rates: readonly string[] }[];

interface Given {
  readonly kind: ChargeKind;
  readonly amount: bigint;
  readonly reservationId: string;
}

const reservationId = fc.constantFrom('a@b~1', 'a@b~2', 'c@d~3');
const some = (kinds: readonly ChargeKind[], sign: bigint, most: bigint): fc.Arbitrary<Given> =>
  fc.record({ kind: fc.constantFrom(...kinds), amount: fc.bigInt(1n, most).map((amount) => sign * amount), reservationId });
/** A month: what was sold, service credits on it, what was earned, and damages. */
const months = fc.record({
  sold: fc.array(some(['delivery', 'overage', 'cancellation'], 1n, 10n ** 11n), { minLength: 1, maxLength: 8 }),
  credited: fc.array(some(['credit'], -1n, 10n ** 8n), { maxLength: 3 }),
  other: fc.array(some(['proceeds', 'penalty'], -1n, 10n ** 8n), { maxLength: 3 }),
  tax: fc.constantFrom(...TAXES),
});
type Month = typeof months extends fc.Arbitrary<infer One> ? One : never;

/** Ten-thousandths of a per cent. */
const rateIn = (text: string): bigint => BigInt(Math.round(Number(text) * 10_000));
const onCents = (cents: bigint, rate: bigint): bigint => divideHalfEven(cents * rate, 1_000_000n);

function linesOf(charges: readonly Given[]): readonly DocumentLine[] {
  const groups = new LineGroups();
  charges.forEach((charge, index) => {
    groups.add({ ...charge, version: index + 1, month: '2030-05', evidence: null, parts: [], servedFrom: null, servedTo: null, postedAt: ISSUED });
  });
  return groups.lines();
}

/** The invoice of a month with its tax as Stripe determines it, and a credit note for half of what was sold. */
function documentsOf({ sold, credited, other, tax: { reason, rates } }: Month): readonly ElectronicDocument[] {
  const charges = [...sold, ...credited, ...other];
  const cents = taxableCents(taxItemsOf(charges));
  const lines = rates.map((percentage): TaxLine => ({
    ...{ jurisdiction: 'Germany', country: 'DE', state: null, taxType: 'vat', percentage, reason },
    ...{ taxable: wholeCents(cents), amount: wholeCents(onCents(cents, rateIn(percentage))) },
  }));
  const whole = { lines, amount: wholeCents(lines.reduce((sum, { amount }) => sum + amount / 10_000n, 0n)) };
  const half = cents / 2n;
  const back = returnedTaxOf(whole, { taxable: wholeCents(half), tax: wholeCents(divideHalfEven((whole.amount / 10_000n) * half, cents === 0n ? 1n : cents)) });
  const documents: readonly BillingDocument[] = [
    billed({ ...FACTS, kind: 'invoice', number: 'HR-2030-000001', dueAt: ISSUED, refersTo: null, reason: null, ...totalled(linesOf(charges)), tax: documentTaxOf(whole) }),
    {
      ...{ ...FACTS, kind: 'credit_note', number: 'CN-2030-000001', dueAt: null, refersTo: 'HR-2030-000001', reason: 'an outage' },
      ...{ ...totalled(linesOf([{ kind: 'credit', amount: -wholeCents(half), reservationId: 'a@b~1' }])), tax: back },
    },
  ];
  return documents.filter(isElectronic);
}

type Tree = any;
const bodyOf = (document: ElectronicDocument): Tree => (toInvoice(document) as Tree)['ubl:Invoice'];
const centsIn = (text: string): bigint => BigInt(text.replace('.', ''));
const sum = (all: readonly bigint[]): bigint => all.reduce((total, one) => total + one, 0n);
const size = (value: bigint): bigint => (value < 0n ? -value : value);
const breakdown = (body: Tree): readonly Tree[] => body['cac:TaxTotal'][0]['cac:TaxSubtotal'];
const linesIn = (body: Tree): readonly Tree[] => body['cac:InvoiceLine'];
const keyOf = (category: Tree): string => `${category['cbc:ID']} ${category['cbc:Percent']}`;
const ofLine = (line: Tree): Tree => line['cac:Item']['cac:ClassifiedTaxCategory'];
const rowsOf = (body: Tree, ...codes: readonly TaxCategory[]): readonly Tree[] => breakdown(body).filter((row) => codes.includes(row['cac:TaxCategory']['cbc:ID']));
const taxIn = (row: Tree): bigint => centsIn(row['cbc:TaxAmount']);
const netIn = (row: Tree): bigint => centsIn(row['cbc:TaxableAmount']);
const vatOf = (side: Tree): string | undefined => [side['cac:Party']['cac:PartyTaxScheme'] ?? []].flat()[0]?.['cbc:CompanyID'];
const total = (body: Tree, name: string): bigint => centsIn(body['cac:LegalMonetaryTotal'][`cbc:${name}`] ?? '0.00');

/** What tax may differ from base by rate: a cent for each line, of which each was rounded, and for each authority. */
const roundingOf = (body: Tree): bigint => BigInt(linesIn(body).length) + 2n;
const isOfRate = (body: Tree, row: Tree): boolean => {
  const due = onCents(netIn(row), rateIn(row['cac:TaxCategory']['cbc:Percent'] ?? '0'));
  // The standard lets them differ by less than one unit of the currency.
  return size(taxIn(row) - due) <= roundingOf(body) && size(taxIn(row) - due) < 100n;
};

/** Business rules of EN 16931-1 about VAT, by their names there. */
const RULES: Readonly<Record<string, (body: Tree, document: ElectronicDocument) => boolean>> = {
  'BR-CO-14, the tax is the sum of the breakdown': (body) => centsIn(body['cac:TaxTotal'][0]['cbc:TaxAmount']) === sum(breakdown(body).map(taxIn)),
  'BR-CO-15, the total with it': (body) => total(body, 'TaxInclusiveAmount') === total(body, 'TaxExclusiveAmount') + sum(breakdown(body).map(taxIn)),
  'BR-CO-16, what is due is what the page says': (body, document) =>
    total(body, 'PayableAmount') === total(body, 'TaxInclusiveAmount') + total(body, 'PayableRoundingAmount') && total(body, 'PayableAmount') === size(payableCents(document)),
  'BR-CO-17 and BR-S-09, tax is base by rate': (body) => breakdown(body).every((row) => isOfRate(body, row)),
  'BR-S-08, BR-AE-08, BR-E-08 and BR-Z-08, the base is the sum of the lines of its category and rate': (body) =>
    breakdown(body).every((row) => {
      const own = linesIn(body).filter((line) => keyOf(ofLine(line)) === keyOf(row['cac:TaxCategory']));
      return own.length > 0 && netIn(row) === sum(own.map((line) => centsIn(line['cbc:LineExtensionAmount'])));
    }),
  'BR-S-01, BR-AE-01, BR-E-01 and BR-Z-01, every line has one breakdown of its category': (body) => {
    const keys = breakdown(body).map((row) => keyOf(row['cac:TaxCategory']));
    return new Set(keys).size === keys.length && linesIn(body).every((line) => keys.includes(keyOf(ofLine(line))));
  },
  'BR-S-05, BR-AE-05, BR-E-05 and BR-Z-05, a rate above zero for S, and zero for others': (body) =>
    linesIn(body).every((line) => Number(ofLine(line)['cbc:Percent']) > 0 === (ofLine(line)['cbc:ID'] === 'S')),
  'BR-AE-09, BR-E-09 and BR-Z-09, no tax': (body) => rowsOf(body, 'AE', 'E', 'Z').every((row) => taxIn(row) === 0n),
  'BR-S-10 and BR-Z-10, no reason why not; BR-AE-10 and BR-E-10, one': (body) =>
    breakdown(body).every((row) => ['AE', 'E'].includes(row['cac:TaxCategory']['cbc:ID']) === ((row['cac:TaxCategory']['cbc:TaxExemptionReason'] ?? '') !== '')),
  'BR-S-02, BR-E-02 and BR-Z-02, the seller’s VAT identifier; BR-AE-02, the buyer’s as well': (body) =>
    vatOf(body['cac:AccountingSupplierParty']) === 'DE123456789' && (rowsOf(body, 'AE').length === 0 || vatOf(body['cac:AccountingCustomerParty']) === 'FR12345678901'),
  'BR-O-11, nothing that is not subject to VAT beside it': (body) => rowsOf(body, 'O').length === 0,
};

describe('every e-invoice with tax', () => {
  it.each(Object.keys(RULES))('%s', (name) => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(months, (month) =>
        documentsOf(month).every((document) => {
          seen.add(`${document.kind} ${month.tax.code}`);
          return RULES[name]?.(bodyOf(document), document) ?? false;
        }),
      ),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual(['invoice', 'credit_note'].flatMap((kind) => ['S', 'AE', 'E', 'Z'].map((code) => `${kind} ${code}`)).sort());
  });
});

/** What a Factur-X PDF has inside. */
async function xmlIn(pdf: Uint8Array): Promise<string> {
  const attachments = await (await getDocumentProxy(new Uint8Array(pdf))).getAttachments() as Readonly<Record<string, { readonly filename: string; readonly content: Uint8Array }>>;
  const [only, ...more] = Object.values(attachments);
  expect([only?.filename, more]).toEqual(['factur-x.xml', []]);
  return Buffer.from(only?.content ?? []).toString();
}

const MONTH: Month = {
  sold: [{ kind: 'delivery', amount: 100_004_000n, reservationId: 'a@b~1' }, { kind: 'overage', amount: 24_690_003n, reservationId: 'a@b~2' }],
  credited: [{ kind: 'credit', amount: -10_000_000n, reservationId: 'a@b~1' }],
  ...{ other: [{ kind: 'penalty', amount: -2_000_000n, reservationId: 'a@b~1' }], tax: TAXES[0] },
};

describe('the XML inside a Factur-X file', () => {
  it.each(['invoice', 'credit_note'] as const)('says what the document says: %s', async (kind) => {
    const document = documentsOf(MONTH).find((one) => one.kind === kind) as ElectronicDocument;
    const xml = await xmlIn(await renderElectronic(document, 'Factur-X-EN16931', await renderPdf({ document, earned: [] })));
    const all = (name: string): readonly string[] => [...xml.matchAll(new RegExp(`<ram:${name}(?: [^>]*)?>([^<]*)</ram:${name}>`, 'g'))].map(([, text = '']) => text);
    const sign = kind === 'invoice' ? 1n : -1n;
    const money = (cents: bigint): string => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
    expect(/<rsm:ExchangedDocument>\s*<ram:ID>([^<]*)<\/ram:ID>\s*<ram:TypeCode>(\d+)</.exec(xml)?.slice(1)).toEqual([document.number, kind === 'invoice' ? '380' : '381']);
    expect(xml).toContain('>20300604<');
    for (const { name, taxId } of [document.issuer, document.customer]) expect([xml.includes(`>${name}<`), xml.includes(`>${taxId}<`)]).toEqual([true, true]);
    expect(all('InvoiceCurrencyCode')).toEqual(['USD']);
    expect(all('LineTotalAmount').slice(0, -1).map(centsIn)).toEqual(document.lines.map(({ cents }) => sign * cents));
    expect(all('TaxTotalAmount')).toEqual([money(sign * (document.tax?.cents ?? 0n))]);
    expect(all('DuePayableAmount')).toEqual([money(sign * payableCents(document))]);
    expect(all('RateApplicablePercent')).toContain('19');
    expect(all('IssuerAssignedID')).toEqual(kind === 'invoice' ? [] : ['HR-2030-000001']);
  });
});
