import { Inject, Injectable } from '@nestjs/common';
import { assert } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { Archive } from '../../adapter/document/archive.js';
import type { BillingDocument } from '../../model/document/billing-document.js';
import { billed, isElectronic, notElectronic, saidOf } from '../../model/document/electronic-document.js';
import type { DocumentSet, Format } from '../../model/export/export-request.js';
import { ExportScopes, type ExportScope } from '../export/export-scope.js';
import { MonthDocuments, type MonthDocument } from './month-documents.js';

/** What is written for one document: its part of the zip, and what has to be said of it. */
export interface ArchivePart {
  readonly bytes: readonly Uint8Array[];
  readonly documents: number;
  readonly notes: readonly string[];
}

/** A page, and what it is called. */
export interface DrawnDocument {
  readonly name: string;
  readonly pdf: Buffer;
}

/** Or why there is none. */
type DocumentFile = { readonly name: string; readonly content: Uint8Array } | { readonly note: string };

/** The documents of a month as files. What draws them is large, and loaded by the first one. */
@Injectable()
export class DocumentFiles {
  constructor(
    @Inject(MonthDocuments) private readonly documents: MonthDocuments,
    @Inject(ExportScopes) private readonly scopes: ExportScopes,
  ) {}

  /** An invoice or credit note by its number, marked when it is void; null: the organization has none of that number. */
  async numberedPdf(organizationId: OrganizationId, number: string): Promise<DrawnDocument | null> {
    const named = await this.scopes.named(organizationId, number);
    return named === null ? null : this.invoicePdf(organizationId, named.month, number);
  }

  /** The invoice of a month, or its draft; or the document that is asked for. Null: the month was closed without an invoice. */
  async invoicePdf(organizationId: OrganizationId, month: string, number: string | null = null): Promise<DrawnDocument | null> {
    const scope = await this.scopes.open(organizationId, month, number);
    if (number === null && scope.closedAt !== null) return null;
    const { value: invoice } = await this.documents.of(scope).next();
    assert(invoice !== undefined, 'a month that was not closed without one has an invoice or a draft');
    const { renderPdf } = await import('../../adapter/document/pdf.document.js');
    return { name: `headroom-${nameOf(invoice.document)}.pdf`, pdf: await renderPdf(invoice) };
  }

  /** All of a month in one zip, document by document; at its end what was left out, where something was. */
  async *archive(set: DocumentSet, format: Format, scope: ExportScope): AsyncGenerator<ArchivePart> {
    const { renderPdf } = await import('../../adapter/document/pdf.document.js');
    const archive = new Archive();
    const said = withoutInvoice(scope);
    yield* said.map((note) => ({ bytes: [], documents: 0, notes: [note] }));
    for await (const found of this.documents.of(scope)) {
      // An e-invoice stays what was sent: that it is void is said by its page alone.
      const request = set === 'documents' ? found : { ...found, document: { ...found.document, voided: null } };
      const pdf = await renderPdf(request);
      const file: DocumentFile =
        set === 'documents' ? { name: `${nameOf(request.document)}.pdf`, content: pdf } : await this.electronic(request, format, pdf);
      if ('content' in file) yield { bytes: archive.add(file.name, file.content), documents: 1, notes: [] };
      else {
        said.push(file.note);
        yield { bytes: [], documents: 0, notes: [file.note] };
      }
    }
    const readme = said.length === 0 ? [] : archive.add('README.txt', Buffer.from(`${said.join('\n')}\n`));
    yield { bytes: [...readme, ...archive.end()], documents: 0, notes: [] };
  }

  private async electronic({ document: shown }: MonthDocument, format: Format, pdf: Buffer): Promise<DocumentFile> {
    const document = billed(shown);
    const name = nameOf(document);
    if (!isElectronic(document)) {
      const reason = notElectronic(document);
      assert(reason !== null, 'there is a reason');
      return { note: `${name}: there is no e-invoice, since ${saidOf(reason, document)}.` };
    }
    const { renderElectronic } = await import('../../adapter/document/e-invoice.js');
    if (format === 'ubl_zip') return { name: `${name}.xml`, content: await renderElectronic(document, 'UBL', pdf) };
    const { renderPdf } = await import('../../adapter/document/pdf.document.js');
    // The page says what the XML inside says.
    const page = document === shown ? pdf : await renderPdf({ document, earned: [] });
    return { name: `${name}.pdf`, content: await renderElectronic(document, 'Factur-X-EN16931', page) };
  }
}

/** What is said of a month that was closed without one. */
const withoutInvoice = ({ period, closedAt, document }: ExportScope): string[] =>
  closedAt === null || document !== null ? [] : [`${period.month}: there is no invoice, since nothing was charged in the month.`];

function nameOf({ kind, number, month }: BillingDocument): string {
  return `${kind.replace('_', '-')}-${number ?? `draft-${month}`}`;
}
