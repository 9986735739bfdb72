import type { ReservationId } from '../../kernel/ids.js';
import type { Issue } from '../../kernel/issue.js';
import { err, ok, type Result } from '../../kernel/result.js';
import { parseInstant, type Instant } from '../../kernel/time.js';
import type { TokenCounts } from './token-counts.js';
import { CORRECTION_TYPE, OWN_SOURCE, USAGE_TYPE, type EventName, type UsageReport } from './usage-report.js';

export const REPORT_LIMITS = {
  sourceLength: 512,
  idLength: 255,
  reservationIdLength: 120,
  /** Tokens of one kind in one event. */
  tokensMax: 1_000_000_000_000n,
} as const;

/** The attributes of a CloudEvent and its data, as JSON gave them; anything may be in there. */
export type Attributes = Readonly<Record<string, unknown>>;

type Field<Value> = Result<Value, readonly Issue[]>;

/** What the type system of CloudEvents keeps out of every string: PostgreSQL could not hold it. */
const UNFIT_TEXT = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;
const URI_REFERENCE = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const JSON_TYPE = /^application\/([a-z0-9.-]+\+)?json(\s*;.*)?$/i;
const ATTRIBUTE_NAME = /^[a-z0-9]+$/;
const COUNT = /^(0|[1-9]\d{0,39})$/;
const COUNT_MEMBERS = ['inputTokens', 'cachedInputTokens', 'outputTokens', 'reasoningTokens'];
const membersOf = (names: readonly string[]): { readonly names: readonly string[]; readonly accepted: string } => ({
  names,
  accepted: `a JSON object of ${names.join(', ')}`,
});
const USAGE_MEMBERS = membersOf(['reservationId', 'requestId', ...COUNT_MEMBERS]);
const CORRECTION_MEMBERS = membersOf(['reservationId', 'corrects', ...COUNT_MEMBERS]);
/** Read below, by name. */
const READ_ATTRIBUTES = new Set([
  ...['specversion', 'type', 'source', 'id', 'time', 'datacontenttype', 'data', 'data_base64'],
]);

/** What most texts are made of: nothing in it is unfit. */
const PLAIN_TEXT = /^[ -~]*$/;
const NO_ISSUES: readonly Issue[] = [];
const TIME_ACCEPTED = 'when the request was served, in RFC 3339, such as 2026-11-21T14:00:00Z';
const SOURCE_ACCEPTED = 'a URI-reference (RFC 3986), such as https://gateway.example.com/eu-1';
const COUNT_ACCEPTED = `a whole number from 0 to ${REPORT_LIMITS.tokensMax}, as a JSON number or a decimal string`;
const TOKENS_MAX = Number(REPORT_LIMITS.tokensMax);

const wrong = (field: string, reason: string, accepted: string): Result<never, readonly Issue[]> =>
  err([{ field, reason, accepted }]);
const issuesOf = (...fields: readonly Field<unknown>[]): readonly Issue[] =>
  fields.flatMap((field) => (field.ok ? [] : field.error));

/** Reads one event; everything that is wrong with it is named. */
export function readUsageReport(event: unknown): Field<UsageReport> {
  if (!isObject(event)) return wrong('event', 'is no JSON object', 'a CloudEvent');
  const source = readSource(event['source']);
  const id = readText('id', event['id'], REPORT_LIMITS.idLength);
  const servedAt = readTime(event['time']);
  const data = readData(event, source.ok ? source.value : '');
  const others = checkOthers(event);
  if (source.ok && id.ok && servedAt.ok && data.ok && others.length === 0) {
    return ok({ source: source.value, id: id.value, servedAt: servedAt.value, ...data.value });
  }
  return err([...others, ...issuesOf(source, id, servedAt, data)]);
}

