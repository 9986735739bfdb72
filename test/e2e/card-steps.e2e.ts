import type { Pool } from 'pg';
import { closeDispute, openDispute } from '../../src/billing/adapter/stripe/stand-in/dispute.operations.js';
import { present } from '../../src/kernel/assert.js';
import { SECOND_MS, type Duration } from '../../src/kernel/time.js';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { becomes, usd, wallet } from '../support/card-money.js';
import { untilQuiet } from '../support/log-checks.js';
import { breakAt, CARD_STEPS, type Broken, type CardStep, type Side } from '../support/money-steps.js';
import { Payments } from '../support/payments.js';
import { clockOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let payments: Payments;

beforeAll(async () => {
  app = await startTestApp();
  payments = new Payments(app);
});
afterAll(async () => {
  await untilQuiet(app.application.get<Pool>(POOL));
  await verifyApp(app);
  await app.close();
});

/** Somebody with 10 USD from a card. */
interface Payer {
  readonly client: ApiClient;
  readonly topUpId: string;
}

async function payer(name: string): Promise<Payer> {
  const client = await app.signUp(name);
  return { client, topUpId: (await payments.topUp(client, 10))['topUp'].topUpId };
}

async function dispute({ topUpId }: Payer): Promise<string> {
  const [payment] = await payments.intentsOf(topUpId);
  const { body } = await payments.simulator.happen(openDispute(present(payment, 'the payment').id));
  return (body as { readonly id: string }).id;
}

/** What happens until the step, and at it: as Stripe, or as somebody who asks under one key until there is an answer. */
interface Happening {
  readonly begin: (payer: Payer) => Promise<(() => Promise<unknown>) | void>;
  /** In the wallet in the end, in USD. */
  readonly left: number;
}

const refunded = (payer: Payer): (() => Promise<unknown>) => {
  const key = payer.client.nextKey();
  return () => payer.client.mutate('refundTopUp', 'RefundTopUpInput', { topUpId: payer.topUpId, amount: usd(4) }, { key });
};

const HAPPENINGS: Readonly<Record<CardStep, Happening>> = {
  CreditTopUp: {
    begin: ({ client }) => {
      const key = client.nextKey();
      return Promise.resolve(() => payments.topUp(client, 5, { key }));
    },
    left: 15,
  },
  ReserveRefund: { begin: (payer) => Promise.resolve(refunded(payer)), left: 6 },
  SettleRefund: { begin: (payer) => Promise.resolve(refunded(payer)), left: 6 },
  WithdrawFunds: { begin: async (payer) => void (await dispute(payer)), left: 0 },
  ReinstateFunds: {
    begin: async (payer) => {
      const disputeId = await dispute(payer);
      await becomes(payer.client, { balance: '0' });
      await payments.simulator.happen(closeDispute(disputeId, 'won'));
    },
    left: 10,
  },
};

/** Calls that were cut off are made again half a minute later, and Stripe tells again what was not taken. */
async function settle(client: ApiClient, left: number): Promise<void> {
  await clockOf(app).advance((31 * SECOND_MS) as Duration);
  await becomes(client, { balance: usd(left), owed: '0', refunding: '0' });
  await payments.settled();
  await untilQuiet(app.application.get<Pool>(POOL));
  expect(await wallet(client)).toEqual({ balance: usd(left), owed: '0', refunding: '0' });
}

describe.each(CARD_STEPS)('money between the books and a card, cut off at %s', (step) => {
  it.each<Side>(['before', 'after'])('%s it: it is booked once', async (side) => {
    const { begin, left } = HAPPENINGS[step];
    const paying = await payer(`Of ${step}, ${side}`);
    const broken: Broken = breakAt(app, step, side);
    const ask = (await begin(paying)) ?? ((): Promise<void> => Promise.resolve());
    const first = ask().catch((error: Error) => error);
    await until(() => Promise.resolve(broken.count()), (count) => count > 0);
    broken.mend();
    await first;
    const answer = await ask();
    await settle(paying.client, left);
    const topUps = Object.values(await payments.history(paying.client));
    expect(topUps).toEqual(topUps.map(() => 'SUCCEEDED'));
    expect(await ask()).toEqual(answer);
  });
});
