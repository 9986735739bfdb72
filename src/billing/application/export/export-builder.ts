import { Inject, Injectable } from '@nestjs/common';
import type { OrganizationId } from '../../../kernel/ids.js';
import { openTable, type TableFormat } from '../../adapter/table/table-writer.js';
import {
  fileNameOf,
  isDocumentSet,
  type Dataset,
  type DocumentSet,
  type Format,
} from '../../model/export/export-request.js';
import { DocumentFiles } from '../documents/document-files.js';
import { ExportScopes, type ExportScope } from './export-scope.js';
import { ExportStore, type Claim, type FinishedFile } from './export-store.js';
import { keptAlive } from './kept-alive.js';
import { PartSink } from './part-sink.js';
import { RowSources } from './row-sources.js';

/** A month that is closed gave another file than before: somebody has to look. */
export class ChangedFileError extends Error {
  override readonly name = 'ChangedFileError';
}

/** How often it is said that a file is still made: well within what is taken for gone. */
const RENEWED_MS = 8_000;
/** How often progress is written, in pages. */
const PAGES_PER_NOTE = 10;

/** Makes the file of an export. */
@Injectable()
export class ExportBuilder {
  constructor(
    @Inject(ExportScopes) private readonly scopes: ExportScopes,
    @Inject(RowSources) private readonly sources: RowSources,
    @Inject(DocumentFiles) private readonly documents: DocumentFiles,
    @Inject(ExportStore) private readonly store: ExportStore,
  ) {}

  /**
   * @throws SupersededError another process makes it now
   * @throws ChangedFileError it is not what an earlier file of the same invoice, or closed month, was
   */
  build(claim: Claim): Promise<FinishedFile> {
    return keptAlive(() => this.store.keepAlive(claim), RENEWED_MS, () => this.make(claim));
  }

  private async make(claim: Claim): Promise<FinishedFile> {
    const scope = await this.scopes.open(claim.organizationId as OrganizationId, claim.month, claim.document);
    const sink = new PartSink(this.store, claim);
    const { dataset } = claim;
    const { rows, notes } = isDocumentSet(dataset)
      ? await this.writeDocuments(claim, scope, { dataset, sink })
      : { rows: await this.writeRows(claim, scope, { dataset, sink }), notes: [] };
    const { bytes, sha256 } = await sink.finish();
    const invoiceNumber = claim.document ?? scope.period.invoiceNumber;
    const closedAt = claim.document === null ? scope.closedAt : null;
    const isFinal = invoiceNumber !== null || closedAt !== null;
    const fileName = fileNameOf(claim, { number: invoiceNumber, isFinal, isVoid: scope.voided !== null });
    if (isFinal) await this.compare(claim, { invoiceNumber, fileName, sha256 });
    return { fileName, invoiceNumber, closedAt, bytes, sha256, rows, notes };
  }

  private async writeRows(
    claim: Claim,
    scope: ExportScope,
    { dataset, sink }: { readonly dataset: Exclude<Dataset, DocumentSet>; readonly sink: PartSink },
  ): Promise<bigint> {
    const { table, expected, pages } = await this.sources.open(dataset, scope);
    const writer = openTable(tableFormatOf(claim.format), table, sink.write);
    let [done, page] = [0n, 0];
    for await (const { rows, count } of pages) {
      await writer.write(rows);
      done += BigInt(count);
      if (page % PAGES_PER_NOTE === 0) await this.store.progress(claim, done, expected);
      page += 1;
    }
    await writer.finish();
    return done;
  }

  private async writeDocuments(
    claim: Claim,
    scope: ExportScope,
    { dataset, sink }: { readonly dataset: DocumentSet; readonly sink: PartSink },
  ): Promise<Pick<FinishedFile, 'rows' | 'notes'>> {
    let rows = 0n;
    const said: string[] = [];
    for await (const { bytes, documents, notes } of this.documents.archive(dataset, claim.format, scope)) {
      for (const chunk of bytes) await sink.write(chunk);
      rows += BigInt(documents);
      said.push(...notes);
      await this.store.progress(claim, rows, null);
    }
    return { rows, notes: said };
  }

  private async compare(
    claim: Claim,
    { invoiceNumber, fileName, sha256 }: { readonly invoiceNumber: string | null; readonly fileName: string; readonly sha256: string },
  ): Promise<void> {
    const earlier = await this.store.earlierHash(invoiceNumber, fileName, claim);
    if (earlier === null || earlier === sha256) return;
    throw new ChangedFileError(`${fileName} was ${earlier} and is ${sha256} now`);
  }
}

function tableFormatOf(format: Format): TableFormat {
  if (format === 'csv' || format === 'jsonl' || format === 'parquet') return format;
  throw new TypeError(`${format} is no format of rows`);
}
