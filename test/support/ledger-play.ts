import type { LedgerEvent } from '../../src/billing/model/ledger.events.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { fromSegments, maximumOver, rectangle } from '../../src/kernel/step-function.js';
import { DAY_MS, HOUR_MS, plus, type Instant } from '../../src/kernel/time.js';
import {
  cancel,
  capture,
  credit,
  curtail,
  fund,
  giveBack,
  overage,
  penalty,
  release,
  reserve,
  settle,
  topUp,
} from './ledger.js';
import {
  fundTwins,
  MONTHS,
  nameOf,
  orderOf,
  OWNERS,
  ownerOf,
  QUARTER,
  saleOf,
  salesOf,
  shared,
  START,
  TOKENS,
  whole,
  type Step,
  type StepOf,
} from './ledger-steps.js';
import { LedgerTwin, type TwinSale } from './ledger-twin.js';
import { LedgerWorld } from './ledger-world.js';

/** Plays steps on the books and on their twin, and compares after each. */
export class Play {
  readonly world = new LedgerWorld(OWNERS, START);
  readonly twin = new LedgerTwin(MONTHS);
  private count = 0;

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      this.count += 1;
      await this.take(one);
      await this.compare();
    }
  }

  /** All that is on its way arrives, twice. */
  async arrive(): Promise<void> {
    // What arrives pays what is owed, which sends more on its way.
    for (const one of this.world.underway) {
      await this.carry(one);
      await this.world.carry(one);
    }
    await this.compare();
  }

  async compare(): Promise<void> {
    await this.world.audit();
    for (const owner of OWNERS) {
      const balances = await this.world.balances(owner);
      const accounts = this.twin.accounts(owner);
      expect(Object.fromEntries(balances)).toEqual(
        Object.fromEntries(accounts.map((account) => [account, this.twin.balance(owner, account)])),
      );
    }
    const sent = this.world.underway.map(
      ({ fromId, transfer: { toId, kind, amount: money } }) => `${fromId} > ${toId} ${kind} ${money}`,
    );
    expect(sent.sort()).toEqual([...this.twin.transfers].sort());
  }

  private async take(one: Step): Promise<void> {
    const { world } = this;
    switch (one.what) {
      case 'topUp':
        return this.topUp(one);
      case 'fund':
        return this.fund(one);
      case 'fundAll':
        return this.fundAll(one);
      case 'reserve':
        return this.reserve(one);
      case 'capture':
        return this.capture(one);
      case 'giveBack':
        return this.giveBack(one);
      case 'settle': {
        const [owner, id] = [ownerOf(one.sale), nameOf(one.sale)];
        return this.expect(owner, settle(id), this.twin.settle(owner, id, world.now));
      }
      case 'release': {
        const [owner, id] = [ownerOf(one.sale), nameOf(one.sale)];
        return this.expect(owner, release(id), this.twin.release(owner, id));
      }
      case 'cancel':
        return this.cancel(one);
      case 'overage':
        return this.overage(one);
      case 'curtail':
        return this.curtail(one);
      case 'penalty': {
        const [holder, id] = [ownerOf(one.sale), nameOf(one.sale)];
        const { provider, amount: money } = one;
        const expected = this.twin.owe('penalty', provider, id, holder, money + 1n, world.now);
        return this.expect(provider, penalty(id, money + 1n, holder, world.now, `C${this.count}`), expected);
      }
      case 'credit': {
        const [holder, id] = [ownerOf(one.sale), nameOf(one.sale)];
        const { payer, amount: money } = one;
        const expected = this.twin.owe('credit', payer, id, holder, money + 1n, world.now);
        return this.expect(payer, credit(id, money + 1n, holder, world.now, `K${this.count}`), expected);
      }
      case 'carry': {
        const found = world.underway[one.index % Math.max(1, world.underway.length)];
        return found === undefined ? undefined : this.carry(found);
      }
      case 'repeat':
        return this.repeat(one);
      case 'pass':
        world.now = plus(world.now, one.quarters * QUARTER);
        return undefined;
    }
  }

  private async topUp({ who: owner, id, amount: money, again }: StepOf<'topUp'>): Promise<void> {
    const name = `T${id}-${owner}`;
    const command = topUp(money + 1n, name);
    // The same payment may be told of under another name.
    const key = again ? `${name} ${this.count}` : name;
    const isNew = !this.world.sent.some((sent) => sent.key === key);
    const expected = isNew ? this.twin.topUp(owner, name, money + 1n) : 'ok';
    return this.expect(owner, command, expected, key);
  }

  private async fund(one: StepOf<'fund'>): Promise<void> {
    const { sale: given, twin } = saleOf(one, one.amount);
    if (this.mayBeForgotten(twin)) return;
    return this.expect(ownerOf(one.sale), fund(...given), this.twin.fund(twin, this.world.now));
  }

  private async fundAll(one: StepOf<'fundAll'>): Promise<void> {
    const { command, twins } = salesOf(one);
    if (twins.some((twin) => this.mayBeForgotten(twin))) return;
    return this.expect(ownerOf(one.sale), command, fundTwins(this.twin, twins, this.world.now));
  }

  private async reserve({ who: owner, order: number, amount: more }: StepOf<'reserve'>): Promise<void> {
    const id = orderOf(owner, number);
    return this.expect(owner, reserve(id, more), this.twin.reserve(owner, id, more));
  }

  /** A fill costs a part of what is left, all of it often. */
  private async capture(one: StepOf<'capture'>): Promise<void> {
    const owner = ownerOf(one.sale);
    const id = orderOf(owner, one.order);
    const { sale: given, twin } = saleOf(one, (this.twin.left(owner, id) * BigInt(one.part)) / 100n);
    if (this.mayBeForgotten(twin)) return;
    return this.expect(owner, capture(id, ...given), this.twin.capture(id, twin));
  }

  /**
   * That money came back is remembered until a day after the window. Then the key of its payment keeps
   * it from happening twice, the same for all time; here every step has a key of its own.
   */
  private mayBeForgotten({ id }: TwinSale): boolean {
    const { now } = this.world;
    const isOld = ({ end }: TwinSale): boolean => plus(end as Instant, DAY_MS) <= now;
    return this.twin.sales.some((sale) => sale.id === id && sale.state === 'closed' && isOld(sale));
  }

  private async giveBack({ who: owner, order: number, part, isFinal }: StepOf<'giveBack'>): Promise<void> {
    const id = orderOf(owner, number);
    const back = (this.twin.left(owner, id) * BigInt(part)) / 100n;
    const endedAt = isFinal ? this.world.now : null;
    const expected = this.twin.giveBack(owner, id, back, endedAt);
    return this.expect(owner, giveBack(id, back, isFinal ? 'final' : 'goes on'), expected);
  }

  private async cancel({ sale: number, feeShare }: StepOf<'cancel'>): Promise<void> {
    const [owner, id] = [ownerOf(number), nameOf(number)];
    const open = this.twin.sales.find((one) => one.id === id && one.state === 'open');
    const left = open === undefined ? 0n : this.twin.priceUntil(open, open.end);
    const fee = (left * BigInt(feeShare)) / 100n;
    return this.expect(owner, cancel(id, fee), this.twin.cancel(owner, id, fee));
  }

  /** A part of what is left, at the least, throughout a window of what was bought. */
  private async curtail({ sale: number, from, length, part }: StepOf<'curtail'>): Promise<void> {
    const [owner, id] = [ownerOf(number), nameOf(number)];
    const open = this.twin.sales.find((one) => one.id === id && one.state === 'open');
    const { start, end, grid, lost } = open ?? { start: START, end: START + HOUR_MS, grid: HOUR_MS, lost: [] };
    const first = start + (from % ((end - start) / grid)) * grid;
    const window = { start: first as Instant, end: Math.min(first + length * grid, end) as Instant };
    const gone = fromSegments(lost.map(({ value, ...at }) => ({ window: at as typeof window, value })));
    const value = ((TOKENS - maximumOver(gone, window)) * BigInt(part)) / 100n;
    const expected = this.twin.curtail(owner, id, { ...window, value });
    const command = curtail(id, TOKENS, rectangle(window, value), `C${this.count}`);
    return this.expect(owner, command, expected);
  }

  private async overage({ sale: number, hour: at, total, split: given }: StepOf<'overage'>): Promise<void> {
    const [owner, id, hour] = [ownerOf(number), nameOf(number), (START + at * HOUR_MS) as Instant];
    const expected = this.twin.overage({ owner, id, hour, total, split: whole(given) });
    const before = this.world.versionOf(owner);
    await this.expect(owner, overage(id, hour, total, shared(given)), expected);
    const [reduced] = await this.world.eventsOf(owner, before);
    if (reduced?.type === 'OverageReduced') await this.claim(owner, reduced);
  }

  /** What the process does with it. */
  private async claim(toId: OrganizationId, event: Extract<LedgerEvent, { type: 'OverageReduced' }>): Promise<void> {
    const { reservationId, hour, evidence, claims } = event;
    const asked = claims.map(({ fromId, amount }) => `${fromId} > ${toId} ${amount}`);
    expect(asked).toEqual(this.twin.claims.splice(0));
    for (const { creditId, fromId, amount, parts } of claims) {
      const expected = this.twin.owe('credit', fromId, reservationId, toId, amount, hour);
      const claimed = { creditId, reservationId, toId, hour, amount, evidence, parts };
      await this.expect(fromId, { type: 'ChargeCredit', ...claimed }, expected, creditId);
    }
  }

  private async carry(one: LedgerWorld['underway'][number]): Promise<void> {
    if (!one.arrived) this.twin.receive(one.transfer.toId, one.transfer.amount);
    await this.world.carry(one);
  }

  /** An old command under its old key gets its old answer. */
  private async repeat({ index }: StepOf<'repeat'>): Promise<void> {
    const { sent } = this.world;
    const old = sent[index % Math.max(1, sent.length)];
    if (old === undefined) return;
    expect(await this.world.send(old.owner, old.command, old.key)).toEqual(old.outcome);
  }

  private async expect(
    owner: OrganizationId,
    command: Parameters<LedgerWorld['send']>[1],
    ...[expected, key = `${this.count}`]: readonly [expected: string, key?: string]
  ): Promise<void> {
    const outcome = await this.world.send(owner, command, key);
    expect(outcome.accepted ? 'ok' : outcome.rejection.code).toBe(expected);
  }
}
