import type { TokenClass } from '../../../metering/contract.js';
import type { ChargeKind } from '../charge.js';
import type { DocumentKind, DocumentLine } from './billing-document.js';
import type { TokenGroup } from '../overage-parts.js';
import type { Language } from './party.js';

/** Everything that is written on a document, in one language. */
export interface DocumentTexts {
  readonly titles: Readonly<Record<DocumentKind, string>>;
  readonly draft: string;
  readonly draftNote: string;
  readonly voided: string;
  readonly voidNote: (since: string, reason: string) => string;
  readonly number: string;
  readonly issued: string;
  readonly due: string;
  readonly period: string;
  readonly from: string;
  readonly to: string;
  readonly taxId: string;
  readonly refersTo: string;
  readonly reason: string;
  /** Why a count is settled by a credit note. */
  readonly conceded: (hour: string) => string;
  /** The line of such a note. */
  readonly countedTooHigh: string;
  readonly description: string;
  readonly served: string;
  readonly lines: string;
  readonly amount: string;
  readonly gross: string;
  readonly royalty: string;
  readonly fee: string;
  readonly net: string;
  readonly subtotal: string;
  readonly rounding: string;
  readonly tax: string;
  readonly taxes: string;
  readonly taxRate: string;
  readonly taxable: string;
  readonly taxCharged: string;
  readonly reverseCharge: string;
  readonly taxTypes: (type: string) => string;
  /** Below the name of a tax; nothing where it is the usual one. */
  readonly taxReason: (reason: string) => string;
  readonly total: string;
  readonly totalPaid: string;
  readonly exact: string;
  readonly terms: (days: number) => string;
  readonly onCreditLine: string;
  readonly paidOut: string;
  readonly page: (page: number, of: number) => string;
  readonly tokens: Readonly<Record<TokenClass, string>>;
  /** As the gateway calls it; null: it was reported without one. */
  readonly tier: (tier: string | null) => string;
  readonly charges: Readonly<Record<ChargeKind, { readonly charge: string; readonly credit: string }>>;
}

const TAX_TYPES: Readonly<Record<string, string>> = { gst: 'GST', hst: 'HST', jct: 'JCT', pst: 'PST', qst: 'QST', sales_tax: 'Sales tax', vat: 'VAT' };
const RATED: ReadonlySet<string> = new Set(['standard_rated', 'reduced_rated', 'zero_rated', 'proportionally_rated', 'taxable_basis_reduced']);

/** Below the name of a tax, in smaller letters. */
function noteOf(reason: string, words: { readonly exempt: string; readonly reversed: string; readonly none: string }): string {
  if (RATED.has(reason) || reason.startsWith('portion_')) return '';
  if (reason === 'reverse_charge') return `\n${words.reversed}`;
  return `\n${reason.includes('exempt') ? words.exempt : words.none}`;
}

const ENGLISH: DocumentTexts = {
  titles: { invoice: 'Invoice', statement: 'Self-billing statement', credit_note: 'Credit note' },
  draft: 'Draft',
  draftNote: 'This is a draft. It may still change and is no request for payment.',
  voided: 'Void',
  voidNote: (since, reason) => `This invoice was made void on ${since}: ${reason}. Nothing of it is owed.`,
  ...{ number: 'Number', issued: 'Date of issue', due: 'Due', period: 'Period of service' },
  ...{ from: 'From', to: 'Bill to', taxId: 'Tax ID', refersTo: 'Corrects invoice', reason: 'Reason' },
  conceded: (hour) => `The count of the hour from ${hour} was disputed, and conceded`,
  countedTooHigh: 'Use above the reservation, counted too high',
  ...{ description: 'Description', served: 'Served (UTC)', lines: 'Lines', amount: 'Amount' },
  ...{ gross: 'Gross', royalty: 'Royalty', fee: 'Exchange fee', net: 'Paid to you' },
  ...{ subtotal: 'Subtotal', rounding: 'Rounding', tax: 'Tax (not charged)', total: 'Total' },
  ...{ totalPaid: 'Total paid to you', exact: 'In the ledger, unrounded' },
  ...{ taxes: 'Tax', taxRate: 'Rate', taxable: 'Taxable amount', taxCharged: 'Tax' },
  reverseCharge: 'Reverse charge: the customer accounts for the tax.',
  taxTypes: (type) => TAX_TYPES[type] ?? type.replaceAll('_', ' '),
  taxReason: (reason) => noteOf(reason, { exempt: 'exempt', reversed: 'reverse charge', none: 'not charged' }),
  terms: (days) =>
    `Payment terms: net ${days} days. What your wallet held was taken from it when it was charged; only the rest is still to be paid.`,
  onCreditLine: 'On your credit line, to be repaid',
  paidOut: 'This amount was credited to your Headroom wallet when it was earned.',
  page: (page, of) => `Page ${page} of ${of}`,
  tokens: { input: 'input tokens', cached_input: 'cached input tokens', output: 'output tokens', reasoning: 'reasoning tokens' },
  tier: (tier) => (tier === null ? 'tier not reported' : `${tier} tier`),
  charges: {
    delivery: { charge: 'Reserved capacity, delivered', credit: 'Reserved capacity, returned' },
    overage: { charge: 'Use above the reservation', credit: 'Share of use above a reservation' },
    cancellation: { charge: 'Cancellation fee', credit: 'Share of a cancellation fee' },
    proceeds: { charge: 'Proceeds, returned', credit: 'Capacity sold' },
    royalty: { charge: 'Royalty, returned', credit: 'Royalty on a resale' },
    fee: { charge: 'Exchange fee, returned', credit: 'Exchange fee' },
    penalty: { charge: 'Penalty for capacity taken back', credit: 'Penalty received' },
    credit: { charge: 'Service credit given', credit: 'Service credit' },
  },
};

