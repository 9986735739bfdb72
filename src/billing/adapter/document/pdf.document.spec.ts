import { extractText, getDocumentProxy } from 'unpdf';
import type { Instant } from '../../../kernel/time.js';
import { earnedLine, totalled, type BillingDocument, type DocumentLine } from '../../model/document/billing-document.js';
import type { Party } from '../../model/document/party.js';
import { renderPdf, type PdfRequest } from './pdf.document.js';

const at = (text: string): Instant => Date.parse(text) as Instant;
const party = (name: string, locale: string): Party => ({
  ...{ id: 'org-1', name, address: { street: 'Musterweg 1', postalCode: '10115', city: 'Berlin', country: 'DE' } },
  ...{ taxId: 'DE123456789', email: 'books@example.com', locale },
});
const line = (exact: bigint, changes: Partial<DocumentLine> = {}): DocumentLine => ({
  ...{ kind: 'delivery', reservationId: 'llama-3.3-70b@fp8~0198', group: null, exact, cents: exact / 10_000n, count: 4 },
  ...{ from: at('2026-11-03T00:00:00Z'), to: at('2026-11-05T00:00:00Z'), ...changes },
});
const LINES = [line(1_234_560_000n), line(45_670_001n, { kind: 'overage', count: 1 }), line(-5_000_000n, { kind: 'credit', count: 2 })];
function request(locale: string, changes: Partial<BillingDocument> = {}, lines: readonly DocumentLine[] = LINES): PdfRequest {
  const document: BillingDocument = {
    ...{ kind: 'invoice', number: 'HR-2026-000042', month: '2026-11', issuedAt: at('2026-12-03T09:00:00Z'), dueAt: at('2026-12-17T09:00:00Z') },
    ...{ onCreditLine: 0n, draftTermDays: null, voided: null, refersTo: null, reason: null, issuer: party('Headroom Exchange', 'en-US'), customer: party('Müller & Söhne', locale) },
    ...{ ...totalled(lines), tax: null, ...changes },
  };
  return { document, earned: document.kind === 'statement' ? lines.map((one) => earnedLine(one, { royalty: 500, fee: 250 })) : [] };
}

/** Page by page, with one space between words, and one form of apostrophe: which one parts thousands is ICU's. */
async function pagesOf(given: PdfRequest): Promise<readonly string[]> {
  const pdf = await getDocumentProxy(new Uint8Array(await renderPdf(given)));
  const { text } = await extractText(pdf);
  return text.map((page) => page.replace(/[\s\u00a0\u202f]+/g, ' ').replaceAll('’', "'"));
}
const textOf = async (given: PdfRequest): Promise<string> => (await pagesOf(given)).join('\n');

const TAX: BillingDocument['tax'] = {
  cents: 24_230n,
  lines: [{ jurisdiction: 'Germany', country: 'DE', state: null, taxType: 'vat', percentage: '19.0', reason: 'standard_rated', taxableCents: 127_523n, cents: 24_230n }],
};

