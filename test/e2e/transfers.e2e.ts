import type { Pool } from 'pg';
import { POOL } from '../../src/platform/platform.module.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
let buyer: ApiClient;
let teamIds: readonly string[];
beforeAll(async () => {
  app = await startTestApp();
  market = await Trading.open(app);
  buyer = await market.buyer('Two teams');
  teamIds = [await makeTeam('Search'), await makeTeam('Ads')];
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

async function makeTeam(name: string, of = buyer): Promise<string> {
  const made = await of.mustMutate('createTeam', 'CreateTeamInput', { name }, {
    fields: '... on CreateTeamSuccess { team { teamId } }',
  });
  return made['team'].teamId as string;
}

const FIELDS = `
  ... on TransferReservationSuccess { reservation { reservationId teamId isTransfer isResale transferredFromId
    quantity amount status entitlement { quantity } } }
  ... on ValidationRejection { issues { field reason accepted } }
  ... on NotFoundRejection { field }
  ... on CapacityRejection { available }`;

const transfer = (input: Record<string, unknown>, key = buyer.nextKey()) =>
  buyer.mutate('transferReservation', 'TransferReservationInput', input, { key, fields: FIELDS });

/** 100 tokens/s x 50 for the two hours of a test and the four before, less the exchange's 2.5 %. */
const EARNED = 29_250n;

const giveBack = (reservationId: string) =>
  buyer.mutate('returnTransfer', 'ReturnTransferInput', { reservationId }, {
    fields: `... on ReturnTransferSuccess { reservationId }
      ... on ValidationRejection { issues { field reason accepted } }`,
  });

async function buy(from: number, to: number): Promise<string> {
  const listingId = await market.list(from, to, 100, 50);
  return market.buy(buyer, listingId, from, to, 100);
}

async function rowOf(client: ApiClient, reservationId: string): Promise<any> {
  const { data } = await client.ask(`{ reservation(reservationId: "${reservationId}") {
    status teamId isTransfer transferredFromId entitlement { quantity window { start end } } } }`);
  return data?.['reservation'];
}

describe('handing over within an organization', () => {
  it('makes a part of its own, paid for already, that can be given back', async () => {
    const reservationId = await buy(0, 4);
    const [teamId] = teamIds;
    const input = { reservationId, teamId, window: market.window(1, 2), quantity: '30' };
    const key = buyer.nextKey();
    const { reservation } = await transfer(input, key);
    expect(reservation).toMatchObject({
      ...{ teamId, isTransfer: true, isResale: false, transferredFromId: reservationId },
      ...{ quantity: '30', amount: '0', status: 'SCHEDULED', entitlement: [{ quantity: '30' }] },
    });
    expect((await transfer(input, key))['reservation']).toEqual(reservation);

    const part = reservation.reservationId as string;
    const source = await until(
      () => rowOf(buyer, reservationId),
      (row) => row?.entitlement.length === 3,
    );
    expect(source.entitlement.map(({ quantity }: any) => quantity)).toEqual(['100', '70', '100']);
    const { data } = await buyer.ask(`{ reservations(side: SOLD) { edges { node { reservationId } } } }`);
    expect(data?.['reservations'].edges).toEqual([]);
    const event = 'event { stream version hash }';
    const chain = await buyer.ask(`{ chainOfTitle(reservationId: "${part}") {
      reservationId fromId toId isTransfer quantity movedAt ${event} nameplate { poolId openedAt ${event} } } }`);
    const links = chain.data?.['chainOfTitle'] as readonly Record<string, any>[];
    expect(links).toMatchObject([
      { reservationId, isTransfer: false, quantity: '100', nameplate: { poolId: market.poolId } },
      { reservationId: part, isTransfer: true, quantity: '30', nameplate: null },
    ]);
    // Who sold it is not told what became of it within the organization.
    const asSeller = await market.provider.ask(`{ chainOfTitle(reservationId: "${part}") { reservationId isTransfer } }`);
    expect(asSeller.data?.['chainOfTitle']).toEqual([{ reservationId, isTransfer: false }]);
    // Each link is an event that stands in the log, and when it was is when that happened.
    const { rows } = await app.application.get<Pool>(POOL).query<{ readonly hash: string; readonly type: string }>(
      `SELECT encode(hash, 'hex') AS hash, type FROM eventstore.events WHERE stream_id = $1`,
      [links[0]?.['event'].stream],
    );
    const typeOf = (logged: { readonly hash: string }): string | undefined =>
      rows.find(({ hash }) => hash === logged.hash)?.type;
    expect([links[0]?.['nameplate'].event, ...links.map((link) => link['event'])].map(typeOf)).toEqual([
      ...['PoolOpened', 'ReservationPaid', 'ReservationTransferred'],
    ]);
    expect(Date.parse(links[1]?.['movedAt'])).toBeGreaterThanOrEqual(Date.parse(links[0]?.['movedAt']));

    expect(await giveBack(part)).toMatchObject({ reservationId: part });
    await until(() => rowOf(buyer, part), (row) => row?.status === 'RETURNED');
    expect((await rowOf(buyer, reservationId)).entitlement).toMatchObject([{ quantity: '100' }]);
  });

  it('is paid for once, and delivered with what it was cut from; the team bears what it had', async () => {
    const reservationId = await buy(4, 6);
    const [, teamId] = teamIds;
    const budget = { amount: '12000', spentAlerts: [50], committedAlerts: [] };
    await buyer.mustMutate('setBudget', 'SetBudgetInput', { scope: `team:${teamId}`, budget });
    await buyer.mustMutate('setBudget', 'SetBudgetInput', { budget: { ...budget, amount: '1000000' } });
    const before = BigInt((await walletOf(market.provider))['balance'] as string);
    await transfer({ reservationId, teamId, window: market.window(4, 6), quantity: '60' });
    await market.pass(6);
    await until(
      async () => BigInt((await walletOf(market.provider))['balance'] as string) - before,
      (earned) => earned === EARNED,
    );
    expect((await walletOf(buyer))['inEscrow']).toMatch(/^\d+$/);
    const query = '{ budgets { edges { node { scope month spent spentByNoTeam committed told } } } }';
    const rows = await until(
      async () => (await buyer.ask(query)).data?.['budgets'].edges.map(({ node }: any) => node) as any[],
      ([, team]) => team?.spent === '6000',
    );
    const [all, team] = rows;
    expect(team).toMatchObject({ scope: `team:${teamId}`, spentByNoTeam: null, committed: null, told: [`${team.month} spent 50`] });
    expect(BigInt(all.spent)).toBe(BigInt(all.spentByNoTeam) + 6_000n);
  });

  it('has a budget of what the books can tell, and of one’s own alone', async () => {
    const [teamId] = teamIds;
    const fields = '... on ValidationRejection { issues { field accepted } }';
    const set = (scope: string, alerts: object) =>
      buyer.mutate('setBudget', 'SetBudgetInput', { scope, budget: { amount: '1', spentAlerts: [], committedAlerts: [], ...alerts } }, { fields });
    expect(await set(`team:${teamId}`, { committedAlerts: [1] })).toMatchObject({ issues: [{ field: 'budget.committedAlerts', accepted: 'an empty list, and spentAlerts' }] });
    expect(await set('member:00', { spentAlerts: [1] })).toMatchObject({ issues: [{ field: 'budget.spentAlerts', accepted: 'an empty list, and committedAlerts' }] });
    expect(await set('key:00', { spentAlerts: [1] })).toMatchObject({ issues: [{ field: 'budget.spentAlerts' }] });
    expect(await set('role:trader', {})).toMatchObject({ issues: [{ field: 'scope' }] });
    for (const scope of ['team:00', 'member:00', 'key:00']) expect(await set(scope, {})).toMatchObject({ code: 'NOT_FOUND' });
    const stranger = await market.buyer('Stranger');
    const theirs = { scope: `team:${teamId}`, budget: { amount: '1', spentAlerts: [], committedAlerts: [] } };
    expect(await stranger.mutate('setBudget', 'SetBudgetInput', theirs)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('can be resold, and the buyer does not learn of teams', async () => {
    const reservationId = await buy(20, 24);
    const [teamId] = teamIds;
    const { reservation } = await transfer({
      ...{ reservationId, teamId, window: market.window(20, 24), quantity: '40' },
    });
    const part = reservation.reservationId as string;
    const offer = { reservationId: part, window: market.window(20, 24), quantity: '40', unitPrice: '60' };
    const { listing } = await buyer.mustMutate('resellReservation', 'ResellReservationInput', offer, {
      fields: '... on ResellReservationSuccess { listing { listingId } }',
    });
    const other = await market.buyer('Second');
    const bought = await market.buy(other, listing.listingId, 20, 24, 40);
    await until(() => rowOf(other, bought), (row) => row?.status === 'SCHEDULED');
    expect(await rowOf(other, bought)).toMatchObject({ isTransfer: false, teamId: null });
    expect(await rowOf(other, part)).toBeNull();
  });
});

describe('what cannot be handed over', () => {
  it('is told with what can', async () => {
    const reservationId = await buy(30, 32);
    const [teamId] = teamIds;
    const part = { reservationId, teamId, window: market.window(30, 31), quantity: '10' };
    const stranger = await market.buyer('Third');
    const theirs = await makeTeam('Theirs', stranger);
    expect(await transfer({ ...part, teamId: theirs })).toMatchObject({ code: 'NOT_FOUND', field: 'teamId' });
    expect(await transfer({ ...part, teamId: null })).toMatchObject({
      issues: [{ field: 'teamId', reason: 'has it already', accepted: 'another team of yours' }],
    });
    expect(await transfer({ ...part, quantity: '101' })).toMatchObject({ available: '100' });
    expect(await giveBack(reservationId)).toMatchObject({
      issues: [{ field: 'reservationId', reason: 'was not handed over' }],
    });
    const made = await transfer(part);
    const cancelled = await buyer.mutate(
      'cancelReservation',
      'CancelReservationInput',
      { reservationId: made['reservation'].reservationId, feeAccepted: '0' },
      { fields: '... on ValidationRejection { issues { field reason accepted } }' },
    );
    expect(cancelled).toMatchObject({ issues: [{ reason: 'was handed over and not bought' }] });
  });
});
