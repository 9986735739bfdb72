import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';

const FOLDER = join(import.meta.dirname, '../../prisma/migrations');
const OURS = '20261128160001_one_stripe_call';
const AT = '2026-11-28T10:00:00.000Z';
const LATER = '2026-11-28T10:05:00.000Z';

let database: TestDatabase;
let client: pg.Client;

const sql = (name: string): Promise<string> => readFile(join(FOLDER, name, 'migration.sql'), 'utf8');

/** What a release before it left behind, in each state that a row can have. */
const ROWS = `
  INSERT INTO stripe_call (call_id, organization_id, kind, subject, params, status, attempts, created_at, updated_at)
    VALUES ('setup', 'buyer', 'set_up_payment_method', 's', '{"paymentMethod":null}', 'pending', 1, '${AT}', '${LATER}');
  INSERT INTO top_up (top_up_id, organization_id, amount, payment_method, status, payment_intent_id, failure_code, attempts, created_at, updated_at) VALUES
    ('open', 'buyer', 1, 'pm', 'pending', NULL, NULL, 2, '${AT}', '${LATER}'),
    ('named', 'buyer', 1, 'pm', 'needs_review', 'pi_1', NULL, 9, '${AT}', '${LATER}'),
    ('declined', 'buyer', 1, 'pm', 'failed', 'pi_2', 'generic_decline', 1, '${AT}', '${LATER}');
  INSERT INTO payout (payout_id, organization_id, version, amount, status, transfer_id, reversed, started_at) VALUES
    ('sent', 'seller', 1, 1, 'paid', 'tr_1', 0, '${AT}'),
    ('refused', 'seller', 2, 1, 'failed', NULL, 0, '${AT}'),
    ('asked', 'seller', 3, 1, 'in_flight', NULL, 0, '${AT}');
  INSERT INTO payout_call (payout_id, organization_id, status, attempts, last_error, created_at, updated_at) VALUES
    ('sent', 'seller', 'done', 2, 'timeout', '${AT}', '${LATER}'),
    ('refused', 'seller', 'done', 1, 'never_made', '${AT}', '${LATER}'),
    ('asked', 'seller', 'needs_review', 8, 'server-error', '${AT}', '${LATER}');
  INSERT INTO transfer_reversal (reversal_id, payout_id, organization_id, transfer_id, amount, note, asked_by, status, attempts, created_at, updated_at)
    VALUES ('back', 'sent', 'seller', 'tr_1', 30000000, 'why', 'user:1', 'pending', 1, '${AT}', '${LATER}');
  INSERT INTO payout_account (organization_id, request_id, requested_at, attempts, needs_review, last_error, account_id, created_at) VALUES
    ('seller', 'request 1', '${AT}', 0, false, NULL, 'acct_1', '${AT}'),
    ('waiting', 'request 2', '${LATER}', 3, false, 'timeout', NULL, '${AT}'),
    ('forsaken', 'request 3', '${AT}', 8, true, 'server-error', NULL, '${AT}');`;

beforeAll(async () => {
  database = await createEmptyDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const earlier = (await readdir(FOLDER)).filter((name) => /^\d{14}_/.test(name) && name < OURS).sort();
  for (const name of earlier) await client.query(await sql(name));
  await client.query(ROWS);
  await client.query(await sql(OURS));
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

it('each row becomes a call under the key that Stripe was given, in the state that it had', async () => {
  const { rows } = await client.query(
    `SELECT call_id, idempotency_key, kind, status, stripe_id, failure_code, attempts FROM stripe_call ORDER BY kind, call_id`,
  );
  const call = (name: string, kind: string, status: string, rest: readonly unknown[]): object => {
    const [stripe_id, failure_code, attempts] = rest;
    return { call_id: name, idempotency_key: name, kind, status, stripe_id, failure_code, attempts };
  };
  expect(rows).toEqual([
    call('declined', 'charge_top_up', 'failed', ['pi_2', 'generic_decline', 1]),
    call('named', 'charge_top_up', 'needs_review', ['pi_1', null, 9]),
    call('open', 'charge_top_up', 'pending', [null, null, 2]),
    call('request 1', 'create_payout_account', 'succeeded', ['acct_1', null, 0]),
    call('request 2', 'create_payout_account', 'pending', [null, 'timeout', 3]),
    call('request 3', 'create_payout_account', 'needs_review', [null, 'server-error', 8]),
    call('asked', 'create_transfer', 'needs_review', [null, 'server-error', 8]),
    call('refused', 'create_transfer', 'failed', [null, 'never_made', 1]),
    call('sent', 'create_transfer', 'succeeded', ['tr_1', null, 2]),
    call('back', 'reverse_transfer', 'pending', [null, null, 1]),
    call('setup', 'set_up_payment_method', 'pending', [null, null, 1]),
  ]);
});

it('a key is as old as it was, and a reversal knows what it takes back', async () => {
  const { rows } = await client.query(`SELECT call_id, keyed_at, params FROM stripe_call WHERE call_id IN ('open', 'request 2', 'back') ORDER BY call_id`);
  const params = { payoutId: 'sent', transferId: 'tr_1', amount: '30000000', note: 'why', askedBy: 'user:1' };
  expect(rows).toEqual([
    { call_id: 'back', keyed_at: new Date(AT), params },
    { call_id: 'open', keyed_at: new Date(AT), params: {} },
    { call_id: 'request 2', keyed_at: new Date(LATER), params: {} },
  ]);
});
