import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Purchases, type HandedPart } from '../../../allocation/contract.js';
import type { LogPosition } from '../../../eventstore/event.js';
import { OrganizationDirectory } from '../../../identity/contract.js';
import type { OrganizationId, ReservationId } from '../../../kernel/ids.js';
import { RatedUsage, type ServedHours } from '../../../metering/contract.js';
import type { ChargeRow } from '../../model/export/books.tables.js';
import { creditNoteCosts } from '../../model/export/credit-note.rows.js';
import type { FocusCharge } from '../../model/export/focus-charge.js';
import { FocusRows } from '../../model/export/focus-rows.js';
import { COST_AND_USAGE, rowOf } from '../../model/export/focus.columns.js';
import { focusTaxRow, taxesOf } from '../../model/export/tax.rows.js';
import { AskedHours, type Bought } from './asked-hours.js';
import type { ExportScope, PlacedSpan } from './export-scope.js';
import { MonthPages } from './month-pages.js';
import { oneAhead } from './one-ahead.js';
import type { RowPage } from './row-sources.js';

/** Purchases that are kept between pages: charges of one come hour after hour. */
const PURCHASES_KEPT = 5_000;

/** Everything a page of charges is looked up in. */
interface Found {
  readonly bought: ReadonlyMap<string, Bought>;
  readonly names: Map<string, string>;
  readonly asked: AskedHours;
  readonly served: ServedHours;
}

/** Until the third layout nothing was told of parts that teams were handed. */
const knowsParts = ({ period }: ExportScope): boolean => period.layout > 3;

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
    const known = new LRUCache<string, Bought>({ max: PURCHASES_KEPT });
    const names = new Map<string, string>();
    for await (const charges of oneAhead(this.months.charges(scope))) {
      await this.learnPurchases(charges, known, knowsParts(scope));
      await this.learnNames(known, names);
      const bought = boughtWith(charges, known);
      const asked = new AskedHours(charges, bought);
      const served = await this.rated.served({ holderId: scope.organizationId, asOf: endOf(scope.spans), hours: asked.hours });
      yield { charges, found: { bought, names, asked, served } };
    }
  }

  private async learnPurchases(
    charges: readonly ChargeRow[],
    known: LRUCache<string, Bought>,
    hasParts: boolean,
  ): Promise<void> {
    const ids = [...new Set(charges.map(({ reservationId }) => reservationId))];
    const missing = ids.filter((id) => known.get(id) === undefined) as ReservationId[];
    if (missing.length === 0) return;
    const parts = hasParts ? await this.bought.partsOf(missing) : [];
    const partsOf = new Map<string, HandedPart[]>();
    for (const part of parts) partsOf.set(part.purchaseId, [...(partsOf.get(part.purchaseId) ?? []), part]);
    for (const purchase of await this.bought.find(missing)) {
      known.set(purchase.reservationId, { purchase, parts: partsOf.get(purchase.reservationId) ?? [] });
    }
  }

  private async learnNames(
    known: LRUCache<string, Bought>,
    names: Map<string, string>,
  ): Promise<void> {
    for (const { purchase: { providerId } } of known.values()) {
      if (names.has(providerId)) continue;
      const organization = await this.directory.find(providerId as OrganizationId);
      names.set(providerId, organization?.name ?? providerId);
    }
  }
}

/** Of these charges alone: the cache goes on to the next page meanwhile. */
function boughtWith(charges: readonly ChargeRow[], known: LRUCache<string, Bought>): ReadonlyMap<string, Bought> {
  const bought = new Map<string, Bought>();
  for (const { reservationId } of charges) {
    const one = known.get(reservationId);
    if (one !== undefined) bought.set(reservationId, one);
  }
  return bought;
}

/** Where the month was closed; null: it is open. */
const endOf = (spans: readonly PlacedSpan[]): LogPosition | null =>
  spans.at(-1)?.through?.place ?? null;

function* factsOf(charges: readonly ChargeRow[], { bought, names, asked, served }: Found): Generator<FocusCharge> {
  for (const [index, charge] of charges.entries()) {
    const { purchase = null } = bought.get(charge.reservationId) ?? {};
    const hostName = purchase === null ? null : (names.get(purchase.providerId) ?? null);
    yield { charge, purchase, hostName, use: asked.useOf(index, served), parts: asked.usesOfParts(index, served) };
  }
}
