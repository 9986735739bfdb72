import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Purchases, type Purchase } from '../../../allocation/contract.js';
import type { LogPosition } from '../../../eventstore/event.js';
import { OrganizationDirectory } from '../../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../../kernel/ids.js';
import { floorToGrid, HOUR_MS, type Instant } from '../../../kernel/time.js';
import type { Window } from '../../../kernel/window.js';
import { RatedUsage, type RatedHour, type RatedHourChange } from '../../../metering/contract.js';
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
const USAGE_PAGE = 5_000;

/** Everything a page of charges is looked up in. */
interface Found {
  readonly purchases: ReadonlyMap<string, Purchase>;
  readonly names: Map<string, string>;
  readonly hours: Hours;
}

/** By their reservation, then by when they began. */
type Hours = Map<string, Map<Instant, RatedHour>>;

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
      const hours = await this.hoursOf(scope, charges);
      await this.learnPurchases(charges, purchases);
      await this.learnNames(purchases, names);
      yield { charges, found: { purchases: purchasesOf(charges, purchases), names, hours } };
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

  /** Use in the hours that the charges are for, as it was known when the month was closed. */
  private async hoursOf(
    { organizationId: holderId, spans }: ExportScope,
    charges: readonly ChargeRow[],
  ): Promise<Hours> {
    const delivered = charges.filter(({ kind }) => kind === 'delivery');
    const hours: Hours = new Map();
    const window = servedIn(delivered);
    if (window === null) return hours;
    const reservationIds = [...new Set(delivered.map(({ reservationId }) => reservationId))];
    const query = { holderId, window, asOf: endOf(spans), since: null, limit: USAGE_PAGE };
    for (let after: RatedHour | null = null; ; ) {
      const page: readonly RatedHourChange[] = await this.rated.page({
        ...{ ...query, after, reservationIds: reservationIds as ReservationId[] },
      });
      for (const { now } of page) put(hours, now);
      if (page.length < USAGE_PAGE) return hours;
      after = page.at(-1)?.now ?? null;
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

function put(hours: Hours, rated: RatedHour): void {
  const known = hours.get(rated.reservationId);
  if (known === undefined) hours.set(rated.reservationId, new Map([[rated.hour, rated]]));
  else known.set(rated.hour, rated);
}

/** From the first hour that something was served in to the last; null: nothing was. */
function servedIn(charges: readonly ChargeRow[]): Window | null {
  let served: Window | null = null;
  for (const { servedFrom, servedTo } of charges) {
    if (servedFrom === null || servedTo === null) continue;
    const start: number = Math.min(floorToGrid(servedFrom, HOUR_MS), served?.start ?? servedFrom);
    const end: number = Math.max(servedTo, served?.end ?? servedTo);
    served = { start: start as Instant, end: end as Instant };
  }
  return served;
}

function* factsOf(charges: readonly ChargeRow[], found: Found): Generator<FocusCharge> {
  for (const charge of charges) {
    const purchase = found.purchases.get(charge.reservationId) ?? null;
    const hostName = purchase === null ? null : (found.names.get(purchase.providerId) ?? null);
    const begun = purchase?.window.start ?? null;
    yield { charge, purchase, hostName, use: useIn(charge, begun, found.hours) };
  }
}

function useIn(charge: ChargeRow, begun: Instant | null, hours: Found['hours']): ServedUse | null {
  const { servedFrom: start, servedTo: end, reservationId } = charge;
  const own = hours.get(reservationId);
  if (start === null || end === null || own === undefined) return null;
  let use: ServedUse | null = null;
  for (const hour of hoursToldWith({ start, end }, begun ?? start)) {
    const rated = own.get(hour);
    if (rated !== undefined) use = use === null ? useOf(rated) : sum(use, useOf(rated));
  }
  return use;
}

function useOf({ events, counts, weighted, overage }: RatedHour): ServedUse {
  const { input, cachedInput, output, reasoning } = counts;
  return { requests: events, input, cachedInput, output, reasoning, weighted: weighted - overage };
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
