import { rounded, shares, type TwinSplit } from './twin-shares.js';

/**
 * The books a second time, as simply as can be: plain arrays that are searched and summed, text for
 * ids, no postings, no events. Written from docs and the rules' names, not from the rules.
 */
export interface TwinSale {
  readonly id: string;
  readonly owner: string;
  readonly split: TwinSplit;
  readonly start: number;
  readonly end: number;
  readonly grid: number;
  readonly amount: bigint;
  /** Tokens/s, and what of them is lost when. */
  readonly quantity: bigint;
  readonly lost: TwinLoss[];
  delivered: bigint;
  through: number;
  state: 'open' | 'over' | 'closed';
}

export interface TwinLoss {
  readonly start: number;
  readonly end: number;
  readonly value: bigint;
}

interface TwinOverage {
  readonly kind: 'overage' | 'penalty' | 'credit';
  readonly owner: string;
  readonly id: string;
  readonly hour: number;
  split: TwinSplit;
  charged: bigint;
  collected: bigint;
}

interface TwinOrder {
  readonly id: string;
  readonly owner: string;
  total: bigint;
  endedAt: number | null;
}

/** `from > to kind amount` */
export type TwinTransfer = string;

export const OK = 'ok';
const DAY = 86_400_000;

export class LedgerTwin {
  readonly transfers: TwinTransfer[] = [];
  /** `from > to amount`: to be given back. */
  readonly claims: string[] = [];
  readonly sales: TwinSale[] = [];
  private readonly entries: (readonly [owner: string, account: string, amount: bigint])[] = [];
  private readonly overages: TwinOverage[] = [];
  private readonly topUps: string[] = [];
  /** Not spent yet; and those that are over and spent, first to last. */
  private readonly orders: TwinOrder[] = [];
  private readonly spent: TwinOrder[] = [];

  /** @param months instants at which months begin */
  constructor(private readonly months: readonly number[]) {}

  balance(owner: string, account: string): bigint {
    return this.entries
      .filter(([who, what]) => who === owner && what === account)
      .reduce((sum, [, , amount]) => sum + amount, 0n);
  }

  accounts(owner: string): readonly string[] {
    const names = this.entries.filter(([who]) => who === owner).map(([, account]) => account);
    return [...new Set(names)].filter((account) => this.balance(owner, account) !== 0n);
  }

  topUp(owner: string, id: string, amount: bigint): string {
    if (this.topUps.includes(id)) return OK;
    this.topUps.push(id);
    this.move(owner, 'external', 'wallet', amount);
    return this.collect(owner);
  }

  fund(sale: TwinSale, now: number): string {
    const { owner, id, amount } = sale;
    const known = this.sales.filter((other) => other.id === id && other.state !== 'over');
    if (known.length > 0) return 'ALREADY_FUNDED';
    if (sale.end <= now) return 'WINDOW_OVER';
    if (this.balance(owner, 'wallet') < amount) return 'INSUFFICIENT_FUNDS';
    this.sales.push(sale);
    this.move(owner, 'wallet', `escrow:${id}`, amount);
    return OK;
  }

  /** What is still set aside for an order. */
  left(owner: string, id: string): bigint {
    return this.balance(owner, `reserved:${id}`);
  }

  reserve(owner: string, id: string, more: bigint): string {
    const known = [...this.orders, ...this.spent].find((order) => order.id === id);
    if (known !== undefined && known.endedAt !== null) return 'ORDER_CLOSED';
    if (more === 0n) return OK;
    if (this.balance(owner, 'wallet') < more) return 'INSUFFICIENT_FUNDS';
    const order = known ?? { id, owner, total: 0n, endedAt: null };
    if (known === undefined) this.orders.push(order);
    order.total += more;
    this.move(owner, 'wallet', `reserved:${id}`, more);
    return OK;
  }

  capture(orderId: string, sale: TwinSale): string {
    const { owner, id, amount } = sale;
    if (this.sales.some((other) => other.id === id && other.state !== 'over')) return OK;
    this.sales.push(sale);
    this.move(owner, `reserved:${orderId}`, `escrow:${id}`, amount);
    this.putAway();
    return OK;
  }