const GERMAN: DocumentTexts = {
  titles: { invoice: 'Rechnung', statement: 'Gutschrift (Selbstabrechnung)', credit_note: 'Rechnungskorrektur' },
  draft: 'Entwurf',
  draftNote: 'Dies ist ein Entwurf. Er kann sich noch ändern und ist keine Zahlungsaufforderung.',
  voided: 'Storniert',
  voidNote: (since, reason) => `Diese Rechnung wurde am ${since} storniert: ${reason}. Nichts davon ist geschuldet.`,
  ...{ number: 'Nummer', issued: 'Ausstellungsdatum', due: 'Fällig am', period: 'Leistungszeitraum' },
  ...{ from: 'Von', to: 'An', taxId: 'USt-IdNr./Steuernummer', refersTo: 'Korrigiert Rechnung', reason: 'Grund' },
  conceded: (hour) => `Die Zählung der Stunde ab ${hour} war strittig und wurde zugestanden`,
  countedTooHigh: 'Nutzung über die Reservierung hinaus, zu hoch gezählt',
  ...{ description: 'Beschreibung', served: 'Erbracht (UTC)', lines: 'Posten', amount: 'Betrag' },
  ...{ gross: 'Brutto', royalty: 'Lizenzanteil', fee: 'Börsengebühr', net: 'An Sie gezahlt' },
  ...{ subtotal: 'Zwischensumme', rounding: 'Rundung', tax: 'Steuer (nicht erhoben)', total: 'Gesamtbetrag' },
  ...{ totalPaid: 'An Sie gezahlt', exact: 'Im Hauptbuch, ungerundet' },
  ...{ taxes: 'Steuer', taxRate: 'Satz', taxable: 'Nettobetrag', taxCharged: 'Steuer' },
  reverseCharge: 'Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).',
  taxTypes: (type) => ({ vat: 'Umsatzsteuer' })[type] ?? TAX_TYPES[type] ?? type.replaceAll('_', ' '),
  taxReason: (reason) => noteOf(reason, { exempt: 'steuerfrei', reversed: 'Reverse Charge', none: 'nicht erhoben' }),
  terms: (days) =>
    `Zahlungsbedingungen: ${days} Tage netto. Was Ihr Guthaben deckte, wurde bei Entstehung abgebucht; nur der Rest ist noch zu zahlen.`,
  onCreditLine: 'Aus Ihrer Kreditlinie, zurückzuzahlen',
  paidOut: 'Dieser Betrag wurde Ihrem Headroom-Guthaben bei Entstehung gutgeschrieben.',
  page: (page, of) => `Seite ${page} von ${of}`,
  tokens: { input: 'Eingabe-Token', cached_input: 'Eingabe-Token aus dem Zwischenspeicher', output: 'Ausgabe-Token', reasoning: 'Reasoning-Token' },
  tier: (tier) => (tier === null ? 'Stufe nicht gemeldet' : `Stufe ${tier}`),
  charges: {
    delivery: { charge: 'Reservierte Kapazität, geliefert', credit: 'Reservierte Kapazität, zurückgegeben' },
    overage: { charge: 'Nutzung über die Reservierung hinaus', credit: 'Anteil an Mehrnutzung' },
    cancellation: { charge: 'Stornogebühr', credit: 'Anteil an einer Stornogebühr' },
    proceeds: { charge: 'Erlös, zurückgegeben', credit: 'Verkaufte Kapazität' },
    royalty: { charge: 'Lizenzanteil, zurückgegeben', credit: 'Lizenzanteil am Weiterverkauf' },
    fee: { charge: 'Börsengebühr, zurückgegeben', credit: 'Börsengebühr' },
    penalty: { charge: 'Vertragsstrafe für entzogene Kapazität', credit: 'Erhaltene Vertragsstrafe' },
    credit: { charge: 'Gewährte Servicegutschrift', credit: 'Servicegutschrift' },
  },
};

