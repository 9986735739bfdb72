import { escrowAudit } from '../../src/billing/application/sweep/money-audits.js';
import { plus, SECOND_MS, type Duration } from '../../src/kernel/time.js';
import { until } from '../support/until.js';
import { UsageWorld } from '../support/usage.js';
import { verifyApp } from '../support/verify.js';

let world: UsageWorld;
beforeAll(async () => {
  world = await UsageWorld.start();
});
afterAll(async () => {
  // What is sold here is sold by the market alone: no books have its price.
  await verifyApp(world.app, [escrowAudit]);
  await world.close();
});

const setRule = (reservationId: string, rule: object | null) =>
  world.holder.client.mutate('setIdleRule', 'SetIdleRuleInput', { reservationId, rule }, {
    fields: `... on SetIdleRuleSuccess { reservationId }
      ... on ValidationRejection { issues { field reason accepted } }
      ... on NotFoundRejection { field }`,
  });

async function offers(): Promise<readonly any[]> {
  const { data } = await world.holder.client.ask(
    '{ listings(own: true) { edges { node { listingId unitPrice quantity window { start end } } } } }',
  );
  return data?.['listings'].edges.map(({ node }: any) => node);
}

async function ruleOf(reservationId: string, client = world.holder.client): Promise<any> {
  const { data } = await client.ask(`{ reservation(reservationId: "${reservationId}") {
    idleRule { unitPrice margin keepMin nextReviewAt lastReview { peak idle listingId refusal } } } }`);
  return data?.['reservation'].idleRule;
}

it('lists what is measured not to be needed, and takes it back', async () => {
  const reservationId = await world.reservation(100);
  // 20 tokens/s all of the hour, of which a quarter more is kept.
  await world.structured(world.event(reservationId, { inputTokens: 0, outputTokens: 72_000 }));
  await world.settle();
  expect(await setRule(reservationId, { unitPrice: '9' })).toMatchObject({ reservationId });
  const rule = await until(() => ruleOf(reservationId), (found) => found !== null);
  const nextReviewAt = new Date(world.at(5)).toISOString();
  expect(rule).toEqual({ unitPrice: '9', margin: 2_500, keepMin: '0', nextReviewAt, lastReview: null });
  expect(await ruleOf(reservationId, world.provider.client)).toBeNull();

  await world.clock.advance((plus(world.at(5), SECOND_MS) - world.clock.now()) as Duration);
  const [offer] = await until(offers, ({ length }) => length === 1);
  expect(offer).toMatchObject({ unitPrice: '9', quantity: '75' });
  const reviewed = await until(() => ruleOf(reservationId), ({ lastReview }) => lastReview !== null);
  expect(reviewed.lastReview).toEqual({ peak: '20', idle: '75', listingId: offer.listingId, refusal: null });
  expect(Date.parse(reviewed.nextReviewAt)).toBeGreaterThan(world.at(6));

  expect(await setRule(reservationId, null)).toMatchObject({ reservationId });
  await until(offers, ({ length }) => length === 0);
  expect(await ruleOf(reservationId)).toBeNull();
});

it('refuses what makes no rule', async () => {
  const reservationId = await world.reservation(100);
  expect(await setRule(reservationId, { unitPrice: '0', margin: 10_001 })).toMatchObject({
    issues: [
      { field: 'rule.unitPrice', reason: 'is below 1' },
      { field: 'rule.margin', accepted: '0 to 10000 hundredths of a per cent' },
    ],
  });
  expect(await setRule('unknown', null)).toMatchObject({ code: 'NOT_FOUND', field: 'reservationId' });
});