  /** @param endedAt null while the order goes on */
  giveBack(owner: string, id: string, ...[amount, endedAt]: readonly [bigint, number | null]): string {
    let order = this.orders.find((one) => one.id === id);
    const isOver = this.spent.some((one) => one.id === id) || (order?.endedAt ?? null) !== null;
    if (endedAt === null ? amount === 0n : isOver) return OK;
    if (order === undefined) this.orders.push((order = { id, owner, total: 0n, endedAt: null }));
    order.endedAt ??= endedAt;
    this.move(owner, `reserved:${id}`, 'wallet', amount);
    this.putAway();
    while (endedAt !== null && this.isForgotten(owner, endedAt)) continue;
    return this.collect(owner);
  }

  settle(owner: string, id: string, now: number): string {
    const sale = this.open(id);
    if (sale === undefined) return 'ESCROW_NOT_FOUND';
    const lines = [...this.months, Math.min(now - (now % sale.grid), sale.end)];
    for (const line of lines.filter((at) => at <= now && at <= sale.end).sort((a, b) => a - b)) {
      if (line > sale.through) this.deliver(sale, line);
    }
    if (sale.through === sale.end) sale.state = 'over';
    return OK;
  }

  /** What is left of a sale's price up to an instant. */
  priceUntil({ amount, quantity, start, end, lost }: TwinSale, line: number): bigint {
    const gone = lost.map((one) => {
      const length = Math.min(one.end, line) - one.start;
      return length > 0 ? one.value * BigInt(length) : 0n;
    });
    const left = gone.reduce((rest, one) => rest - one, quantity * BigInt(line - start));
    return rounded(amount * left, quantity * BigInt(end - start));
  }

  curtail(owner: string, id: string, loss: TwinLoss): string {
    const sale = this.open(id);
    if (sale === undefined) return 'ESCROW_NOT_FOUND';
    const clipped = { ...loss, start: Math.max(loss.start, sale.through), end: Math.min(loss.end, sale.end) };
    if (clipped.start >= clipped.end || clipped.value === 0n) return OK;
    const before = this.priceUntil(sale, sale.end);
    sale.lost.push(clipped);
    this.move(owner, `escrow:${id}`, 'wallet', before - this.priceUntil(sale, sale.end));
    const gone = sale.lost.reduce((sum, one) => sum + one.value * BigInt(one.end - one.start), 0n);
    if (gone === sale.quantity * BigInt(sale.end - sale.start)) sale.state = 'closed';
    return this.collect(owner);
  }

  /** All of it to one other. */
  owe(kind: 'penalty' | 'credit', ...[owner, id, holder, amount, now]: Debt): string {
    const split = { sellerId: holder, providerId: holder, exchangeId: holder, royalty: 0, fee: 0 };
    const due = { kind, owner, id, hour: now, split, charged: amount, collected: 0n };
    this.overages.push(due);
    this.move(owner, 'receivable', 'uncollected', amount);
    return this.collect(owner, due);
  }

  release(owner: string, id: string): string {
    const sale = this.open(id);
    if (sale === undefined) return 'ESCROW_NOT_FOUND';
    if (sale.through > sale.start) return 'ALREADY_DELIVERED';
    sale.state = 'closed';
    this.move(owner, `escrow:${id}`, 'wallet', this.priceUntil(sale, sale.end));
    return this.collect(owner);
  }

  cancel(owner: string, id: string, fee: bigint): string {
    const sale = this.open(id);
    if (sale === undefined) return 'ESCROW_NOT_FOUND';
    if (sale.through > sale.start) return 'ALREADY_DELIVERED';
    sale.state = 'closed';
    this.move(owner, `escrow:${id}`, 'wallet', this.priceUntil(sale, sale.end) - fee);
    this.move(owner, `escrow:${id}`, 'clearing', fee);
    this.pay(owner, sale.split, 'cancellation', [0n, fee]);
    return this.collect(owner);
  }

