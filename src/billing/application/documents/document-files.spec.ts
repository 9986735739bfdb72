import type { Instant } from '../../../kernel/time.js';
import { unzipped } from '../../adapter/document/archive.testing.js';
import { totalled, type BillingDocument, type DocumentLine } from '../../model/document/billing-document.js';
import type { Party } from '../../model/document/party.js';
import { DocumentFiles, type ArchivePart } from './document-files.js';
import type { MonthDocument } from './month-documents.js';

const party = (taxId: string | null): Party => ({
  ...{ id: 'org-p', name: 'P', address: { street: 'S 1', postalCode: '10117', city: 'Berlin', country: 'DE' }, taxId, email: 'a@example.com', locale: 'en-US' },
});
const homeless = (taxId: string): Party => ({ ...party(taxId), address: null });
/** Who can say it, and where. */
const BY_EXCHANGE = 'whoever runs the exchange says it by setExchangeProfile \\(Administration > Exchange profile\\)';
const BY_CUSTOMER = 'its organization says it by setBillingProfile \\(Finance > Billing profile\\)';
const line = (cents: bigint): DocumentLine => ({
  ...{ kind: cents > 0n ? 'delivery' : 'credit', reservationId: 'a@b~1', group: null, exact: cents * 10_000n, cents, count: 1, from: null, to: null },
});
const tax = (reason: string, cents: bigint): BillingDocument['tax'] => ({
  cents,
  lines: [{ jurisdiction: 'Germany', country: 'DE', state: null, taxType: 'vat', percentage: '19.0', reason, taxableCents: 1_000n, cents }],
});
const documentOf = (number: string, lines: readonly DocumentLine[], changes: Partial<BillingDocument> = {}): MonthDocument => ({
  document: {
    ...{ kind: 'invoice', number, month: '2026-11', issuedAt: 0 as Instant, dueAt: null, draftTermDays: null, voided: null, onCreditLine: 0n, refersTo: null, reason: null },
    ...{ issuer: party('DE1'), customer: party('DE2'), ...totalled(lines), tax: null, ...changes },
  },
  earned: [],
});

const open = { closedAt: null, document: null } as const;

async function partsOf(set: 'documents' | 'e_invoices', documents: readonly MonthDocument[], scope: object = open): Promise<readonly ArchivePart[]> {
  const months = {
    async *of(): AsyncGenerator<MonthDocument> {
      yield* documents;
    },
  };
  const parts: ArchivePart[] = [];
  const files = new DocumentFiles(months as never, {} as never);
  for await (const part of files.archive(set, set === 'documents' ? 'pdf_zip' : 'ubl_zip', scope as never)) parts.push(part);
  return parts;
}
const filesIn = (parts: readonly ArchivePart[]): Readonly<Record<string, string>> => unzipped(parts.flatMap(({ bytes }) => bytes));

describe('the documents of a month in one zip', () => {
  const fit = documentOf('HR-1', [line(1_000n)]);

  it('are written one by one, and nothing has to be said where all are there', async () => {
    const parts = await partsOf('e_invoices', [fit, documentOf('CN-1', [line(-500n)], { kind: 'credit_note', refersTo: 'HR-1' })]);
    expect(parts.map(({ documents, bytes }) => [documents, bytes.length > 0])).toEqual([[1, true], [1, true], [0, true]]);
    expect(Object.keys(filesIn(parts))).toEqual(['invoice-HR-1.xml', 'credit-note-CN-1.xml']);
    expect(parts.flatMap(({ notes }) => notes)).toEqual([]);
  });

  it('say why there is no invoice where the month was closed without one', async () => {
    const scope = { closedAt: 1, document: null, period: { month: '2026-11' } };
    const why = '2026-11: there is no invoice, since nothing was charged in the month.';
    const parts = await partsOf('documents', [], scope);
    expect([filesIn(parts), parts.flatMap(({ notes }) => notes)]).toEqual([{ 'README.txt': `${why}\n` }, [why]]);
    expect(filesIn(await partsOf('documents', [], { ...scope, document: 'CN-1' }))).toEqual({});
  });

  it.each<[string, MonthDocument, string]>([
    ['tax without the issuer’s tax id', documentOf('HR-2', [line(1_000n)], { tax: tax('standard_rated', 190n), issuer: party(null) }), `tax id of its issuer, .*: for later ones ${BY_EXCHANGE}`],
    ['reverse charge without the customer’s tax id', documentOf('HR-2', [line(1_000n)], { tax: tax('reverse_charge', 0n), customer: party(null) }), `tax id of its customer, .*: for later ones ${BY_CUSTOMER}`],
    ['no address of the customer', documentOf('HR-2', [line(1_000n)], { customer: homeless('DE2') }), `address of its customer: for later ones ${BY_CUSTOMER}`],
    ['no address of the issuer', documentOf('HR-2', [line(1_000n)], { issuer: homeless('DE1') }), `address of its issuer: for later ones ${BY_EXCHANGE}`],
    ['no address at all', documentOf('HR-2', [line(1_000n)], { issuer: homeless('DE1'), customer: homeless('DE2') }), `address of its issuer and its customer: for later ones ${BY_EXCHANGE}, and ${BY_CUSTOMER}`],
    ['nothing to ask for', documentOf('HR-2', [line(-1_000n)]), 'comes to nothing or less'],
  ])('say what has no e-invoice, in a file beside the others and in a note: %s', async (_what, lacking, why) => {
    const parts = await partsOf('e_invoices', [fit, lacking]);
    const files = filesIn(parts);
    expect(Object.keys(files)).toEqual(['invoice-HR-1.xml', 'README.txt']);
    const notes = parts.flatMap((part) => part.notes);
    expect(notes).toEqual([expect.stringMatching(new RegExp(`^invoice-HR-2: there is no e-invoice, since .*${why}`))]);
    expect(files['README.txt']).toBe(`${notes.join('\n')}\n`);
    // The page is there all the same.
    expect(Object.keys(filesIn(await partsOf('documents', [fit, lacking])))).toEqual(['invoice-HR-1.pdf', 'invoice-HR-2.pdf']);
  });
});
