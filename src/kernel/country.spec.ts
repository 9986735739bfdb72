import { createRequire } from 'node:module';
import { countries, isCountry } from './country.js';

interface Schema {
  readonly $defs: { readonly codeLists: { readonly ISO3166: { readonly enum: readonly string[] } } };
}

/** As the code list of EN 16931 has them, which is kept by the Commission, but for the two that are not of ISO 3166-1. */
const { invoiceSchema } = createRequire(import.meta.url)('@e-invoice-eu/core') as { readonly invoiceSchema: Schema };
const BESIDE: ReadonlySet<string> = new Set(['1A', 'XI']);

describe('countries', () => {
  it('are those of ISO 3166-1, as invoices of the European Union name them', () => {
    const known = invoiceSchema.$defs.codeLists.ISO3166.enum.filter((code) => !BESIDE.has(code));
    expect(countries()).toHaveLength(249);
    expect([...countries()].sort()).toEqual([...known].sort());
  });

  it.each(['XX', 'ZZ', 'EU', 'UK', 'XK', 'XI', 'YU', 'de', 'DEU', '', ' DE'])('%j is none', (code) => expect(isCountry(code)).toBe(false));
});
