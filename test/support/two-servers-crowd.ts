import { present } from '../../src/kernel/assert.js';
import { marketOf } from '../../src/kernel/ids.js';
import type { SeededRandom } from '../simulation/random.js';
import { ApiClient } from './app.js';
import type { Killer } from './killer.js';
import { RetryingClient, type Request } from './retrying-client.js';
import type { ServerProcess } from './server-processes.js';
import { HOUR, poolInput, span } from './trading.js';
import type { AnsweredClock } from './two-servers-clock.js';
import { Operator } from './two-servers-dealers.js';
import { Holder, type Used } from './two-servers-holders.js';
import { CalmProvider, type Provider } from './two-servers-traffic.js';
import type { Stage, Told } from './two-servers-trader.js';
import { until } from './until.js';

/** US dollars of each buyer: one of them runs out. */
const WALLETS = [2_000, 2_000, 2_000, 1];
/** So few tokens/s of each that much is sold soon, and what fails was somebody's. */
const POOLS = [['fp8', 60], ['fp8', 14], ['fp16', 14], ['fp16', 48]] as const;
/** Of the last of them nothing fails. */
const CALM = POOLS.length - 1;

/** All who trade on some servers. */
export class Crowd {
  private readonly sellers: Provider[] = [];
  private readonly holders: Holder[] = [];
  private readonly all: RetryingClient[] = [];

  constructor(
    private readonly servers: readonly ServerProcess[],
    private readonly stage: Stage,
    private readonly seeded: () => SeededRandom,
  ) {}

  /** Providers with their pools, and buyers with their money. */
  async gather(): Promise<void> {
    const { markets, start } = this.stage;
    for (const [index, [quantization, size]] of POOLS.entries()) {
      const who = await this.signUp(`seller${index}`, true);
      const poolId = await openPool(who, start, [quantization, size]);
      const marketId = present(marketOf(poolId), 'market of a pool');
      if (!markets.includes(marketId)) markets.push(marketId);
      const Seller = index === CALM ? CalmProvider : Operator;
      this.sellers.push(new Seller(who, this.stage, { poolId, size }, `seller${index}`, this.seeded()));
    }
    for (const [index, usd] of WALLETS.entries()) {
      const who = await this.signUp(`buyer${index}`);
      const input = { amount: `${usd}000000`, paymentMethod: 'pm_card_visa' };
      await who.ask({ ...setUp('topUpWallet', input), key: 'top-up' }, index % 2);
      this.holders.push(new Holder(who, this.stage, `buyer${index}`, this.seeded()));
    }
  }

  get told(): readonly Told[] {
    return [...this.sellers, ...this.holders].flatMap((trader) => trader.told);
  }

  get used(): readonly Used[] {
    return this.holders.flatMap((holder) => holder.used);
  }

  /** Reservations that are held to be used. */
  get kept(): number {
    return this.holders.reduce((sum, { kept }) => sum + kept.length, 0);
  }

  /** Reports of what is used of them. */
  get usedOfKept(): readonly Used[] {
    return this.holders.flatMap(({ kept, used }) =>
      used.filter((one) => kept.some(({ reservationId }) => reservationId === one.reservationId)));
  }

  get unanswered(): number {
    return this.all.reduce((sum, who) => sum + who.unanswered, 0);
  }

  /** Everybody trades until the last server that is to be killed is back, and for as long as it goes on. */
  async trade(killer: Killer, clock: AnsweredClock, goesOn: () => Promise<boolean>): Promise<void> {
    // Those who sell take turns, so that more is bought than offered.
    const lanes = [this.sellers, ...this.holders.map((holder) => [holder])];
    const work = lanes.map(async (lane) => {
      for (let turn = 0; !killer.isDone || (await goesOn()); turn += 1) {
        await lane[turn % lane.length]?.step();
        await clock.answered();
        await killer.answered();
      }
    });
    await Promise.all([killer.run(), ...work]).finally(() => killer.stop());
  }

  /** Until it is as late for each server: clocks that differ by more than seconds are nobody's promise. */
  async agree(instant: number): Promise<void> {
    const [who] = this.all;
    const ask = (index: number) => present(who, 'anybody').look('{ clock { now } }', {}, index);
    for (const index of this.servers.keys()) {
      await until(() => ask(index), ({ clock }) => Date.parse(clock.now) >= instant);
    }
  }

  private async signUp(name: string, isProvider = false): Promise<RetryingClient> {
    const { servers } = this;
    const client = new ApiClient(present(servers[0]?.url, 'a server that listens'));
    const [email, password] = [`${name}@example.com`, `correct horse ${name}`];
    const organization = { organizationName: name, name, isProvider, isBuyer: !isProvider };
    const who = new RetryingClient(client, servers);
    await who.ask({ ...setUp('signUp', { ...organization, email, password }), key: `sign-up-${name}` }, 0);
    await client.mustMutate('signIn', 'SignInInput', { email, password });
    this.all.push(who);
    return who;
  }
}

const setUp = (mutation: string, input: Request['input']): Omit<Request, 'key'> => ({
  ...{ mutation, input, fields: '' },
  inputType: `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`,
});

async function openPool({ client }: RetryingClient, start: number, [quantization, quantity]: readonly [string, number]): Promise<string> {
  const fields = '... on RegisterPoolSuccess { pool { poolId } }';
  const nameplate = [{ window: span(start, start + 24 * HOUR), quantity: `${quantity}` }];
  const terms = { ...poolInput(start).terms, curtailment: { reclaimNoticeHours: 2, outagePenalty: 2_000, reclaimPenalty: 1_000 } };
  const input = poolInput(start, { quantization, nameplate, terms });
  const made = await client.mustMutate('registerPool', 'RegisterPoolInput', input, { fields });
  return (made['pool'] as { readonly poolId: string }).poolId;
}
