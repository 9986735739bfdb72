import { Cells, type RawSegment, type RawWindow } from './cells.js';
import { demand, found, Violation } from './violation.js';

export { Cells, isEqual, type RawSegment, type RawWindow } from './cells.js';

/** Title from one source: the provider's own part, or one reservation. */
interface Lot {
  readonly holderId: string;
  /** What it was cut from; null for the provider's own part. */
  readonly parentId: string | null;
  readonly title: Cells;
}
/** What is offered, or held for a buyer, out of a lot. */
export interface Claim {
  readonly lotId: string;
  /** Whom it is held for; null for an offer to everybody. */
  readonly holderId: string | null;
  readonly cells: Cells;
}

const WHOLE = 10_000;
export const ROOT = 'pool';

/**
 * One pool, hour by hour (or whatever its grid is): who has title to how much, and what is offered
 * or held of it. Knows nothing of step functions: every cell is a number of its own.
 */
export class PoolBook {
  private buyerShareMax: number | null = null;
  /** What is known of it, and by which news. */
  evidence = { level: 'L1', change: 0 };
  lotSize = 1;
  private readonly nameplate = new Cells();
  private readonly finished = new Cells();
  private readonly lots = new Map<string, Lot>();
  private readonly claims = new Map<string, Claim>();
  private readonly highestCap = new Cells();
  private wasUncapped = false;
  /** Lots that cannot be given back any more. */
  private readonly begun = new Set<string>();

  constructor(
    readonly poolId: string,
    readonly providerId: string,
    readonly grid: number,
  ) {
    this.lots.set(ROOT, { holderId: providerId, parentId: null, title: new Cells() });
  }

  /** First and last cell of a window, the last one not included. */
  cellsOf({ start, end }: RawWindow): readonly [from: number, until: number] {
    const isOnGrid = start % this.grid === 0 && end % this.grid === 0 && start < end;
    demand(isOnGrid, `a window of ${this.poolId} is off its grid: ${start} to ${end}`);
    return [start / this.grid, end / this.grid];
  }

  fromSegments(segments: readonly RawSegment[]): Cells {
    const cells = new Cells();
    for (const { window, value } of segments) this.paint(cells, window, Number(value));
    return cells;
  }

  rectangle(window: RawWindow, quantity: number): Cells {
    const cells = new Cells();
    this.paint(cells, window, quantity);
    return cells;
  }

  rated({ level, change }: { readonly level: string; readonly change: number }): this {
    demand(change > this.evidence.change, `${this.poolId} is rated by news that are older than what is known`);
    this.evidence = { level, change };
    return this;
  }

  grow(added: readonly RawSegment[]): void {
    const { title } = this.lot(ROOT);
    this.fromSegments(added).forEach((cell, quantity) => {
      this.nameplate.add(cell, quantity);
      title.add(cell, quantity);
    });
    this.noteCap();
  }

  /** Capacity of one lot that is not there any more. */
  shrink(lotId: string, taken: Cells): void {
    const { title } = this.lot(lotId);
    taken.forEach((cell, quantity) => {
      this.nameplate.add(cell, -quantity);
      title.add(cell, -quantity);
    });
  }

  nameplateAt(cell: number): number {
    return this.nameplate.at(cell);
  }

  lotIds(): readonly string[] {
    return [...this.lots.keys()];
  }

  /** What of a lot is neither offered nor held in a cell. */
  freeAt(lotId: string, cell: number): number {
    const claims = [...this.claims.values()].filter((claim) => claim.lotId === lotId);
    return claims.reduce((left, { cells }) => left - cells.at(cell), this.lot(lotId).title.at(cell));
  }

  lot(lotId: string): Lot {
    return found(this.lots.get(lotId), `title ${lotId} in ${this.poolId}`);
  }

  openLot(lotId: string, lot: Lot): void {
    demand(!this.lots.has(lotId), `${lotId} is given title twice`);
    this.lots.set(lotId, lot);
  }

  begin(lotId: string): void {
    this.begun.add(lotId);
  }

  /** Replaces the title of a lot by what the log says is left of it. */
  restateLot(lotId: string, title: Cells): void {
    this.lots.set(lotId, { ...this.lot(lotId), title });
  }

  changeRoot(window: RawWindow, change: number): void {
    this.paint(this.lot(ROOT).title, window, change);
  }

  /** The lot's time is over; what it held still belongs to the whole. */
  finishLot(lotId: string): void {
    this.lot(lotId).title.forEach((cell, quantity) => this.finished.add(cell, quantity));
    this.lots.delete(lotId);
  }

  closeLot(lotId: string): void {
    this.lots.delete(lotId);
  }

  claim(claimId: string, claim: Claim): void {
    this.claims.set(claimId, claim);
  }

  claimed(claimId: string): Cells | null {
    return this.claims.get(claimId)?.cells ?? null;
  }

  drop(claimId: string): void {
    this.claims.delete(claimId);
  }

  hasClaimOn(lotId: string): boolean {
    return [...this.claims.values()].some((claim) => claim.lotId === lotId);
  }

  paint(cells: Cells, window: RawWindow, change: number): void {
    const [from, until] = this.cellsOf(window);
    for (let cell = from; cell < until; cell += 1) cells.add(cell, change);
  }

  limitTo(buyerShareMax: number | null): void {
    this.buyerShareMax = buyerShareMax;
    this.noteCap();
  }

  /** Notes the most that the cap has allowed in each cell: later it may be less, and nothing is taken away. */
  private noteCap(): void {
    this.wasUncapped ||= this.buyerShareMax === null;
    const share = this.buyerShareMax ?? 0;
    this.nameplate.forEach((cell, quantity) => {
      const more = Math.floor((quantity * share) / WHOLE) - this.highestCap.at(cell);
      if (more > 0) this.highestCap.add(cell, more);
    });
  }

