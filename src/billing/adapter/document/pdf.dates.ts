import {
  decodePDFRawStream,
  PDFDict,
  PDFDocument,
  PDFName,
  PDFNumber,
  PDFRawStream,
  PDFStream,
  PDFString,
  type PDFContext,
  type PDFObject,
} from '@cantoo/pdf-lib';
import { formatInstant, type Instant } from '../../../kernel/time.js';

const DATES = ['CreationDate', 'ModDate'].map((name) => PDFName.of(name));
const PARAMS = PDFName.of('Params');
const SUBTYPE = PDFName.of('Subtype');
const XMP = PDFName.of('XML');
const TYPE = PDFName.of('Type');
const ATTACHED = PDFName.of('EmbeddedFile');
/** What tells how a stream is written; the rest of its dictionary tells what it is. */
const WRITING = ['Length', 'Filter', 'DecodeParms'].map((name) => PDFName.of(name));
/** As XMP writes them: RFC 3339. */
const WRITTEN = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/g;

interface Changes {
  readonly instant: Instant;
  readonly edit: ((text: string) => string) | null;
}

/**
 * Whoever made a PDF wrote into it when that was, in its head, its attachments and its XMP. One instant
 * for all of them: the same document is the same file.
 *
 * @param edit what becomes of an attachment's text; null: it stays as it is
 */
export async function withDate(pdf: Uint8Array, instant: Instant, edit: Changes['edit']): Promise<Uint8Array> {
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  const { context } = document;
  const date = PDFString.fromDate(new Date(instant));
  for (const [reference, object] of context.enumerateIndirectObjects()) {
    const dictionary = dictionaryOf(object);
    if (dictionary === null) continue;
    setDates(dictionary, date);
    const params = dictionary.lookup(PARAMS);
    if (params instanceof PDFDict) setDates(params, date);
    const changed = object instanceof PDFRawStream ? changedStream(context, object, { instant, edit }) : null;
    if (changed !== null) context.assign(reference, changed);
  }
  return document.save({ updateFieldAppearances: false });
}

/** Null: it stays as it is. */
function changedStream(context: PDFContext, stream: PDFRawStream, { instant, edit }: Changes): PDFStream | null {
  if (stream.dict.get(SUBTYPE) === XMP) return rewritten(context, stream, instant);
  return edit !== null && stream.dict.get(TYPE) === ATTACHED ? edited(context, stream, edit) : null;
}

function dictionaryOf(object: PDFObject): PDFDict | null {
  if (object instanceof PDFDict) return object;
  return object instanceof PDFStream ? object.dict : null;
}

function setDates(dictionary: PDFDict, date: PDFString): void {
  for (const name of DATES) if (dictionary.has(name)) dictionary.set(name, date);
}

function rewritten(context: PDFContext, stream: PDFRawStream, instant: Instant): PDFStream {
  const text = Buffer.from(decodePDFRawStream(stream).decode()).toString('utf8');
  const dated = text.replace(WRITTEN, formatInstant(instant));
  return context.stream(Buffer.from(dated, 'utf8'), { Type: 'Metadata', Subtype: 'XML' });
}

function edited(context: PDFContext, stream: PDFRawStream, edit: (text: string) => string): PDFStream {
  const text = Buffer.from(decodePDFRawStream(stream).decode()).toString('utf8');
  const bytes = Buffer.from(edit(text), 'utf8');
  const written = context.flateStream(bytes);
  for (const [name, value] of stream.dict.entries()) if (!WRITING.includes(name)) written.dict.set(name, value);
  const params = written.dict.lookup(PARAMS);
  if (params instanceof PDFDict) params.set(PDFName.of('Size'), PDFNumber.of(bytes.length));
  return written;
}
