import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../../../api/graphql/connection.js';
import { NotFoundRejection, Rejection, ValidationRejection } from '../../../api/graphql/rejection.js';
import { resultUnion } from '../../../api/graphql/result-union.js';
import { InstantScalar } from '../../../api/graphql/scalars.js';
import { DATASETS, FORMATS, type Dataset, type Format } from '../../model/export/export-request.js';

const named = <Name extends string>(names: readonly Name[]): Record<string, Name> =>
  Object.fromEntries(names.map((name) => [name.toUpperCase(), name]));

export const DATASET_NAMES = named<Dataset>(DATASETS);
registerEnumType(DATASET_NAMES, {
  name: 'ExportDataset',
  description: 'What may be exported of a month.',
  valuesMap: {
    LEDGER_ENTRIES: { description: 'Your books, line by line.' },
    USAGE_HOURS: { description: 'What was used, by reservation and hour.' },
    INVOICE_LINES: { description: 'The lines of the month’s invoice, or of its draft.' },
    JOURNAL_ENTRIES: { description: 'Your books as journal entries, for an accounting program.' },
    FOCUS_COST_AND_USAGE: { description: 'FOCUS 1.4, Cost and Usage.' },
    FOCUS_INVOICE_DETAIL: { description: 'FOCUS 1.4, Invoice Detail.' },
    FOCUS_BILLING_PERIOD: { description: 'FOCUS 1.4, Billing Period.' },
    FOCUS_CONTRACT_COMMITMENT: { description: 'FOCUS 1.4, Contract Commitment.' },
    DOCUMENTS: { description: 'Invoice, statement and credit notes of the month.' },
    E_INVOICES: { description: 'The same as EN 16931 e-invoices; of a month with an invoice, or with credit notes.' },
  },
});

export const FORMAT_NAMES = named<Format>(FORMATS);
registerEnumType(FORMAT_NAMES, {
  name: 'ExportFormat',
  description: 'How a file is written.',
  valuesMap: {
    CSV: { description: 'RFC 4180 with a header; no cell is run by a spreadsheet.' },
    JSONL: { description: 'One JSON object a line; decimals are strings.' },
    PARQUET: { description: 'Apache Parquet; decimals and UTC timestamps.' },
    PDF_ZIP: { description: 'PDF files in a zip.' },
    UBL_ZIP: { description: 'UBL 2.1 files in a zip.' },
    FACTUR_X_ZIP: { description: 'Factur-X files, PDF with XML inside, in a zip.' },
  },
});

const STATUS_NAMES = named(['queued', 'running', 'ready', 'failed', 'expired']);
registerEnumType(STATUS_NAMES, {
  name: 'ExportStatus',
  description: 'How far an export is.',
  valuesMap: {
    QUEUED: { description: 'It waits for its turn.' },
    RUNNING: { description: 'It is being made.' },
    READY: { description: 'The file can be had.' },
    FAILED: { description: 'There will be no file.' },
    EXPIRED: { description: 'The file was deleted: ask for another.' },
  },
});

@ObjectType('ExportDownload', { description: 'A link that needs no sign-in, for a while.' })
export class ExportDownloadType {
  @Field({ description: 'Where the file is, from the root of this server.' })
  path!: string;

  @Field(() => InstantScalar, { description: 'Until when; ask again for another.' })
  expiresAt!: number;
}

@ObjectType('Export', { description: 'One file of a data set for a month.' })
export class ExportType {
  @Field(() => ID, { description: 'Its id.' })
  exportId!: string;

  @Field(() => DATASET_NAMES, { description: 'What is in it.' })
  dataset!: string;

  @Field(() => FORMAT_NAMES, { description: 'How it is written.' })
  format!: string;

  @Field({ description: 'Which month, UTC.' })
  month!: string;

  @Field(() => STATUS_NAMES, { description: 'How far it is.' })
  status!: string;

  @Field(() => InstantScalar, { description: 'When it was asked for.' })
  requestedAt!: Date;