  /** True when somebody has title to more than any cap has ever allowed, or it is held for them. */
  isConcentrated(holderId: string): boolean {
    if (this.wasUncapped || holderId === this.providerId) return false;
    const sum = new Cells();
    const own = [
      ...[...this.lots.values()].filter((lot) => lot.holderId === holderId).map(({ title }) => title),
      ...[...this.claims.values()].filter((claim) => claim.holderId === holderId).map(({ cells }) => cells),
    ];
    for (const cells of own) cells.forEach((cell, quantity) => sum.add(cell, quantity));
    let isAbove = false;
    sum.forEach((cell, quantity) => (isAbove ||= quantity > this.highestCap.at(cell)));
    return isAbove;
  }

  /** True when what counts for a buyer is above the pool's cap somewhere in a window. */
  isAboveCap(holderId: string, window: RawWindow): boolean {
    return this.roomFor(holderId, window) < 0;
  }

  /** The most that a pool's cap leaves to a buyer throughout a window; below zero where they are above it. */
  roomFor(holderId: string, window: RawWindow): number {
    if (this.buyerShareMax === null || holderId === this.providerId) return Infinity;
    const [from, until] = this.cellsOf(window);
    let room = Infinity;
    for (let cell = from; cell < until; cell += 1) {
      const cap = Math.floor((this.nameplate.at(cell) * this.buyerShareMax) / WHOLE);
      room = Math.min(room, cap - this.positionOf(holderId, cell));
    }
    return room;
  }

  /** What would be so if something were held for some buyers. */
  supposing<Found>(claims: readonly Claim[], look: () => Found): Found {
    const names = claims.map((_claim, index) => `supposed ${index}`);
    claims.forEach((claim, index) => this.claims.set(names[index] ?? '', claim));
    const found = look();
    names.forEach((name) => this.claims.delete(name));
    return found;
  }

  /** What counts for a buyer in one cell. */
  positionOf(holderId: string, cell: number): number {
    return this.countedFor((id) => id === holderId, cell);
  }

  /**
   * Capacity that counts for any of some buyers in one cell, each token/s once: they have it, it is held for
   * them, or it would be theirs if it were given back by whoever can give it back.
   */
  countedFor(isMeant: (holderId: string) => boolean, cell: number): number {
    let sum = 0;
    for (const [lotId, { title }] of this.lots) {
      const quantity = title.at(cell);
      if (quantity !== 0 && this.isCounted(lotId, isMeant)) sum += quantity;
    }
    for (const { lotId, holderId, cells } of this.claims.values()) {
      if (holderId === null || holderId === this.providerId || !isMeant(holderId)) continue;
      const quantity = cells.at(cell);
      if (quantity !== 0 && !this.isCounted(lotId, isMeant)) sum += quantity;
    }
    return sum;
  }

  /** Whether title of a lot counts for any of some buyers: up the chain as far as it can come back. */
  private isCounted(lotId: string, isMeant: (holderId: string) => boolean): boolean {
    for (let id: string | null = lotId; id !== null; ) {
      const lot = this.lots.get(id);
      if (lot === undefined) return false;
      if (lot.holderId !== this.providerId && isMeant(lot.holderId)) return true;
      id = this.begun.has(id) ? null : lot.parentId;
    }
    return false;
  }

  /** Everybody who has title, or for whom something is held, the provider apart. */
  buyers(): ReadonlySet<string> {
    const holders = [...this.lots.values(), ...this.claims.values()].map(({ holderId }) => holderId);
    return new Set(holders.filter((id): id is string => id !== null && id !== this.providerId));
  }

  /** I1: in every cell the titles of all holders are the nameplate, and none is negative. */
  checkConservation(): void {
    const missing = new Cells();
    this.nameplate.forEach((cell, quantity) => missing.add(cell, quantity));
    const take = (cell: number, quantity: number): void => {
      if (quantity < 0) throw new Violation(`I1: negative title in ${this.placeOf(cell)}`);
      missing.add(cell, -quantity);
    };
    for (const { title } of this.lots.values()) title.forEach(take);
    this.finished.forEach(take);
    missing.forEach((cell, quantity) => {
      if (quantity === 0) return;
      const nameplate = this.nameplate.at(cell);
      const sum = `sum to ${nameplate - quantity}, not ${nameplate}`;
      throw new Violation(`I1: titles in ${this.placeOf(cell)} ${sum}`);
    });
  }

  /** I2: in every cell what is offered and held of a lot is no more than its title. */
  checkNotOversold(): void {
    const taken = new Map<string, Cells>();
    for (const { lotId, cells } of this.claims.values()) {
      const sum = taken.get(lotId) ?? new Cells();
      cells.forEach((cell, quantity) => {
        if (quantity < 0) throw new Violation(`I2: negative offer in ${this.placeOf(cell)}`);
        sum.add(cell, quantity);
      });
      taken.set(lotId, sum);
    }
    for (const [lotId, sum] of taken) {
      const title = this.lots.get(lotId)?.title;
      sum.forEach((cell, quantity) => {
        const held = title?.at(cell) ?? 0;
        if (quantity <= held) return;
        const place = `${lotId} in ${this.placeOf(cell)}`;
        throw new Violation(`I2: ${quantity} of ${held} are offered or held from ${place}`);
      });
    }
  }

  private placeOf(cell: number): string {
    return `${this.poolId} at ${new Date(cell * this.grid).toISOString()}`;
  }
}
