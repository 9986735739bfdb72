import { Inject, Injectable } from '@nestjs/common';
import { assert } from '../../../kernel/assert.js';
import type { OrganizationId } from '../../../kernel/ids.js';
import { zip } from '../../adapter/document/archive.js';
import type { BillingDocument } from '../../model/document/billing-document.js';
import { billed, isElectronic } from '../../model/document/electronic-document.js';
import type { DocumentSet, Format } from '../../model/export/export-request.js';
import { ExportScopes, type ExportScope } from '../export/export-scope.js';
import { MonthDocuments, type MonthDocument } from './month-documents.js';

/** The documents of a month as files. What draws them is large, and loaded by the first one. */
@Injectable()
export class DocumentFiles {
  constructor(
    @Inject(MonthDocuments) private readonly documents: MonthDocuments,
    @Inject(ExportScopes) private readonly scopes: ExportScopes,
  ) {}

  /** The invoice of a month, or its draft. */
  async invoicePdf(organizationId: OrganizationId, month: string): Promise<{ readonly name: string; readonly pdf: Buffer }> {
    const scope = await this.scopes.open(organizationId, month);
    const [invoice] = await this.documents.of(scope);
    assert(invoice !== undefined, 'a month has an invoice or a draft');
    const { renderPdf } = await import('../../adapter/document/pdf.document.js');
    return { name: `headroom-${nameOf(invoice.document)}.pdf`, pdf: await renderPdf(invoice) };
  }

  /** All of a month in one zip. */
  async *archive(set: DocumentSet, format: Format, scope: ExportScope): AsyncGenerator<Uint8Array> {
    const { renderPdf } = await import('../../adapter/document/pdf.document.js');
    const files: Record<string, Uint8Array> = {};
    for (const request of await this.documents.of(scope)) {
      const pdf = await renderPdf(request);
      const name = nameOf(request.document);
      if (set === 'documents') files[`${name}.pdf`] = pdf;
      else Object.assign(files, await this.electronic(request, format, pdf));
    }
    yield zip(files);
  }

  private async electronic(
    { document: shown }: MonthDocument,
    format: Format,
    pdf: Buffer,
  ): Promise<Readonly<Record<string, Uint8Array>>> {
    const document = billed(shown);
    if (!isElectronic(document)) return {};
    const { renderElectronic } = await import('../../adapter/document/e-invoice.js');
    const name = nameOf(document);
    if (format === 'ubl_zip') return { [`${name}.xml`]: await renderElectronic(document, 'UBL', pdf) };
    const { renderPdf } = await import('../../adapter/document/pdf.document.js');
    // The page says what the XML inside says.
    const page = document === shown ? pdf : await renderPdf({ document, earned: [] });
    return { [`${name}.pdf`]: await renderElectronic(document, 'Factur-X-EN16931', page) };
  }
}

function nameOf({ kind, number, month }: BillingDocument): string {
  return `${kind.replace('_', '-')}-${number ?? `draft-${month}`}`;
}
