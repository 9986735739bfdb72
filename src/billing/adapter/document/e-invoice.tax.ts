import type { DocumentLine } from '../../model/document/billing-document.js';
import { categoryOf, rateOf, type TaxCategory } from '../../model/document/document-tax.js';
import type { ElectronicDocument } from '../../model/document/electronic-document.js';
import { isSold } from '../../model/tax/invoice-tax.js';
import { amount, money } from './e-invoice.money.js';

const VAT = { 'cac:TaxScheme': { 'cbc:ID': 'VAT' } } as const;
/** A registration that is none for VAT, such as for sales tax (BT-32). */
const OTHER = { 'cac:TaxScheme': { 'cbc:ID': 'TAX' } } as const;
/** A VAT identifier begins with a country (BR-CO-09). */
const VAT_ID = /^[A-Z]{2}[0-9A-Z]/;
const REASONS: Readonly<Record<TaxCategory, string | null>> = {
  S: null,
  Z: null,
  AE: 'Reverse charge',
  E: 'Exempt, or no supply of the seller',
  O: 'Not subject to VAT',
};

interface Category {
  readonly code: TaxCategory;
  readonly rate: string;
}

/**
 * How a line is taxed. Where tax is charged, what the customer earned and damages are exempt: they are no
 * supply of the seller's, and "not subject" may not stand beside another category (BR-O-11).
 */
function categoryOfLine({ tax, kind }: ElectronicDocument, line: Pick<DocumentLine, 'kind' | 'exact'>): Category {
  if (tax === null) return { code: 'O', rate: '0' };
  const code = categoryOf(tax);
  const isTaxed = code === 'O' || kind === 'credit_note' || isSold(line);
  return isTaxed ? { code, rate: rateOf(tax) } : { code: 'E', rate: '0' };
}

/** "Not subject" has no rate (BR-O-05). */
const shown = ({ code, rate }: Category): object => ({ 'cbc:ID': code, ...(code === 'O' ? {} : { 'cbc:Percent': rate }) });

export function classified(document: ElectronicDocument, line: Pick<DocumentLine, 'kind' | 'exact'>): object {
  return { ...shown(categoryOfLine(document, line)), ...VAT };
}

export const taxCents = ({ tax }: ElectronicDocument, sign: bigint): bigint => sign * (tax?.cents ?? 0n);

/** By category: what the lines of it sum to, and the tax, which all is of what was sold. */
export function taxTotal(document: ElectronicDocument, sign: bigint): object {
  const cents = taxCents(document, sign);
  const groups = new Map<TaxCategory, { readonly category: Category; net: bigint }>();
  const main = document.tax === null ? 'O' : categoryOf(document.tax);
  for (const line of document.lines) {
    const category = categoryOfLine(document, line);
    const group = groups.get(category.code) ?? { category, net: 0n };
    group.net += sign * line.cents;
    groups.set(category.code, group);
  }
  return {
    ...money('TaxAmount', amount(cents)),
    'cac:TaxSubtotal': [...groups.values()].map(({ category, net }) => ({
      ...money('TaxableAmount', amount(net)),
      ...money('TaxAmount', amount(category.code === main ? cents : 0n)),
      'cac:TaxCategory': { ...shown(category), ...VAT, ...exemption(category.code) },
    })),
  };
}

function exemption(code: TaxCategory): object {
  const reason = REASONS[code];
  return reason === null ? {} : { 'cbc:TaxExemptionReason': reason };
}

/** Where nothing is subject to VAT no VAT identifier may be named (BR-O-02). */
export function partyTax(taxId: string | null, { tax }: ElectronicDocument, side: 'seller' | 'buyer'): object {
  if (taxId === null || tax === null || categoryOf(tax) === 'O') return {};
  const isVat = VAT_ID.test(taxId);
  if (side === 'buyer') return isVat ? { 'cac:PartyTaxScheme': { 'cbc:CompanyID': taxId, ...VAT } } : {};
  return { 'cac:PartyTaxScheme': [{ 'cbc:CompanyID': taxId, ...(isVat ? VAT : OTHER) }] };
}