function isObject(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON may spell out an attribute that is not there as null. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null;

function checkOthers(event: Attributes): readonly Issue[] {
  const { specversion, type, datacontenttype } = event;
  const isUsual = specversion === '1.0' && type === USAGE_TYPE && isAbsent(datacontenttype);
  const constants = isUsual ? NO_ISSUES : checkConstants(event);
  const extensions = checkExtensions(event);
  return constants.length === 0 ? extensions : [...constants, ...extensions];
}

function checkConstants(event: Attributes): readonly Issue[] {
  const { specversion, type, datacontenttype } = event;
  const isJson = typeof datacontenttype === 'string' && JSON_TYPE.test(datacontenttype);
  return [
    ...constant('specversion', specversion, '1.0'),
    ...constant('type', type, type === CORRECTION_TYPE ? CORRECTION_TYPE : USAGE_TYPE),
    ...(isAbsent(datacontenttype) || isJson
      ? []
      : [{ field: 'datacontenttype', reason: 'is not JSON', accepted: 'application/json' }]),
  ];
}

function constant(field: string, value: unknown, accepted: string): readonly Issue[] {
  if (value === accepted) return [];
  return [{ field, reason: isAbsent(value) ? 'is missing' : `is not ${accepted}`, accepted }];
}

/** Other attributes are carried, not kept: they need only be what CloudEvents allows. */
function checkExtensions(event: Attributes): readonly Issue[] {
  const others = Object.keys(event).filter((name) => !READ_ATTRIBUTES.has(name));
  return others.length === 0 ? NO_ISSUES : others.flatMap((name) => checkExtension(name, event[name]));
}

function checkExtension(name: string, value: unknown): readonly Issue[] {
  if (isAbsent(value)) return NO_ISSUES;
  const field = name.slice(0, 40);
  if (!ATTRIBUTE_NAME.test(name)) {
    const accepted = 'attributes named with lower-case letters and digits';
    return [{ field, reason: 'is no attribute name', accepted }];
  }
  if (['string', 'number', 'boolean'].includes(typeof value)) return NO_ISSUES;
  return [{ field, reason: 'is no attribute value', accepted: 'a string, a number, true or false' }];
}

function readText(field: string, value: unknown, max: number): Field<string> {
  if (typeof value === 'string' && value.length > 0 && value.length <= max) {
    if (PLAIN_TEXT.test(value) || !UNFIT_TEXT.test(value)) return ok(value);
  }
  return wrong(field, whyUnfit(value, max), `1 to ${max} characters without control characters`);
}

function whyUnfit(value: unknown, max: number): string {
  if (isAbsent(value)) return 'is missing';
  if (typeof value !== 'string') return 'is no string';
  if (value.length === 0) return 'is empty';
  return value.length > max ? 'is too long' : 'has control characters';
}

/** RFC 3986, section 4.1. */
function readSource(value: unknown, field = 'source'): Field<string> {
  const read = readText(field, value, REPORT_LIMITS.sourceLength);
  if (!read.ok) return read;
  const accepted = SOURCE_ACCEPTED;
  if (!isReference(read.value)) return wrong(field, 'is no URI-reference', accepted);
  return checkForeign(read.value, { field, accepted });
}

function isReference(text: string): boolean {
  const isFit = URI_REFERENCE.test(text) && text.indexOf('#') === text.lastIndexOf('#');
  const colon = text.indexOf(':');
  if (!isFit || colon < 0) return isFit;
  const beforePath = text.slice(0, colon);
  return /[/?#]/.test(beforePath) || SCHEME.test(beforePath);
}

function checkForeign(
  source: string,
  { field, accepted }: { readonly field: string; readonly accepted: string },
): Field<string> {
  // Whoever used a name before our gateway did could keep its record out.
  const isOurs = source.toLowerCase().startsWith(OWN_SOURCE);
  return isOurs ? wrong(field, 'is a name of our own', accepted) : ok(source);
}

function readTime(value: unknown): Field<Instant> {
  const accepted = TIME_ACCEPTED;
  if (isAbsent(value)) return wrong('time', 'is missing', accepted);
  const read = parseInstant(typeof value === 'string' ? value : '');
  return read.ok ? read : wrong('time', 'is no RFC 3339 instant that exists', accepted);
}

function readData(event: Attributes, source: string): Field<Omit<UsageReport, 'source' | 'id' | 'servedAt'>> {
  const isCorrection = event['type'] === CORRECTION_TYPE;
  const { names, accepted } = isCorrection ? CORRECTION_MEMBERS : USAGE_MEMBERS;
  const found = readObject(event, accepted);
  if (!found.ok) return found;
  const { value: data } = found;
  const unknown = Object.keys(data)
    .filter((name) => !names.includes(name))
    .map((name) => ({ field: `data.${name.slice(0, 40)}`, reason: 'is not known', accepted }));
  const { reservationIdLength } = REPORT_LIMITS;
  const reservationId = readText('data.reservationId', data['reservationId'], reservationIdLength);
  const counts = readCounts(data);
  const about = isCorrection ? readCorrects(data['corrects'], source) : readRequestId(data['requestId']);
  if (reservationId.ok && counts.ok && about.ok && unknown.length === 0) {
    return ok({ reservationId: reservationId.value as ReservationId, counts: counts.value, ...about.value });
  }
  return err([...unknown, ...issuesOf(reservationId, counts, about)]);
}

function readObject({ data, data_base64: binary }: Attributes, accepted: string): Field<Attributes> {
  if (!isAbsent(binary)) return wrong('data_base64', 'is not accepted', 'data, as JSON');
  if (isAbsent(data)) return wrong('data', 'is missing', accepted);
  return isObject(data) ? ok(data) : wrong('data', 'is no JSON object', accepted);
}

type About = Pick<UsageReport, 'requestId' | 'corrects'>;

function readRequestId(value: unknown): Field<About> {
  if (isAbsent(value)) return ok({ requestId: null, corrects: null });
  const read = readText('data.requestId', value, REPORT_LIMITS.idLength);
  return read.ok ? ok({ requestId: read.value, corrects: null }) : read;
}

/** The source of what is corrected is the correction's own where it is left out. */
function readCorrects(value: unknown, ownSource: string): Field<About> {
  const field = 'data.corrects';
  const accepted = 'a JSON object of id and, where it is another one, source';
  if (isAbsent(value)) return wrong(field, 'is missing', accepted);
  if (!isObject(value)) return wrong(field, 'is no JSON object', accepted);
  const unknown = Object.keys(value).find((name) => !['source', 'id'].includes(name));
  if (unknown !== undefined) return wrong(`${field}.${unknown.slice(0, 40)}`, 'is not known', accepted);
  const id = readText(`${field}.id`, value['id'], REPORT_LIMITS.idLength);
  const named = isAbsent(value['source']) ? ok(ownSource) : readSource(value['source'], `${field}.source`);
  if (!id.ok || !named.ok) return err(issuesOf(id, named));
  const corrects: EventName = { source: named.value, id: id.value };
  return ok({ requestId: null, corrects });
}

function readCounts(data: Attributes): Field<TokenCounts> {
  const input = readCount('inputTokens', data['inputTokens']);
  const output = readCount('outputTokens', data['outputTokens']);
  const cached = data['cachedInputTokens'];
  const cachedInput = readPart('cachedInputTokens', cached, 'inputTokens', input);
  const reasoned = data['reasoningTokens'];
  const reasoning = readPart('reasoningTokens', reasoned, 'outputTokens', output);
  if (!input.ok || !output.ok || !cachedInput.ok || !reasoning.ok) {
    return err(issuesOf(input, cachedInput, output, reasoning));
  }
  return ok({
    input: input.value,
    cachedInput: cachedInput.value,
    output: output.value,
    reasoning: reasoning.value,
  });
}

/** Zero where it is left out. */
function readPart(
  name: string,
  value: unknown,
  wholeName: string,
  whole: Field<bigint>,
): Field<bigint> {
  const part = readCount(name, value === undefined ? 0 : value);
  if (!part.ok || !whole.ok || part.value <= whole.value) return part;
  const accepted = `at most ${wholeName}, of which it is a part`;
  return wrong(`data.${name}`, `is more than ${wholeName}`, accepted);
}

function readCount(name: string, value: unknown): Field<bigint> {
  // Never in doubt, and almost always so.
  if (isUsualCount(value)) return ok(BigInt(value));
  const field = `data.${name}`;
  if (value === undefined) return wrong(field, 'is missing', COUNT_ACCEPTED);
  const count = wholeOf(value);
  if (count === null) return wrong(field, 'is no whole number', COUNT_ACCEPTED);
  if (count < 0n) return wrong(field, 'is below zero', COUNT_ACCEPTED);
  return count > REPORT_LIMITS.tokensMax ? wrong(field, 'is too large', COUNT_ACCEPTED) : ok(count);
}

const isUsualCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= TOKENS_MAX;

function wholeOf(value: unknown): bigint | null {
  const isNumber = typeof value === 'number' && Number.isInteger(value);
  const isText = typeof value === 'string' && COUNT.test(value);
  return isNumber || isText ? BigInt(value) : null;
}
