import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { marketOf } from '../../../kernel/ids.js';
import { parseMonth, type Instant } from '../../../kernel/time.js';
import {
  centsOf,
  MICRO_USD_PER_CENT,
  payableCents,
  termDaysOf,
  type BillingDocument,
  type DocumentLine,
  type EarnedLine,
} from '../../model/document/billing-document.js';
import { lineName, TEXTS, type DocumentTexts } from '../../model/document/document.texts.js';
import { isReversed } from '../../model/document/document-tax.js';
import { languageOf, type Party } from '../../model/document/party.js';
import { unseenIn } from '../../model/document/printable.js';
import { DocumentFormat } from './document-format.js';
import { drawTable, type TableColumn } from './pdf.table.js';
import { COLORS, LEFT, MARGIN, PAGE_HEIGHT, RIGHT, WIDTH } from './pdf.layout.js';

type Pdf = PDFKit.PDFDocument;

const { resolve } = createRequire(import.meta.url);
/** Latin, Greek and Cyrillic. */
const FONTS = {
  regular: resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
} as const;

/** A document, and what a seller's statement says of each of its lines. */
export interface PdfRequest {
  readonly document: BillingDocument;
  /** Of a statement, in the order of its lines; otherwise none. */
  readonly earned: readonly EarnedLine[];
}

/** Draws a document in its customer's language. The same document gives the same bytes. */
export async function renderPdf(request: PdfRequest): Promise<Buffer> {
  const { document } = request;
  const { locale } = document.customer;
  const page = new Page(request, TEXTS[languageOf(locale)], new DocumentFormat(locale));
  return page.render();
}

class Page {
  private readonly pdf: Pdf;
  private readonly document: BillingDocument;

  constructor(
    private readonly request: PdfRequest,
    private readonly texts: DocumentTexts,
    private readonly format: DocumentFormat,
  ) {
    this.document = request.document;
    const { number, month, issuedAt, issuer, customer } = this.document;
    const title = `${texts.titles[this.document.kind]} ${number ?? `${texts.draft} ${month}`}`;
    // The time of making would make every copy another file.
    const made = new Date(issuedAt ?? monthStart(month));
    const info = { Title: title, Author: issuer.name, CreationDate: made, ModDate: made };
    this.pdf = new PDFDocument({
      ...{ size: 'A4', margin: MARGIN, bufferPages: true, info, lang: customer.locale },
    });
    this.pdf.registerFont('regular', FONTS.regular).registerFont('bold', FONTS.bold).font('regular');
  }

  async render(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const done = new Promise<void>((finish) => this.pdf.on('end', () => finish()));
    this.pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    this.header();
    this.facts();
    this.table();
    this.taxes();
    this.totals();
    this.terms();
    this.footers();
    this.pdf.end();
    await done;
    return Buffer.concat(chunks);
  }

  private header(): void {
    const { pdf, texts, document } = this;
    pdf.rect(0, 0, pdf.page.width, 6).fill(COLORS.accent);
    pdf.font('bold').fontSize(15).fillColor(COLORS.ink).text(shown(document.issuer), LEFT, MARGIN, { width: WIDTH / 2 });
    const title = texts.titles[document.kind];
    pdf.font('bold').fontSize(19).fillColor(COLORS.accent);
    pdf.text(title, LEFT + WIDTH / 2, MARGIN - 3, { width: WIDTH / 2, align: 'right' });
    const mark = document.voided === null ? '' : ` · ${texts.voided.toUpperCase()}`;
    const number = `${document.number ?? texts.draft.toUpperCase()}${mark}`;
    pdf.font('regular').fontSize(10).fillColor(COLORS.muted);
    pdf.text(number, LEFT + WIDTH / 2, pdf.y + 1, { width: WIDTH / 2, align: 'right' });
    const top = MARGIN + 62;
    const bottom = Math.max(
      this.party(texts.from, document.issuer, LEFT, top),
      this.party(texts.to, document.customer, LEFT + WIDTH / 2, top),
    );
    pdf.y = bottom + 16;
  }

  private party(label: string, party: Party, left: number, top: number): number {
    const { pdf } = this;
    const width = WIDTH / 2 - 12;
    pdf.font('bold').fontSize(7.5).fillColor(COLORS.muted).text(label.toUpperCase(), left, top, { width, characterSpacing: 0.6 });
    pdf.font('bold').fontSize(10).fillColor(COLORS.ink).text(shown(party), left, pdf.y + 3, { width });
    pdf.font('regular').fontSize(9);
    for (const line of this.linesOf(party)) pdf.text(line, left, pdf.y + 1, { width });
    return pdf.y;
  }

