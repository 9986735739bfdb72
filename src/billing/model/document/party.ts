import type { Issue } from '../../../kernel/issue.js';
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
const COUNTRY = /^[A-Z]{2}$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;
const LOCALE = /^(en|de|fr)-[A-Z]{2}$/;
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
  const { country, email, locale } = profile;
  const texts = ['legalName', 'street', 'postalCode', 'city'] as const;
  const accepted = `1 to ${LENGTH_MAX} printable characters`;
  return [
    ...texts
      .filter((field) => !isLine(profile[field]))
      .map((field) => ({ field, reason: 'is empty, too long or not printable', accepted })),
    ...texts.flatMap((field) => unseenIssues(field, profile[field])),
    ...issueUnless(COUNTRY.test(country), 'country', 'is no country', 'ISO 3166-1, such as DE'),
    ...issueUnless(
      profile.taxId === null || isLine(profile.taxId),
      ...(['taxId', 'is empty, too long or not printable', accepted] as const),
    ),
    ...unseenIssues('taxId', profile.taxId ?? ''),
    ...issueUnless(EMAIL.test(email) && isLine(email), 'email', 'is no address', 'name@example.com'),
    ...issueUnless(LOCALE.test(locale), 'locale', 'is not known', 'en-US, de-DE, fr-FR, …'),
  ];
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
