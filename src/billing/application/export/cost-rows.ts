import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Purchases, type Purchase } from '../../../allocation/contract.js';
import type { LogPosition } from '../../../eventstore/event.js';
import { OrganizationDirectory } from '../../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../../kernel/ids.js';
import { RatedUsage, type ReservedHour, type ServedHour, type ServedHours } from '../../../metering/contract.js';
import type { ChargeRow } from '../../model/export/books.tables.js';
import { creditNoteCosts } from '../../model/export/credit-note.rows.js';
import type { FocusCharge, ServedUse } from '../../model/export/focus-charge.js';
import { FocusRows } from '../../model/export/focus-rows.js';
import { COST_AND_USAGE, rowOf } from '../../model/export/focus.columns.js';
import { focusTaxRow, taxesOf } from '../../model/export/tax.rows.js';
import { hoursToldWith } from '../../model/export/served-hours.js';
import type { ExportScope, PlacedSpan } from './export-scope.js';
import { MonthPages } from './month-pages.js';
import { oneAhead } from './one-ahead.js';
import type { RowPage } from './row-sources.js';

/** Purchases that are kept between pages: charges of one come hour after hour. */
const PURCHASES_KEPT = 5_000;

/** Everything a page of charges is looked up in. */
interface Found {
  readonly purchases: ReadonlyMap<string, Purchase>;
  readonly names: Map<string, string>;
  readonly served: ServedHours;
  /** Of each charge the place of the first of its hours, behind which the others are; then where the last one's end. */
  readonly places: readonly number[];
}

/** Charges as FOCUS sees them: with what was bought, and what was used of it. */
@Injectable()
export class CostRows {
  constructor(
    @Inject(MonthPages) private readonly months: MonthPages,
    @Inject(Purchases) private readonly bought: Purchases,
    @Inject(RatedUsage) private readonly rated: RatedUsage,
    @Inject(OrganizationDirectory) private readonly directory: OrganizationDirectory,
  ) {}

  async *pages(scope: ExportScope): AsyncGenerator<RowPage> {
    const focus = new FocusRows(scope.period);
    for await (const { charges, found } of oneAhead(this.lookedUp(scope))) {
      yield { rows: focus.of(factsOf(charges, found)), count: charges.length };
    }
    yield* this.taxes(scope);
    for await (const notes of this.months.creditNotes(scope)) {
      const rows = notes.flatMap((note) => creditNoteCosts(scope.period, note));
      yield { rows: rows.map((facts) => rowOf(COST_AND_USAGE, facts)), count: notes.length };
    }
  }

  private *taxes({ invoice, period }: ExportScope): Generator<RowPage> {
    const taxes = taxesOf(invoice);
    if (invoice === null || taxes.length === 0) return;
    yield { rows: taxes.map((line, index) => rowOf(COST_AND_USAGE, focusTaxRow(period, invoice, [line, index]))), count: taxes.length };
  }

  private async *lookedUp(
    scope: ExportScope,
  ): AsyncGenerator<{ readonly charges: readonly ChargeRow[]; readonly found: Found }> {
    const purchases = new LRUCache<string, Purchase>({ max: PURCHASES_KEPT });
    const names = new Map<string, string>();
    for await (const charges of oneAhead(this.months.charges(scope))) {
      await this.learnPurchases(charges, purchases);
      await this.learnNames(purchases, names);
      const own = purchasesOf(charges, purchases);
      const { hours, places } = hoursOf(charges, own);
      const served = await this.rated.served({ holderId: scope.organizationId, asOf: endOf(scope.spans), hours });
      yield { charges, found: { purchases: own, names, served, places } };
    }
  }

  private async learnPurchases(
    charges: readonly ChargeRow[],
    known: LRUCache<string, Purchase>,
  ): Promise<void> {
    const ids = [...new Set(charges.map(({ reservationId }) => reservationId))];
    const missing = ids.filter((id) => known.get(id) === undefined) as ReservationId[];
    if (missing.length === 0) return;
    for (const purchase of await this.bought.find(missing)) known.set(purchase.reservationId, purchase);
  }

  private async learnNames(
    purchases: LRUCache<string, Purchase>,
    names: Map<string, string>,
  ): Promise<void> {
    for (const { providerId } of purchases.values()) {
      if (names.has(providerId)) continue;
      const organization = await this.directory.find(providerId as OrganizationId);
      names.set(providerId, organization?.name ?? providerId);
    }
  }
}

/** Of these charges alone: the cache goes on to the next page meanwhile. */
function purchasesOf(
  charges: readonly ChargeRow[],
  known: LRUCache<string, Purchase>,
): ReadonlyMap<string, Purchase> {
  const purchases = new Map<string, Purchase>();
  for (const { reservationId } of charges) {
    const purchase = known.get(reservationId);
    if (purchase !== undefined) purchases.set(reservationId, purchase);
  }
  return purchases;
}

/** Where the month was closed; null: it is open. */
const endOf = (spans: readonly PlacedSpan[]): LogPosition | null =>
  spans.at(-1)?.through?.place ?? null;

/** The hours that deliveries are for, of which use is told as it was known when the month was closed. */
function hoursOf(
  charges: readonly ChargeRow[],
  purchases: ReadonlyMap<string, Purchase>,
): { readonly hours: readonly ReservedHour[]; readonly places: readonly number[] } {
  const hours: ReservedHour[] = [];
  const places: number[] = [];
  for (const { kind, reservationId, servedFrom: start, servedTo: end } of charges) {
    places.push(hours.length);
    if (kind !== 'delivery' || start === null || end === null) continue;
    const begun = purchases.get(reservationId)?.window.start ?? start;
    for (const hour of hoursToldWith({ start, end }, begun)) hours.push({ reservationId: reservationId as ReservationId, hour });
  }
  places.push(hours.length);
  return { hours, places };
}

function* factsOf(charges: readonly ChargeRow[], found: Found): Generator<FocusCharge> {
  for (const [index, charge] of charges.entries()) {
    const purchase = found.purchases.get(charge.reservationId) ?? null;
    const hostName = purchase === null ? null : (found.names.get(purchase.providerId) ?? null);
    yield { charge, purchase, hostName, use: useOfCharge(index, found) };
  }
}

/** In all hours that it is for; null: nothing is known of any. */
function useOfCharge(index: number, { served, places }: Found): ServedUse | null {
  let use: ServedUse | null = null;
  for (let place = places[index] ?? 0; place < (places[index + 1] ?? 0); place += 1) {
    const hour = served(place);
    if (hour !== null) use = use === null ? useOf(hour) : sum(use, useOf(hour));
  }
  return use;
}

function useOf({ events, counts, weighted }: ServedHour): ServedUse {
  const { input, cachedInput, output, reasoning } = counts;
  return { requests: events, input, cachedInput, output, reasoning, weighted };
}

function sum(one: ServedUse, other: ServedUse): ServedUse {
  return {
    requests: one.requests + other.requests,
    input: one.input + other.input,
    cachedInput: one.cachedInput + other.cachedInput,
    output: one.output + other.output,
    reasoning: one.reasoning + other.reasoning,
    weighted: one.weighted + other.weighted,
  };
}
