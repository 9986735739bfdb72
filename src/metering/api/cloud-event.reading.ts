import type { IncomingMessage } from 'node:http';
import { CONSTANTS } from 'cloudevents';
import { err, ok, type Result } from '../../kernel/result.js';
import { problem, type Problem } from './usage.problem.js';

// CloudEvents over HTTP, as JSON gave them and nothing looked at yet
// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md).
// The reader of the `cloudevents` package is not used: it makes up an id and a time where they are
// missing, and what has a new id each time it comes is counted each time.

export const EVENTS_MAX = 1_000;

const { MIME_CE_JSON, MIME_CE_BATCH, MIME_JSON, EXTENSIONS_PREFIX } = CONSTANTS;
const UTF_8 = new TextDecoder('utf-8', { fatal: true });
const ACCEPTED_TYPES = [
  ...[MIME_CE_JSON, MIME_CE_BATCH],
  `or ${MIME_JSON} with the attributes in ce- headers`,
].join(', ');

type Read<Value> = Result<Value, Problem>;
type Headers = IncomingMessage['headersDistinct'];

/** The events of a request, whichever of the three content modes it is in. */
export function readCloudEvents(headers: Headers, body: Uint8Array): Read<readonly unknown[]> {
  const contentType = headers['content-type']?.[0] ?? '';
  switch (contentType.split(';', 1)[0]?.trim().toLowerCase()) {
    case MIME_CE_JSON: {
      const event = parse(body);
      return event.ok ? ok([event.value]) : event;
    }
    case MIME_CE_BATCH:
      return readBatch(body);
    case MIME_JSON:
      return readBinary(headers, contentType, body);
    default:
      return err(wrongType('is not one that is read here'));
  }
}

function wrongType(reason: string): Problem {
  return problem(415, [{ index: null, field: 'content-type', reason, accepted: ACCEPTED_TYPES }]);
}

function readBatch(body: Uint8Array): Read<readonly unknown[]> {
  const batch = parse(body);
  if (!batch.ok) return batch;
  const { value } = batch;
  const accepted = `an array of at most ${EVENTS_MAX} events`;
  const whole = { index: null, field: 'body', accepted };
  if (!Array.isArray(value)) return err(problem(422, [{ ...whole, reason: 'is no JSON array' }]));
  if (value.length <= EVENTS_MAX) return ok(value);
  return err(problem(422, [{ ...whole, reason: `holds ${value.length} events` }]));
}

/** One event: its attributes are headers and the body is its data. */
function readBinary(
  headers: Headers,
  contentType: string,
  body: Uint8Array,
): Read<readonly unknown[]> {
  const given = Object.entries(headers).filter(([name]) => name.startsWith(EXTENSIONS_PREFIX));
  if (given.length === 0) return err(wrongType('comes without ce- headers'));
  const attributes = new Map<string, unknown>();
  for (const [header, values = []] of given) {
    const value = values.length === 1 ? readHeader(values[0] ?? '') : null;
    if (value === null) return err(wrongHeader(header, values.length));
    attributes.set(header.slice(EXTENSIONS_PREFIX.length), value);
  }
  const data = parse(body);
  if (!data.ok) return data;
  attributes.set('datacontenttype', contentType).set('data', data.value);
  return ok([Object.fromEntries(attributes)]);
}

function wrongHeader(field: string, times: number): Problem {
  const reason = times > 1 ? `was sent ${times} times` : 'is not percent-encoded UTF-8';
  const accepted = 'one value, with anything but visible ASCII as %XX';
  return problem(422, [{ index: 0, field, reason, accepted }]);
}

/** Section 3.1.3.2: double quotes go, then each %XX is a byte of UTF-8. */
function readHeader(text: string): string | null {
  const unquoted = /^"(.*)"$/.exec(text)?.[1]?.replace(/\\(.)/g, '$1') ?? text;
  try {
    return decodeURIComponent(unquoted);
  } catch {
    return null;
  }
}

function parse(body: Uint8Array): Read<unknown> {
  try {
    return ok(JSON.parse(UTF_8.decode(body)) as unknown);
  } catch {
    const wrong = { field: 'body', reason: 'is not JSON', accepted: 'JSON in UTF-8' };
    return err(problem(400, [{ index: null, ...wrong }]));
  }
}
