import { demand, found, Violation } from './violation.js';

/** Half-open, epoch milliseconds: as the log has it. */
export interface RawWindow {
  readonly start: number;
  readonly end: number;
}
/** `value` is decimal text, tokens/s. */
export interface RawSegment {
  readonly window: RawWindow;
  readonly value: string;
}

/** A quantity for each cell of a pool's grid, counted from the epoch; zero where none was added. */
export class Cells {
  private first = 0;
  private readonly quantities: number[] = [];

  at(cell: number): number {
    return this.quantities[cell - this.first] ?? 0;
  }

  add(cell: number, change: number): void {
    if (this.quantities.length === 0) this.first = cell;
    while (cell < this.first) {
      this.quantities.unshift(0);
      this.first -= 1;
    }
    const index = cell - this.first;
    while (this.quantities.length <= index) this.quantities.push(0);
    this.quantities[index] = (this.quantities[index] ?? 0) + change;
  }

  forEach(visit: (cell: number, quantity: number) => void): void {
    this.quantities.forEach((quantity, index) => visit(this.first + index, quantity));
  }
}

/** Title from one source: the provider's own part, or one reservation. */
interface Lot {
  readonly holderId: string;
  readonly title: Cells;
}
/** What is offered, or held for a buyer, out of a lot. */
interface Claim {
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
  buyerShareMax: number | null = null;
  /** What is known of it, and by which news. */
  evidence = { level: 'L1', change: 0 };
  lotSize = 1;
  private readonly nameplate = new Cells();
  private readonly finished = new Cells();
  private readonly lots = new Map<string, Lot>();
  private readonly claims = new Map<string, Claim>();

  constructor(
    readonly poolId: string,
    readonly providerId: string,
    readonly grid: number,
  ) {
    this.lots.set(ROOT, { holderId: providerId, title: new Cells() });
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

  openLot(lotId: string, holderId: string, title: Cells): void {
    demand(!this.lots.has(lotId), `${lotId} is given title twice`);
    this.lots.set(lotId, { holderId, title });
  }

  /** Replaces the title of a lot by what the log says is left of it. */
  restateLot(lotId: string, title: Cells): void {
    this.lots.set(lotId, { holderId: this.lot(lotId).holderId, title });
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

  /** True when a buyer's title and holds are above the pool's cap somewhere in a window. */
  isAboveCap(holderId: string, window: RawWindow): boolean {
    return this.wouldBeAboveCap(holderId, window, 0);
  }

  /** True when the pool's cap leaves a buyer one lot throughout a window. */
  hasRoom(holderId: string, window: RawWindow): boolean {
    return !this.wouldBeAboveCap(holderId, window, this.lotSize);
  }

  /** The most that a pool's cap leaves to a buyer throughout a window. */
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

  /** Title and holds of a buyer in one cell. */
  positionOf(holderId: string, cell: number): number {
    const parts = [
      ...[...this.lots.values()].map(({ holderId: owner, title }) => ({ owner, cells: title })),
      ...[...this.claims.values()].map(({ holderId: owner, cells }) => ({ owner, cells })),
    ];
    const own = parts.filter(({ owner }) => owner === holderId);
    return own.reduce((sum, { cells }) => sum + cells.at(cell), 0);
  }

  /** Everybody who has title, or for whom something is held, the provider apart. */
  buyers(): ReadonlySet<string> {
    const holders = [...this.lots.values(), ...this.claims.values()].map(({ holderId }) => holderId);
    return new Set(holders.filter((id): id is string => id !== null && id !== this.providerId));
  }

  private wouldBeAboveCap(holderId: string, window: RawWindow, more: number): boolean {
    if (this.buyerShareMax === null || holderId === this.providerId) return false;
    const isTheirs = (one: Lot | Claim): boolean => one.holderId === holderId;
    const titles = [...this.lots.values()].filter(isTheirs).map(({ title }) => title);
    const holds = [...this.claims.values()].filter(isTheirs).map(({ cells }) => cells);
    const own = [...titles, ...holds];
    const [from, until] = this.cellsOf(window);
    for (let cell = from; cell < until; cell += 1) {
      const position = own.reduce((sum, cells) => sum + cells.at(cell), more);
      if (position * WHOLE > this.nameplate.at(cell) * this.buyerShareMax) return true;
    }
    return false;
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

/** True when both say the same in every cell. */
export function isEqual(a: Cells, b: Cells): boolean {
  let isSame = true;
  const compare = (cell: number): void => {
    isSame &&= a.at(cell) === b.at(cell);
  };
  a.forEach(compare);
  b.forEach(compare);
  return isSame;
}