const FRENCH: DocumentTexts = {
  titles: { invoice: 'Facture', statement: 'Relevé d’autofacturation', credit_note: 'Avoir' },
  draft: 'Brouillon',
  draftNote: 'Ceci est un brouillon. Il peut encore changer et n’est pas une demande de paiement.',
  voided: 'Annulée',
  voidNote: (since, reason) => `Cette facture a été annulée le ${since} : ${reason}. Rien n’en est dû.`,
  ...{ number: 'Numéro', issued: 'Date d’émission', due: 'Échéance', period: 'Période de service' },
  ...{ from: 'De', to: 'À', taxId: 'N° TVA', refersTo: 'Corrige la facture', reason: 'Motif' },
  conceded: (hour) => `Le décompte de l’heure à partir de ${hour} était contesté et a été concédé`,
  countedTooHigh: 'Utilisation au-delà de la réservation, comptée en trop',
  ...{ description: 'Désignation', served: 'Fourni (UTC)', lines: 'Lignes', amount: 'Montant' },
  ...{ gross: 'Brut', royalty: 'Redevance', fee: 'Frais de bourse', net: 'Versé' },
  ...{ subtotal: 'Sous-total', rounding: 'Arrondi', tax: 'Taxe (non facturée)', total: 'Total' },
  ...{ totalPaid: 'Total versé', exact: 'Au grand livre, non arrondi' },
  ...{ taxes: 'Taxe', taxRate: 'Taux', taxable: 'Base imposable', taxCharged: 'Taxe' },
  reverseCharge: 'Autoliquidation : la taxe est due par le preneur.',
  taxTypes: (type) => ({ vat: 'TVA' })[type] ?? TAX_TYPES[type] ?? type.replaceAll('_', ' '),
  taxReason: (reason) => noteOf(reason, { exempt: 'exonéré', reversed: 'autoliquidation', none: 'non facturée' }),
  terms: (days) =>
    `Conditions de paiement : ${days} jours net. Ce que couvrait votre solde a été débité au moment de la charge ; seul le reste est encore dû.`,
  onCreditLine: 'Sur votre ligne de crédit, à rembourser',
  paidOut: 'Ce montant a été crédité sur votre solde Headroom au moment où il a été gagné.',
  page: (page, of) => `Page ${page} sur ${of}`,
  tokens: { input: 'jetons d’entrée', cached_input: 'jetons d’entrée en cache', output: 'jetons de sortie', reasoning: 'jetons de raisonnement' },
  tier: (tier) => (tier === null ? 'niveau non communiqué' : `niveau ${tier}`),
  charges: {
    delivery: { charge: 'Capacité réservée, fournie', credit: 'Capacité réservée, rendue' },
    overage: { charge: 'Utilisation au-delà de la réservation', credit: 'Part d’un dépassement' },
    cancellation: { charge: 'Frais d’annulation', credit: 'Part de frais d’annulation' },
    proceeds: { charge: 'Produit, rendu', credit: 'Capacité vendue' },
    royalty: { charge: 'Redevance, rendue', credit: 'Redevance sur une revente' },
    fee: { charge: 'Frais de bourse, rendus', credit: 'Frais de bourse' },
    penalty: { charge: 'Pénalité pour capacité reprise', credit: 'Pénalité reçue' },
    credit: { charge: 'Avoir de service accordé', credit: 'Avoir de service' },
  },
};

/** What a line is for: `Use above the reservation: output tokens, batch tier`. */
export function lineName(texts: DocumentTexts, document: DocumentKind, { kind, exact, group }: Pick<DocumentLine, 'kind' | 'exact' | 'group'>): string {
  if (document === 'credit_note' && kind === 'overage') return texts.countedTooHigh;
  const names = texts.charges[kind];
  const name = exact > 0n ? names.charge : names.credit;
  return group === null ? name : `${name}: ${tokensName(texts, group)}`;
}

/** `output tokens, batch tier` */
export const tokensName = (texts: DocumentTexts, { tokenClass, tier }: TokenGroup): string => `${texts.tokens[tokenClass]}, ${texts.tier(tier)}`;

export const TEXTS: Readonly<Record<Language, DocumentTexts>> = { en: ENGLISH, de: GERMAN, fr: FRENCH };