describe('the page of an invoice', () => {
  it.each([
    ['en-US', ['Invoice', 'BILL TO', 'December 3, 2026', 'Due December 17, 2026', 'November 2026', 'USD 1,234.56', '-USD 5.00', 'Subtotal USD 1,275.23', 'Total USD 1,275.23', 'USD 1,275.230001', 'net 14 days', 'Page 1 of 1']],
    ['de-DE', ['Rechnung', '3. Dezember 2026', '17. Dezember 2026', 'November 2026', '1.234,56 USD', '-5,00 USD', 'Gesamtbetrag 1.275,23 USD', '1.275,230001 USD', '14 Tage netto', 'Seite 1 von 1']],
    ['fr-FR', ['Facture', '3 décembre 2026', '17 décembre 2026', 'novembre 2026', '1 234,56 USD', '-5,00 USD', 'Total 1 275,23 USD', '14 jours net', 'Page 1 sur 1']],
    ['de-CH', ['Rechnung', "USD 1'234.56", "Gesamtbetrag USD 1'275.23"]],
  ])('in %s says what is charged, to whom, until when, as it is written there', async (locale, parts) => {
    const text = await textOf(request(locale));
    for (const part of [...parts, 'HR-2026-000042', 'Headroom Exchange', 'Müller & Söhne', 'Musterweg 1', '10115 Berlin', 'DE123456789', 'llama-3.3-70b@fp8 · 0198']) {
      expect(text).toContain(part);
    }
  });

  it('names who has no name that a page can show by its id, and countries in its own language', async () => {
    const text = await textOf(request('fr-FR', { customer: { ...party('株式会社', 'fr-FR'), id: 'org-7' } }));
    for (const part of ['org-7', 'Allemagne']) expect(text).toContain(part);
  });

  it('has the tax by authority and rate, and the total with it', async () => {
    const text = await textOf(request('de-DE', { tax: TAX }));
    for (const part of ['Deutschland, Umsatzsteuer', '19 %', '1.275,23 USD', '242,30 USD', 'Gesamtbetrag 1.517,53 USD']) expect(text).toContain(part);
    const reversed = { cents: 0n, lines: [{ ...TAX.lines[0], cents: 0n, percentage: '0.0', reason: 'reverse_charge' }] } as BillingDocument['tax'];
    expect(await textOf(request('de-DE', { tax: reversed }))).toContain('Steuerschuldnerschaft des Leistungsempfängers');
  });

  it('shows what rounding leaves, so that the column adds up', async () => {
    const lines = [line(4_000n, { cents: 0n }), line(4_000n, { cents: 0n, reservationId: 'llama-3.3-70b@fp8~0199' })];
    const text = await textOf(request('en-US', {}, lines));
    for (const part of ['Subtotal USD 0.00', 'Rounding USD 0.01', 'Total USD 0.01', 'USD 0.008']) expect(text).toContain(part);
  });

  it('says the terms of a credit line, and what is drawn on it', async () => {
    const text = await textOf(request('en-US', { dueAt: at('2027-01-02T09:00:00Z'), onCreditLine: 650_000_000n }));
    for (const part of ['net 30 days', 'January 2, 2027', 'On your credit line, to be repaid USD 650.00']) expect(text).toContain(part);
  });

  it.each([
    ['en-US', 'HR-2026-000042 · VOID', 'made void on December 9, 2026: wrong address.'],
    ['de-DE', 'HR-2026-000042 · STORNIERT', 'am 9. Dezember 2026 storniert: wrong address.'],
    ['fr-FR', 'HR-2026-000042 · ANNULÉE', 'annulée le 9 décembre 2026 : wrong address.'],
  ])('in %s says of one that is void that it is, since when and why', async (locale, ...parts) => {
    const text = await textOf(request(locale, { voided: { at: at('2026-12-09T09:00:00Z'), reason: 'wrong address' } }));
    for (const part of parts) expect(text).toContain(part);
  });

  it('of a draft says that it is no request for payment, and the terms that will be in force', async () => {
    const text = await textOf(request('en-US', { number: null, issuedAt: null, dueAt: null, draftTermDays: 45 }));
    for (const part of ['DRAFT', 'no request for payment', 'net 45 days']) expect(text).toContain(part);
    expect(text).not.toContain('Date of issue');
  });

  it('of a credit note says which invoice it corrects, and why', async () => {
    const lines = [line(-5_000_000n, { kind: 'credit' })];
    const text = await textOf(request('fr-FR', { kind: 'credit_note', number: 'CN-2026-000007', refersTo: 'HR-2026-000042', reason: 'Une heure manquait' }, lines));
    for (const part of ['Avoir', 'CN-2026-000007', 'Corrige la facture', 'HR-2026-000042', 'Motif: Une heure manquait', '-5,00 USD']) expect(text).toContain(part);
  });

  it('of a statement has gross, royalty, fee and what was paid', async () => {
    const lines = [line(-9_250_000n, { kind: 'proceeds', cents: -925n })];
    const text = await textOf(request('en-US', { kind: 'statement', number: 'SB-2026-000003' }, lines));
    for (const part of ['Capacity sold', 'USD 10.00', '-USD 0.50', '-USD 0.25', 'Total paid to you USD 9.25']) expect(text).toContain(part);
  });
});

describe('overage by token class and served tier', () => {
  it.each([
    ['en-US', 'Use above the reservation: output tokens, batch tier'],
    ['de-DE', 'Nutzung über die Reservierung hinaus: Ausgabe-Token, Stufe batch'],
    ['fr-FR', 'Utilisation au-delà de la réservation: jetons de sortie, niveau batch'],
  ])('is a line of its own in %s', async (locale, name) => {
    const lines = [line(4_560_000n, { kind: 'overage', group: { tokenClass: 'output', tier: 'batch' } })];
    // A cell may break a word at its hyphen.
    expect((await textOf(request(locale, {}, lines))).replaceAll('- ', '-')).toContain(name);
  });
});

describe('a long invoice', () => {
  it('goes on over pages: a header on each, each line once and whole, the total at the end', async () => {
    const lines = Array.from({ length: 90 }, (_, index) => line(1_000_000n, { reservationId: `llama-3.3-70b@fp8~R${String(index).padStart(3, '0')}` }));
    const pages = await pagesOf(request('en-US', {}, lines));
    expect(pages.length).toBeGreaterThan(3);
    pages.forEach((page, index) => {
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(page).toContain('Headroom Exchange · HR-2026-000042');
      const own = page.match(/R\d{3}/g) ?? [];
      if (own.length > 0) expect(page).toContain('Description Served (UTC) Lines Amount');
      // A line is on one page, with its amount.
      expect(page.match(/USD 1\.00/g) ?? []).toHaveLength(own.length);
    });
    expect(pages.flatMap((page) => page.match(/R\d{3}/g) ?? [])).toEqual(lines.map(({ reservationId }) => reservationId.slice(-4)));
    expect(pages.map((page) => page.includes('Total USD 90.00'))).toEqual(pages.map((_, index) => index === pages.length - 1));
  });

  it('is the same file when it is drawn again', async () => {
    const [one, other] = [await renderPdf(request('de-DE')), await renderPdf(request('de-DE'))];
    expect(one.equals(other)).toBe(true);
  });
});