  overage(use: { owner: string; id: string; hour: number; total: bigint; split: TwinSplit }): string {
    const { owner, id, hour, total, split } = use;
    let known = this.overages.find((one) => one.kind === 'overage' && one.owner === owner && one.id === id && one.hour === hour);
    if (known !== undefined && total < known.charged) return this.reduce(known, total);
    if (total === known?.charged) return OK;
    if (total === 0n) return OK;
    if (known === undefined) {
      known = { kind: 'overage', owner, id, hour, split, charged: 0n, collected: 0n };
      this.overages.push(known);
    }
    const more = total - known.charged;
    known.charged = total;
    known.split = split;
    this.move(owner, 'receivable', 'uncollected', more);
    return this.collect(owner, known);
  }

  /** What is owed is forgotten first; everybody who was paid is to give back what they had too much. */
  private reduce(known: TwinOverage, total: bigint): string {
    const less = known.charged - total;
    const owed = known.charged - known.collected;
    const forgotten = less < owed ? less : owed;
    this.move(known.owner, 'uncollected', 'receivable', forgotten);
    const [had, has] = [shares(known.collected, known.split), shares(known.collected - less + forgotten, known.split)];
    known.charged = total;
    known.collected -= less - forgotten;
    const { sellerId, providerId, exchangeId } = known.split;
    [sellerId, providerId, exchangeId].forEach((who, index) => {
      const amount = (had[index] ?? 0n) - (has[index] ?? 0n);
      if (amount > 0n) this.claims.push(`${who} > ${known.owner} ${amount}`);
    });
    return OK;
  }

  receive(owner: string, amount: bigint): string {
    this.move(owner, 'clearing', 'wallet', amount);
    return this.collect(owner);
  }

  private putAway(): void {
    const over = this.orders.filter(({ id, owner, endedAt }) => endedAt !== null && this.left(owner, id) === 0n);
    for (const order of over) this.spent.push(...this.orders.splice(this.orders.indexOf(order), 1));
  }

  /** Each book forgets its own, as long as the first is a day old. */
  private isForgotten(owner: string, now: number): boolean {
    const first = this.spent.find((order) => order.owner === owner);
    if (first === undefined || now - (first.endedAt ?? now) < DAY) return false;
    this.spent.splice(this.spent.indexOf(first), 1);
    return true;
  }

  private open(id: string): TwinSale | undefined {
    return this.sales.find((sale) => sale.id === id && sale.state === 'open');
  }

  private deliver(sale: TwinSale, line: number): void {
    const part = this.priceUntil(sale, line);
    this.move(sale.owner, `escrow:${sale.id}`, 'clearing', part - sale.delivered);
    this.pay(sale.owner, sale.split, 'proceeds', [sale.delivered, part]);
    sale.delivered = part;
    sale.through = line;
  }

  /** One after the other by hour, as far as the wallet goes; `only` is what was just charged. */
  private collect(owner: string, only: TwinOverage | null = null): string {
    const owed = this.overages.filter((one) => one.owner === owner && one.collected < one.charged);
    const rank = ({ kind }: TwinOverage): number => ['overage', 'penalty', 'credit'].indexOf(kind);
    const sorted = [...owed].sort((a, b) => a.hour - b.hour || rank(a) - rank(b));
    for (const one of only === null ? sorted : [only]) {
      const wallet = this.balance(owner, 'wallet');
      const missing = one.charged - one.collected;
      const paid = wallet < missing ? wallet : missing;
      this.move(owner, 'wallet', 'receivable', paid);
      this.move(owner, 'uncollected', 'clearing', paid);
      this.pay(owner, one.split, one.kind, [one.collected, one.collected + paid]);
      one.collected += paid;
    }
    return OK;
  }

  private move(owner: string, ...[from, to, amount]: readonly [string, string, bigint]): void {
    this.entries.push([owner, from, -amount], [owner, to, amount]);
  }

  private pay(from: string, split: TwinSplit, ...[kind, [before, after]]: Payment): void {
    const [was, is] = [shares(before, split), shares(after, split)];
    const people = [split.sellerId, split.providerId, split.exchangeId];
    [kind, 'royalty', 'fee'].forEach((what, index) => {
      const amount = (is[index] ?? 0n) - (was[index] ?? 0n);
      if (amount !== 0n) this.transfers.push(`${from} > ${people[index]} ${what} ${amount}`);
    });
  }
}

type Debt = readonly [owner: string, id: string, holder: string, amount: bigint, now: number];
type Payment = readonly [kind: string, range: readonly [before: bigint, after: bigint]];
