import { ExportScopes } from '../../src/billing/application/export/export-scope.js';
import { RowSources } from '../../src/billing/application/export/row-sources.js';
import type { RowSet } from '../../src/billing/model/export/export-request.js';
import { Database } from '../../src/platform/database/prisma.js';
import type { OrganizationId } from '../../src/kernel/ids.js';
import { endOfMonth, HOUR_MS, MINUTE_MS, monthOf, type Instant } from '../../src/kernel/time.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { exported, parquetOf, tableOf } from '../support/exports.js';
import { program } from '../support/pools.js';
import { clockOf, iso, span, Trading, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;
let market: Trading;
let buyer: ApiClient;
let gateway: ApiClient;
let month: string;
let bought: string;
let other: ApiClient;
let terms: readonly [cancelled: string, longer: string];
let teams: readonly [search: string, ads: string];
let parts: readonly [ofSearch: string, ofAds: string, returned: string];

/** 8 tokens/s for four hours, at 1,000 micro-USD each. */
const BOUGHT = 32;

async function makeTeam(name: string): Promise<string> {
  const made = await buyer.mustMutate('createTeam', 'CreateTeamInput', { name }, { fields: '... on CreateTeamSuccess { team { teamId } }' });
  return made['team'].teamId as string;
}

async function handOver(reservationId: string, teamId: string, hours: readonly [from: number, to: number], quantity: number): Promise<string> {
  const input = { reservationId, teamId, window: market.window(...hours), quantity: `${quantity}` };
  const made = await buyer.mustMutate('transferReservation', 'TransferReservationInput', input, {
    fields: '... on TransferReservationSuccess { reservation { reservationId } }',
  });
  return made['reservation'].reservationId as string;
}

async function use(reservationId: string, hour: number, outputTokens: number): Promise<void> {
  const event = {
    ...{ specversion: '1.0', type: 'ai.headroom.usage.v1', source: '/gateway/parts', id: `${reservationId}-${hour}` },
    ...{ time: iso(market.start + hour * HOUR_MS + MINUTE_MS), datacontenttype: 'application/json' },
    data: { reservationId, inputTokens: 0, cachedInputTokens: 0, outputTokens, reasoningTokens: 0 },
  };
  const headers = { ...gateway.headers(), 'content-type': 'application/cloudevents+json' };
  const response = await fetch(`${app.url}/v1/usage`, { method: 'POST', headers, body: JSON.stringify(event) });
  expect([response.status, await response.text()]).toMatchObject([202, expect.anything()]);
}

beforeAll(async () => {
  app = await startTestApp();
  const clock = clockOf(app);
  const end = endOfMonth(endOfMonth(clock.now()));
  await clock.advanceTo((end - 37.5 * HOUR_MS) as Instant);
  const from = end - 36 * HOUR_MS;
  month = monthOf(from as Instant);
  market = await Trading.open(app, { nameplate: [{ window: span(from, from + 900 * HOUR_MS), quantity: '10000' }] });
  buyer = await market.buyer('Buyer of two teams');
  gateway = await program(app, buyer, ['USAGE_WRITE']);
  bought = await market.buy(buyer, await market.list(0, 4, 8, 1_000), 0, 4, 8);
  teams = [await makeTeam('Search'), await makeTeam('Ads')];
  const ofSearch = await handOver(bought, teams[0], [0, 2], 5);
  const ofAds = await handOver(ofSearch, teams[1], [1, 2], 2);
  const returned = await handOver(bought, teams[1], [2, 3], 3);
  await buyer.mustMutate('returnTransfer', 'ReturnTransferInput', { reservationId: returned });
  parts = [ofSearch, ofAds, returned];
  other = await market.buyer('Buyer of two terms');
  const cancelled = await market.buy(other, await market.list(20, 24, 5, 1_000), 20, 24, 5);
  const longer = await market.buy(other, await market.list(30, 44, 6, 1_000), 30, 44, 6);
  terms = [cancelled, longer];
  await other.mustMutate('cancelReservation', 'CancelReservationInput', { reservationId: cancelled, feeAccepted: '10000' });
  await market.pass(4);
  // 3 tokens/s are the organization's own in the first hour, 5 are Search's; in the second 3, 3 and 2 are Ads'.
  await use(bought, 0, 5_400);
  await use(ofSearch, 0, 18_000);
  await use(ofSearch, 1, 20_000);
  await use(ofAds, 1, 3_600);
  await use(bought, 2, 28_800);
  await market.pass(6);
  await until(() => walletOf(buyer), ({ inEscrow }) => inEscrow === '0');
  await until(() => app.application.get(Database).usageRevision.count(), (count) => count === 5);
  await market.pass(36);
  // Six of its fourteen hours are delivered.
  await until(() => walletOf(other), ({ inEscrow }) => inEscrow === '48000');
  for (const client of [buyer, other]) await client.mustMutate('issueInvoice', 'IssueInvoiceInput', { month });
});
afterAll(async () => {
  await verifyApp(app);
  await app.close();
});

const sum = (rows: readonly Record<string, any>[], column: string): number => rows.reduce((all, row) => all + Number(row[column] ?? 0), 0);
const costs = async (): Promise<Record<string, any>[]> => parquetOf(await exported(app, buyer, { dataset: 'FOCUS_COST_AND_USAGE', format: 'PARQUET', month }));
const appliedIn = (rows: readonly Record<string, any>[]): readonly Record<string, any>[] => rows.flatMap((row) => row['ContractApplied']?.Elements ?? []);

/** Of the month, as files of an invoice of the third layout have it. */
async function rowsBefore(dataset: RowSet): Promise<Record<string, unknown>[]> {
  const { organizationId } = await app.application.get(Database).organization.findFirstOrThrow({ where: { name: 'Buyer of two teams' } });
  const scope = await app.application.get(ExportScopes).open(organizationId as OrganizationId, month);
  const { table, pages } = await app.application.get(RowSources).open(dataset, { ...scope, period: { ...scope.period, layout: 3 } });
  const rows: Record<string, unknown>[] = [];
  for await (const page of pages) {
    for (const row of page.rows) rows.push(Object.fromEntries(table.columns.map(({ name }, index) => [name, row[index]])));
  }
  return rows;
}

describe('a reservation of which teams were handed parts, in the files of FOCUS', () => {
  it('is one commitment, of what was bought: nothing that was handed over or came back is another', async () => {
    const rows = tableOf(await exported(app, buyer, { dataset: 'FOCUS_CONTRACT_COMMITMENT', format: 'CSV', month }));
    expect(rows.map((row) => row['ContractCommitmentId'])).toEqual([bought]);
    expect([sum(rows, 'ContractCommitmentQuantity'), sum(rows, 'ContractCommitmentCost')]).toEqual([BOUGHT, 0.032]);
  });

  it('has used up its commitment when it was delivered whole, whoever used it', async () => {
    const applied = appliedIn(await costs());
    expect(new Set(applied.map((element) => element['ContractCommitmentId']))).toEqual(new Set([bought]));
    expect(sum(applied, 'ContractCommitmentAppliedQuantity')).toBeCloseTo(BOUGHT, 9);
    expect(sum(applied, 'ContractCommitmentAppliedCost')).toBeCloseTo(0.032, 9);
  });

  it('was used by those who used the parts, each told apart; used and unused are what was bought', async () => {
    const delivered = (await costs()).filter((row) => row['x_ChargeKind'] === 'delivery');
    expect(new Set(delivered.map((row) => row['CapacityReservationId']))).toEqual(new Set([bought]));
    const [used, unused] = ['Used', 'Unused'].map((status) => delivered.filter((row) => row['CapacityReservationStatus'] === status));
    const usedBy = (part: string | null): readonly unknown[] => {
      const own = (used ?? []).filter((row) => (row['x_PartReservationId'] ?? null) === part);
      const [teamId] = new Set(own.map((row) => row['x_TeamId'] ?? null));
      return [teamId, ...['ConsumedQuantity', 'x_WeightedTokens', 'x_OutputTokens', 'PricingQuantity'].map((name) => sum(own, name))];
    };
    expect(usedBy(null)).toEqual([null, 34_200, 34_200, 34_200, 9.5]);
    // Search used 20,000 of the 10,800 that it had in the second hour: the rest is overage, of its own part.
    expect(usedBy(parts[0])).toEqual([teams[0], 28_800, 28_800, 38_000, 8]);
    expect(usedBy(parts[1])).toEqual([teams[1], 3_600, 3_600, 3_600, 1]);
    expect(usedBy(parts[2])).toEqual([undefined, 0, 0, 0, 0]);
    expect(sum(unused ?? [], 'PricingQuantity')).toBeCloseTo(BOUGHT - 9.5 - 8 - 1, 9);
    expect(sum(delivered, 'PricingQuantity')).toBeCloseTo(BOUGHT, 9);
    expect(sum(delivered, 'BilledCost')).toBeCloseTo(0.032, 9);
  });

  it('is told as it was in files of invoices from before that', async () => {
    const commitments = await rowsBefore('focus_contract_commitment');
    expect(commitments.map((row) => row['ContractCommitmentId'])).toEqual([bought, ...parts]);
    const delivered = (await rowsBefore('focus_cost_and_usage')).filter((row) => row['x_ChargeKind'] === 'delivery');
    expect(delivered.map((row) => [row['CapacityReservationStatus'], row['x_PartReservationId']])).toEqual([['Used', undefined], ['Unused', undefined]]);
    expect(Object.keys(delivered[0] ?? {}).at(-1)).toBe('x_PeriodStatus');
  });
});

describe('a month’s commitments', () => {
  const commitments = async (): Promise<readonly unknown[]> => {
    const file = await exported(app, other, { dataset: 'FOCUS_CONTRACT_COMMITMENT', format: 'CSV', month });
    const columns = ['LifecycleStatus', 'LastUpdated', 'DurationType', 'PaymentInterval'];
    return tableOf(file).map((row) => [row['ContractCommitmentId'], ...columns.map((name) => row[`ContractCommitment${name}`])]);
  };

  it('say what became of each in the month, and not what became of it since', async () => {
    const [cancelled, longer] = terms;
    const expected = [
      [cancelled, 'Canceled', expect.stringMatching(/Z$/), '4 Hours', 'One-Time'],
      [longer, 'Active', iso(market.start + 30 * HOUR_MS).replace('.000Z', 'Z'), '14 Hours', 'Monthly'],
    ];
    expect(await commitments()).toEqual(expected);
    const taken = { poolId: market.poolId, window: market.window(38, 44), quantity: '10000', cause: 'OUTAGE' };
    await market.provider.mustMutate('curtailPool', 'CurtailPoolInput', taken);
    expect(await commitments()).toEqual(expected);
  });
});