  private linesOf({ address, taxId, email }: Party): readonly string[] {
    const where =
      address === null
        ? []
        : [address.street, `${address.postalCode} ${address.city}`, this.format.country(address.country)];
    return [
      ...where,
      ...(taxId === null ? [] : [`${this.texts.taxId}: ${taxId}`]),
      ...(email === null ? [] : [email]),
    ];
  }

  private facts(): void {
    const { pdf, texts, format, document } = this;
    const { issuedAt, dueAt, month, refersTo, kind } = document;
    const facts: (readonly [string, string])[] = [
      [texts.number, document.number ?? texts.draft],
      ...(issuedAt === null ? [] : [[texts.issued, format.date(issuedAt)] as const]),
      [texts.period, format.month(monthStart(month))],
      ...(dueAt === null || kind !== 'invoice' ? [] : [[texts.due, format.date(dueAt)] as const]),
      ...(refersTo === null ? [] : [[texts.refersTo, refersTo] as const]),
    ];
    const top = pdf.y;
    pdf.roundedRect(LEFT, top, WIDTH, 42, 4).fill(COLORS.panel);
    const width = WIDTH / facts.length;
    facts.forEach(([label, value], index) => {
      const left = LEFT + index * width + 12;
      const box = { width: width - 16 };
      pdf.font('regular').fontSize(7.5).fillColor(COLORS.muted).text(label, left, top + 9, box);
      pdf.font('bold').fontSize(9).fillColor(COLORS.ink).text(value, left, top + 22, { ...box, lineBreak: false });
    });
    pdf.y = top + 58;
    this.notes();
  }

  private notes(): void {
    const { texts, format, document: { number, voided, reason } } = this;
    if (number === null) this.note(texts.draftNote, COLORS.warning);
    if (voided !== null) this.note(texts.voidNote(format.date(voided.at), voided.reason), COLORS.warning);
    if (reason !== null) this.note(`${texts.reason}: ${reason}`, COLORS.ink);
  }

  private note(text: string, color: string): void {
    this.pdf.font('regular').fontSize(9).fillColor(color).text(text, LEFT, this.pdf.y, { width: WIDTH });
    this.pdf.y += 10;
  }

  private table(): void {
    const { texts, request, document } = this;
    if (document.kind === 'statement') {
      const columns: readonly TableColumn[] = [
        { label: texts.description, width: 0.4 },
        ...[texts.gross, texts.royalty, texts.fee, texts.net].map((label) => ({ label, width: 0.15, align: 'right' as const })),
      ];
      drawTable(this.pdf, columns, request.earned.map((line) => this.earnedCells(line)));
      return;
    }
    const columns: readonly TableColumn[] = [
      { label: texts.description, width: 0.5 },
      { label: texts.served, width: 0.2 },
      { label: texts.lines, width: 0.11, align: 'right' },
      { label: texts.amount, width: 0.19, align: 'right' },
    ];
    drawTable(this.pdf, columns, document.lines.map((line) => this.cells(line)));
  }

  private cells(line: DocumentLine): readonly string[] {
    const { from, to, count, cents } = line;
    const served = from === null || to === null ? '' : this.format.days(from, to);
    return [this.describe(line), served, this.format.number(count), this.format.cents(cents)];
  }

  private earnedCells(line: EarnedLine): readonly string[] {
    const amounts = [line.grossCents, -line.royaltyCents, -line.feeCents, -line.cents];
    return [this.describe(line), ...amounts.map((cents) => this.format.cents(cents))];
  }

  /** What it is for, and under which reservation: enough to find it again. */
  private describe(line: DocumentLine): string {
    const { reservationId } = line;
    const market = marketOf(reservationId);
    const short = reservationId.split('~').at(-1) ?? reservationId;
    return `${lineName(this.texts, this.document.kind, line)}\n${market === null ? '' : `${market} · `}${short}`;
  }

  /** By authority and rate, and who accounts for it where we do not. */
  private taxes(): void {
    const { pdf, texts, format, document } = this;
    const { tax } = document;
    if (tax === null || tax.lines.length === 0) return;
    pdf.y += 14;
    const columns: readonly TableColumn[] = [
      { label: texts.taxes, width: 0.5 },
      ...[texts.taxRate, texts.taxable, texts.taxCharged].map((label, index) => ({ label, width: index === 0 ? 0.12 : 0.19, align: 'right' as const })),
    ];
    const rows = tax.lines.map(({ jurisdiction, country, state, taxType, percentage, reason, taxableCents, cents }) => [
      [state === null ? format.country(country) : jurisdiction, ...(taxType === null ? [] : [texts.taxTypes(taxType)])].join(', ') + texts.taxReason(reason),
      percentage === null ? '' : `${format.rate(percentage)} %`,
      format.cents(taxableCents),
      format.cents(cents),
    ]);
    drawTable(pdf, columns, rows);
    pdf.y += 6;
    if (isReversed(tax)) this.note(texts.reverseCharge, COLORS.ink);
  }

