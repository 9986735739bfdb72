import { HOUR, iso } from './trading.js';
import { Dealer } from './two-servers-dealers.js';
import type { Choice } from './two-servers-traffic.js';
import type { Held } from './two-servers-trader.js';

const TEAMS = 2;
/** Tokens/s that somebody buys who does not trade them on. */
const KEPT = 4;
/** So many reservations like that each wants first of all, and tries so often to get them. */
const KEPT_FIRST = { wanted: 2, tries: 6 };
const SECONDS_PER_HOUR = 3_600;
/** Status of an answer to use that is stored. */
const TAKEN = 202;
const PART = 'reservation { reservationId teamId quantity window { start end } }';

/** One report of use, and whether it was acknowledged. */
export interface Used {
  readonly reservationId: string;
  /** Weighted tokens/s of the hour it fell in. */
  readonly rate: number;
  readonly isTaken: boolean;
}

/** A dealer who also hands parts to teams, takes them back, reports use, and lists what is not used. */
export class Holder extends Dealer {
  /** Of a reservation there is one report at most, so that its busiest hour is that or nothing. */
  readonly used: Used[] = [];
  private readonly teams: string[] = [];
  private readonly parts: Held[] = [];
  /** Not traded on: used, and what is not used is listed by a rule. */
  readonly kept: Held[] = [];
  private tries = KEPT_FIRST.tries;

  override async step(): Promise<void> {
    const isEarly = this.kept.length < KEPT_FIRST.wanted && this.tries > 0 && this.stage.calm.length > 0;
    if (isEarly) return this.keep();
    if (this.unreported(this.kept).length > 0) return this.reportUse();
    return super.step();
  }

  protected override choices(): readonly Choice[] {
    return [
      ...super.choices(),
      [3, () => this.keep()],
      [12, () => this.handOver()],
      [5, () => this.takeBack()],
      [10, () => this.changeRule()],
      [this.over > 0 ? 40 : 0, () => this.reportUse()],
    ];
  }

  /** Buys something for all hours, where nothing fails, and says at which price what it does not use is for others. */
  private async keep(): Promise<void> {
    const offer = this.random.pickAny(this.stage.calm);
    this.tries -= 1;
    if (offer === null || this.over > 0) return this.quote();
    const { listingId, from, to } = offer;
    const input = { listingId, window: this.window(from, to), quantity: `${KEPT}` };
    const { reservation } = await this.send('reserve', input, 'reservation { reservationId amount expiresAt }');
    if (reservation === undefined) return;
    const { reservationId } = reservation;
    const paid = await this.send('payReservation', { reservationId }, 'walletBalance');
    if ('code' in paid) {
      this.tries = 0;
      return;
    }
    const own = { ...offer, reservationId, quantity: KEPT };
    this.kept.push(own);
    await this.setRule(own);
  }

  private async handOver(): Promise<void> {
    const own = this.random.pickAny(this.owned);
    if (own === null) return this.pay();
    if (this.teams.length < TEAMS) return this.makeTeam();
    const { reservationId, from, to } = own;
    const [first, last] = this.random.chance(50) ? [from, to] : [this.random.integer(from, to - 1), to];
    const quantity = this.random.integer(1, own.quantity);
    const teamId = this.random.pick([...this.teams, null]);
    const input = { reservationId, teamId, window: this.window(first, last), quantity: `${quantity}` };
    const { reservation } = await this.send('transferReservation', input, PART);
    if (reservation === undefined) return;
    const part = { ...own, reservationId: reservation.reservationId as string, from: first, to: last, quantity };
    this.parts.push(part);
    // A part is traded like what it was cut from.
    await this.bought(part);
    if (this.random.chance(30)) await this.takeBack();
  }

  private async makeTeam(): Promise<void> {
    const { team } = await this.send('createTeam', { name: `Team ${this.teams.length}` }, 'team { teamId }');
    this.teams.push(team.teamId);
  }

  private async takeBack(): Promise<void> {
    const part = this.parts.at(-1);
    if (part === undefined) return this.handOver();
    const { reservationId } = part;
    const answer = await this.send('returnTransfer', { reservationId }, 'reservationId');
    // Others are returned again: a second time must not be one.
    if (this.random.chance(80)) this.parts.splice(this.parts.indexOf(part), 1);
    if ('code' in answer) return;
    if (this.owned.includes(part)) this.owned.splice(this.owned.indexOf(part), 1);
  }

  private async changeRule(): Promise<void> {
    const own = this.random.pickAny(this.owned);
    if (own === null) return this.pay();
    if (this.random.chance(80)) return this.setRule(own);
    await this.send('setIdleRule', { reservationId: own.reservationId, rule: null }, 'reservationId');
  }

  private async setRule({ reservationId }: Held): Promise<void> {
    const { random } = this;
    const rule = { unitPrice: `${random.integer(80, 120)}000`, margin: random.pick([0, 0, 2_500]), keepMin: `${random.integer(0, 1)}` };
    await this.send('setIdleRule', { reservationId, rule }, 'reservationId');
  }

  /** All that was used in one hour that has begun, in one report; mostly with a rule for the rest. */
  private async reportUse(): Promise<void> {
    const { random, stage, over } = this;
    const own = random.pickAny(this.unreported(this.kept)) ?? random.pickAny(this.unreported(this.owned));
    if (own === null) return this.changeRule();
    const { reservationId, from, quantity } = own;
    const hour = random.integer(from, over - 1);
    const rate = random.integer(1, Math.ceil(quantity / 2));
    const envelope = { specversion: '1.0', type: 'ai.headroom.usage.v1', source: '/two-servers', id: reservationId };
    const data = { reservationId, inputTokens: 0, outputTokens: rate * SECONDS_PER_HOUR };
    const event = { ...envelope, time: iso(stage.start + hour * HOUR), data };
    const first = random.integer(0, 1);
    const statuses = random.chance(50) ? [await this.who.report(event, first)] : await this.who.reportAll(event);
    // What is traded may be somebody else's by now.
    this.used.push({ reservationId, rate, isTaken: statuses.includes(TAKEN) });
    if (random.chance(80)) await this.setRule(own);
  }

  /** What could be used for an hour already, and nobody has said so; hours are left. */
  private unreported(all: readonly Held[]): readonly Held[] {
    const known = new Set(this.used.map(({ reservationId }) => reservationId));
    const { over } = this;
    return all.filter(({ from, to, reservationId }) => from < over && to > over + 1 && !known.has(reservationId));
  }

  /** Hours that are over. */
  private get over(): number {
    return Math.floor((this.stage.now() - this.stage.start) / HOUR);
  }
}
