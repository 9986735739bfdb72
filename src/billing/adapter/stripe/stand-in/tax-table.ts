/** Tax as the stand-in knows it: a few places, for tests and for trying things out. No advice. */
export interface TaxRule {
  readonly level: 'country' | 'state' | 'city';
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly name: string;
  readonly state: string | null;
  readonly type: 'vat' | 'gst' | 'hst' | 'jct' | 'sales_tax';
  readonly percent: string;
  readonly reason: 'standard_rated' | 'reverse_charge' | 'product_exempt' | 'not_subject_to_tax' | 'not_collecting';
}

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
/** Value added tax of the European Union; whoever gives a number of theirs owes it themselves. */
const EUROPEAN: Readonly<Record<string, string>> = {
  ...{ AT: '20.0', BE: '21.0', DE: '19.0', DK: '25.0', ES: '21.0', FI: '25.5', FR: '20.0' },
  ...{ IE: '23.0', IT: '22.0', NL: '21.0', PL: '23.0', PT: '23.0', SE: '25.0' },
};
const ELSEWHERE: Readonly<Record<string, readonly [type: TaxRule['type'], percent: string]>> = {
  AU: ['gst', '10.0'],
  CH: ['vat', '8.1'],
  GB: ['vat', '20.0'],
  JP: ['jct', '10.0'],
  NO: ['vat', '25.0'],
  SG: ['gst', '9.0'],
};
/** A number of these means that the customer accounts for the tax. */
const REVERSING: ReadonlySet<string> = new Set(['eu_vat', 'gb_vat']);
const UNKNOWN_REGION = 'ZZ';

const sales = (level: TaxRule['level'], name: string, state: string, percent: string): TaxRule => ({
  ...{ level, country: 'US', name, state, type: 'sales_tax', percent, reason: 'standard_rated' },
});
const untaxed = (name: string, state: string, reason: TaxRule['reason']): TaxRule => ({
  ...{ level: 'state', country: 'US', name, state, type: 'sales_tax', percent: '0.0', reason },
});

/** By the first digits of a postal code of the United States, the longest first. */
const UNITED_STATES: readonly (readonly [digits: RegExp, rules: readonly TaxRule[]])[] = [
  [/^10[0-4]/, [sales('state', 'New York', 'NY', '4.0'), sales('city', 'New York City', 'NY', '4.5')]],
  [/^1[0-4]/, [sales('state', 'New York', 'NY', '4.0')]],
  [/^981/, [sales('state', 'Washington', 'WA', '6.5'), sales('city', 'Seattle', 'WA', '3.85')]],
  [/^9(8|9[0-4])/, [sales('state', 'Washington', 'WA', '6.5')]],
  [/^9([0-5]|6[01])/, [untaxed('California', 'CA', 'product_exempt')]],
  [/^97/, [untaxed('Oregon', 'OR', 'not_subject_to_tax')]],
];
const ZIP = /^\d{5}(-\d{4})?$/;
const NO_ZIP = '00000';

/** What is charged somewhere; null: there is no such place. */
export function taxRulesOf(country: string, postalCode: string, taxIds: readonly string[]): readonly TaxRule[] | null {
  const name = country === UNKNOWN_REGION ? undefined : REGIONS.of(country);
  if (name === undefined) return null;
  if (country === 'US') return inUnitedStates(postalCode);
  return [inCountry({ level: 'country', country, name, state: null }, taxIds)];
}

function inCountry(own: Pick<TaxRule, 'level' | 'country' | 'name' | 'state'>, taxIds: readonly string[]): TaxRule {
  const european = EUROPEAN[own.country];
  const rate = european === undefined ? ELSEWHERE[own.country] : (['vat', european] as const);
  if (rate === undefined) return { ...own, type: 'vat', percent: '0.0', reason: 'not_collecting' };
  const [type, percent] = rate;
  if (taxIds.some((one) => REVERSING.has(one))) return { ...own, type, percent: '0.0', reason: 'reverse_charge' };
  return { ...own, type, percent, reason: 'standard_rated' };
}

function inUnitedStates(postalCode: string): readonly TaxRule[] | null {
  if (!ZIP.test(postalCode) || postalCode.startsWith(NO_ZIP)) return null;
  const [, rules] = UNITED_STATES.find(([digits]) => digits.test(postalCode)) ?? [];
  return rules ?? [untaxed('United States', 'US', 'not_collecting')];
}
