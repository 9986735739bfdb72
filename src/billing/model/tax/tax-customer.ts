import type { Address } from '../document/party.js';
import { bareNumber, isEuropean } from './vat-number.js';

/** Who is taxed, and where, as Stripe is told. */
export interface TaxCustomer {
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Null: none was given, or none of a kind that we know. */
  readonly taxId: { readonly type: string; readonly value: string } | null;
}

/** A country's code, then what it gives: a national number of another form is no VAT number. */
const EUROPEAN_VAT = /^[A-Z]{2}[0-9A-Z+*]{2,12}$/;
const TYPES: Readonly<Record<string, string>> = {
  ...{ AU: 'au_abn', CA: 'ca_gst_hst', CH: 'ch_vat', GB: 'gb_vat', IN: 'in_gst', JP: 'jp_trn', KR: 'kr_brn' },
  ...{ NO: 'no_vat', NZ: 'nz_gst', SG: 'sg_gst', US: 'us_ein', ZA: 'za_vat' },
};

/** From what an organization says of itself for its documents. */
export function taxCustomerOf({ street, postalCode, city, country }: Address, taxId: string | null): TaxCustomer {
  return { street, postalCode, city, country, taxId: taxId === null ? null : taxIdOf(country, taxId) };
}

function taxIdOf(country: string, given: string): TaxCustomer['taxId'] {
  const value = bareNumber(given);
  if (isEuropean(country)) return EUROPEAN_VAT.test(value) ? { type: 'eu_vat', value } : null;
  const type = TYPES[country];
  return type === undefined ? null : { type, value: given.trim() };
}