  private totals(): void {
    const { pdf, texts, format, document } = this;
    const sign = document.kind === 'statement' ? -1n : 1n;
    const label = document.kind === 'statement' ? texts.totalPaid : texts.total;
    if (pdf.y + 110 > PAGE_HEIGHT - MARGIN - 40) pdf.addPage();
    pdf.y += 8;
    for (const row of this.subtotals(sign)) this.amountRow(row, 9, COLORS.ink);
    pdf.moveTo(RIGHT - WIDTH * 0.45, pdf.y + 2).lineTo(RIGHT, pdf.y + 2).lineWidth(1).stroke(COLORS.accent);
    pdf.y += 8;
    pdf.font('bold');
    this.amountRow([label, format.cents(sign * payableCents(document))], 12, COLORS.ink);
    pdf.font('regular');
    this.amountRow([texts.exact, format.exact(sign * document.exact + taxOf(document))], 7.5, COLORS.muted);
    const { kind, onCreditLine } = this.document;
    if (kind !== 'invoice' || onCreditLine === 0n) return;
    this.amountRow([texts.onCreditLine, format.cents(centsOf(onCreditLine))], 9, COLORS.ink);
  }

  private subtotals(sign: bigint): readonly (readonly [string, string])[] {
    const { texts, format } = this;
    const { totalCents, roundingCents, tax } = this.document;
    return [
      [texts.subtotal, format.cents(sign * (totalCents - roundingCents))],
      ...(roundingCents === 0n ? [] : [[texts.rounding, format.cents(sign * roundingCents)] as const]),
      tax === null ? [texts.tax, format.cents(0n)] : [texts.taxCharged, format.cents(tax.cents)],
    ];
  }

  private amountRow([label, value]: readonly [string, string], size: number, color: string): void {
    const { pdf } = this;
    const left = RIGHT - WIDTH * 0.45;
    const top = pdf.y;
    pdf.fontSize(size).fillColor(color);
    pdf.text(label, left, top, { width: WIDTH * 0.25 });
    const bottom = pdf.y;
    pdf.text(value, left + WIDTH * 0.2, top, { width: WIDTH * 0.25, align: 'right' });
    pdf.y = Math.max(bottom, pdf.y) + 4;
  }

  private terms(): void {
    const { pdf, texts, document } = this;
    pdf.y += 14;
    const text = document.kind === 'invoice' ? texts.terms(termDaysOf(document)) : texts.paidOut;
    pdf.font('regular').fontSize(8.5).fillColor(COLORS.muted).text(text, LEFT, pdf.y, { width: WIDTH });
  }

  /** When it is known how many pages there are. */
  private footers(): void {
    const { pdf, texts, document } = this;
    const { start, count } = pdf.bufferedPageRange();
    for (let index = start; index < start + count; index += 1) {
      pdf.switchToPage(index);
      // Below the margin: PDFKit would begin a page.
      pdf.page.margins.bottom = 0;
      const top = PAGE_HEIGHT - MARGIN + 14;
      pdf.moveTo(LEFT, top - 8).lineTo(RIGHT, top - 8).lineWidth(0.5).stroke(COLORS.line);
      pdf.font('regular').fontSize(7.5).fillColor(COLORS.muted);
      const name = `${shown(document.issuer)} · ${document.number ?? texts.draft}`;
      pdf.text(name, LEFT, top, { width: WIDTH * 0.7, lineBreak: false });
      const page = texts.page(index - start + 1, count);
      pdf.text(page, LEFT + WIDTH * 0.7, top, { width: WIDTH * 0.3, align: 'right', lineBreak: false });
    }
  }
}

/** An organization without a billing profile may be called what no page can show: its id is unmistakable. */
const shown = ({ name, id }: Party): string => (unseenIn(name).length === 0 ? name.normalize('NFC') : id);

function monthStart(month: string): Instant {
  const start = parseMonth(month);
  return start.ok ? start.value : (0 as Instant);
}

/** Exact, as the books have it. */
const taxOf = ({ tax }: BillingDocument): bigint => MICRO_USD_PER_CENT * (tax?.cents ?? 0n);