  @Field(() => InstantScalar, { nullable: true, description: 'When it was ready, or failed.' })
  finishedAt!: Date | null;

  @Field({ description: 'Whether the month is closed, with an invoice or without: then the file is the same whenever it is made.' })
  isFinal!: boolean;

  @Field(() => String, { nullable: true, description: 'The invoice whose month it is; null: a draft, or closedAt says that there is none.' })
  invoiceNumber!: string | null;

  @Field(() => InstantScalar, {
    nullable: true,
    description: 'When the month was closed without an invoice, as nothing was charged in it and nothing can be any more; null: it has an invoice, or the file is a draft.',
  })
  closedAt!: Date | null;

  @Field({ description: 'What of the rows it is made from was written.' })
  rowsDone!: string;

  @Field(() => String, { nullable: true, description: 'How many there are; null: not known yet.' })
  rowsExpected!: string | null;

  @Field(() => String, { nullable: true, description: 'Its size in bytes; null until it is ready.' })
  bytes!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the file, hexadecimal.' })
  sha256!: string | null;

  @Field(() => String, { nullable: true, description: 'What the file is called.' })
  fileName!: string | null;

  @Field(() => String, { nullable: true, description: 'Why there will be none.' })
  failure!: string | null;

  @Field(() => [String], { description: 'What has to be said of the file, such as which documents have no e-invoice, and why; also in its README.txt.' })
  notes!: readonly string[];

  @Field(() => ExportDownloadType, { nullable: true, description: 'A new link each time; null until it is ready.' })
  download!: ExportDownloadType | null;
}

export const ExportConnection = connectionOf(ExportType, 'Export', 'exports');

@InputType({ description: 'Which file.' })
export class RequestExportInput {
  @Field(() => DATASET_NAMES, { description: 'What should be in it.' })
  dataset!: Dataset;

  @Field(() => FORMAT_NAMES, { description: 'How it should be written.' })
  format!: Format;

  @Field(() => String, { nullable: true, description: 'A month that has begun, UTC, such as 2026-11; or number.' })
  month!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'In place of month: the number of an invoice of yours, also one that is void, of which all is as it was while it counted; or of a credit note, which has documents only.',
  })
  number!: string | null;
}

@ObjectType({ description: 'The file is being made: look at it until it is ready.' })
export class RequestExportSuccess {
  @Field(() => ExportType, { description: 'How far it is.' })
  export!: ExportType;
}

@ObjectType({
  implements: () => [Rejection],
  description: 'The month has neither an invoice yet nor credit notes, and an e-invoice is one that was issued.',
})
export class NotInvoicedRejection extends Rejection {
  @Field({ description: 'The month.' })
  month!: string;
}

export const INVOICE_PARTY_NAMES = { ISSUER: 'issuer', CUSTOMER: 'customer' } as const;
registerEnumType(INVOICE_PARTY_NAMES, {
  name: 'InvoiceParty',
  description: 'A side of an invoice.',
  valuesMap: {
    ISSUER: { description: 'The exchange.' },
    CUSTOMER: { description: 'Your organization.' },
  },
});

@ObjectType({
  implements: () => [Rejection],
  description: 'An e-invoice names the addresses of both sides as they were when it was issued, and one had none.',
})
export class NoAddressRejection extends Rejection {
  @Field(() => [INVOICE_PARTY_NAMES], { description: 'Whose is missing.' })
  whose!: readonly string[];
}

@ObjectType({
  implements: () => [Rejection],
  description: 'So many of your exports are under way that this one has to wait.',
})
export class TooManyExportsRejection extends Rejection {
  @Field(() => Int, { description: 'How many may be under way at once.' })
  openMax!: number;
}

export const RequestExportResult = resultUnion('requestExport', [
  RequestExportSuccess,
  ValidationRejection,
  NotFoundRejection,
  NotInvoicedRejection,
  NoAddressRejection,
  TooManyExportsRejection,
]);
