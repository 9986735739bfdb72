import {
  decodePDFRawStream,
  PDFDict,
  PDFDocument,
  PDFName,
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
/** As XMP writes them: RFC 3339. */
const WRITTEN = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})/g;

/**
 * Whoever made a PDF wrote into it when that was, in its head, its attachments and its XMP. One instant
 * for all of them: the same document is the same file.
 */
export async function withDate(pdf: Uint8Array, instant: Instant): Promise<Uint8Array> {
  const document = await PDFDocument.load(pdf, { updateMetadata: false });
  const { context } = document;
  const date = PDFString.fromDate(new Date(instant));
  for (const [reference, object] of context.enumerateIndirectObjects()) {
    const dictionary = dictionaryOf(object);
    if (dictionary === null) continue;
    setDates(dictionary, date);
    const params = dictionary.lookup(PARAMS);
    if (params instanceof PDFDict) setDates(params, date);
    if (object instanceof PDFRawStream && dictionary.get(SUBTYPE) === XMP) {
      context.assign(reference, rewritten(context, object, instant));
    }
  }
  return document.save({ updateFieldAppearances: false });
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
