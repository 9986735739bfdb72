import { isCountry } from '../../../kernel/country.js';
import type { Issue } from '../../../kernel/issue.js';
import { isBrokenVatNumber, vatPrefixOf } from '../tax/vat-number.js';
import { PRINTED, unseenIn } from './printable.js';

/** Languages that documents are written in. */
export const LANGUAGES = ['en', 'de', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Where somebody is, as a document says it. */
export interface Address {
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** Who a document is from, or for. */
export interface Party {
  /** Of the organization: an e-invoice names its parties by it. */
  readonly id: string;
  readonly name: string;
  /** Null where nobody said: an e-invoice needs one. */
  readonly address: Address | null;
  readonly taxId: string | null;
  readonly email: string | null;
  /** BCP 47: language, and how numbers and dates are written. */
  readonly locale: string;
}

/** What an organization says of itself for its documents. */
export interface BillingProfileInput extends Address {
  readonly legalName: string;
  readonly taxId: string | null;
  readonly email: string;
  readonly locale: string;
}

export const DEFAULT_LOCALE = 'en-US';
const LENGTH_MAX = 120;
/** As postal services write them; some places have none, and write zeros. */
const POSTAL_CODE = /^[\p{L}\d](?:[\p{L}\d -]{0,10}[\p{L}\d])?$/u;
const ZIP_CODE = /^\d{5}(-\d{4})?$/;
/** Digits, with letters and signs between them. */
const TAX_ID = /^[\p{L}\d](?:[\p{L}\d ./+*&-]*[\p{L}\d+*])?$/u;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;
const LOCALE = /^(?:en|de|fr)-([A-Z]{2})$/;
/** Control characters and what turns the direction of text. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export function languageOf(locale: string): Language {
  return LANGUAGES.find((language) => locale.startsWith(language)) ?? 'en';
}

/** Letters that are told in two characters are kept as one: fonts have these. */
export function composed(profile: BillingProfileInput): BillingProfileInput {
  const { legalName, street, postalCode, city, taxId } = profile;
  const one = (text: string): string => text.normalize('NFC');
  const lines = { legalName: one(legalName), street: one(street), postalCode: one(postalCode), city: one(city) };
  return { ...profile, ...lines, taxId: taxId === null ? null : one(taxId) };
}

/** What is wrong, field by field. */
export function checkProfile(profile: BillingProfileInput): readonly Issue[] {
  const { country, email, locale, postalCode, taxId } = profile;
  const texts = ['legalName', 'street', 'postalCode', 'city'] as const;
  const accepted = `1 to ${LENGTH_MAX} printable characters`;
  return [
    ...texts
      .filter((field) => !isLine(profile[field]))
      .map((field) => ({ field, reason: 'is empty, too long or not printable', accepted })),
    ...texts.flatMap((field) => unseenIssues(field, profile[field])),
    ...(isLine(postalCode) ? postalCodeIssues(country, postalCode) : []),
    ...issueUnless(isCountry(country), 'country', 'is no country', 'a code of ISO 3166-1 alpha-2 in capitals, such as DE'),
    ...issueUnless(taxId === null || isLine(taxId), 'taxId', 'is empty, too long or not printable', accepted),
    ...(taxId !== null && isLine(taxId) ? taxIdIssues(country, taxId) : []),
    ...issueUnless(EMAIL.test(email) && isLine(email), 'email', 'is no address', 'name@example.com'),
    ...issueUnless(isCountry(LOCALE.exec(locale)?.[1] ?? ''), 'locale', 'is not known', 'en-US, de-DE, fr-FR, …'),
  ];
}

function postalCodeIssues(country: string, given: string): readonly Issue[] {
  if (country === 'US') return issueUnless(ZIP_CODE.test(given), 'postalCode', 'is no ZIP code', 'five digits, or nine such as 10001-0001');
  return issueUnless(
    POSTAL_CODE.test(given),
    ...(['postalCode', 'is no postal code', 'up to 12 letters and digits, such as 10115 or EC1A 1BB; 00000 where there are none'] as const),
  );
}

function taxIdIssues(country: string, given: string): readonly Issue[] {
  const unseen = unseenIssues('taxId', given);
  if (unseen.length > 0) return unseen;
  if (!TAX_ID.test(given) || !/\d/.test(given)) {
    return [{ field: 'taxId', reason: 'is no tax number', accepted: 'digits, with letters and signs between them, such as DE123456789 or 12/345/67890; none: null' }];
  }
  const accepted = `one of VIES such as DE123456789, or the national tax number without ${vatPrefixOf(country)}; none: null`;
  return issueUnless(!isBrokenVatNumber(country, given), 'taxId', `is no VAT number of ${country}`, accepted);
}

/** A page would have a box in place of each: refused, since whoever is billed has to be named. */
function unseenIssues(field: string, text: string): readonly Issue[] {
  const unseen = isLine(text) ? unseenIn(text) : [];
  if (unseen.length === 0) return [];
  return [{ field, reason: `has what documents cannot print: ${unseen.slice(0, 10).join(' ')}`, accepted: PRINTED }];
}

const isLine = (text: string): boolean =>
  text.trim() !== '' && text.length <= LENGTH_MAX && !UNPRINTABLE.test(text);

function issueUnless(isFit: boolean, field: string, reason: string, accepted: string): readonly Issue[] {
  return isFit ? [] : [{ field, reason, accepted }];
}
