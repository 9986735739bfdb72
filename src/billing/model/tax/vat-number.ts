/**
 * Value added tax numbers of the European Union by the country's code of ISO 3166-1: the prefix and what follows it, as
 * the Commission's VIES says (https://ec.europa.eu/taxation_customs/vies/#/faq). Greece writes EL.
 */
const STRUCTURES: Readonly<Record<string, RegExp>> = {
  AT: /^ATU\d{8}$/,
  BE: /^BE[01]\d{9}$/,
  BG: /^BG\d{9,10}$/,
  CY: /^CY\d{8}[A-Z]$/,
  CZ: /^CZ\d{8,10}$/,
  DE: /^DE\d{9}$/,
  DK: /^DK\d{8}$/,
  EE: /^EE\d{9}$/,
  ES: /^ES[A-Z\d]\d{7}[A-Z\d]$/,
  FI: /^FI\d{8}$/,
  FR: /^FR[A-Z\d]{2}\d{9}$/,
  GR: /^EL\d{9}$/,
  HR: /^HR\d{11}$/,
  HU: /^HU\d{8}$/,
  IE: /^IE(\d[A-Z\d+*]\d{5}[A-Z]|\d{7}[A-Z]{2})$/,
  IT: /^IT\d{11}$/,
  LT: /^LT(\d{9}|\d{12})$/,
  LU: /^LU\d{8}$/,
  LV: /^LV\d{11}$/,
  MT: /^MT\d{8}$/,
  NL: /^NL[A-Z\d+*]{12}$/,
  PL: /^PL\d{10}$/,
  PT: /^PT\d{9}$/,
  RO: /^RO\d{2,10}$/,
  SE: /^SE\d{12}$/,
  SI: /^SI\d{8}$/,
  SK: /^SK\d{10}$/,
};

/** What its VAT numbers begin with. */
export const vatPrefixOf = (country: string): string => (country === 'GR' ? 'EL' : country);

/** Whether a country is of the European Union, where a VAT number is one of these. */
export const isEuropean = (country: string): boolean => STRUCTURES[country] !== undefined;

/** A number without what people write between its parts. */
export const bareNumber = (given: string): string => given.toUpperCase().replaceAll(/[\s.-]/g, '');

/**
 * Whether a tax number says by its prefix that it is its country's VAT number, and is not built like one. A number
 * without the prefix may be the national one, which has as many forms as there are offices.
 */
export function isBrokenVatNumber(country: string, given: string): boolean {
  const structure = STRUCTURES[country];
  const number = bareNumber(given);
  return structure !== undefined && number.startsWith(vatPrefixOf(country)) && !structure.test(number);
}
