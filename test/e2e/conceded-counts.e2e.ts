import type { Pool } from 'pg';
import { extractText, getDocumentProxy } from 'unpdf';
import { ceilToGrid, DAY_MS, endOfMonth, formatMinute, HOUR_MS, monthOf, plus, type Instant } from '../../src/kernel/time.js';
import { POOL } from '../../src/platform/platform.module.js';
import { JobRegistry } from '../../src/platform/queue/job-registry.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { CountWorld } from '../support/count-disputes.js';
import { exported, tableOf } from '../support/exports.js';
import { signUpOperator } from '../support/operators.js';
import { verifySettled } from '../support/pools.js';
import { clockOf, HOUR, iso, walletOf } from '../support/trading.js';
import { until } from '../support/until.js';

// The last four hours of a month, whose invoice is issued while two of them are disputed.

let app: TestApp;
let world: CountWorld;
let holder: ApiClient;
let [month, next, number] = ['', '', ''];

beforeAll(async () => {
  app = await startTestApp();
  const clock = clockOf(app);
  await clock.advanceTo(plus(endOfMonth(clock.now()), 20 * DAY_MS) as Instant);
  await clock.advanceTo((endOfMonth(clock.now()) - 7 * HOUR) as Instant);
  world = await CountWorld.open(app);
  ({ holder } = world);
  month = monthOf(world.at(0) as Instant);
  for (const hour of [0, 1]) {
    await world.market.pass(hour + 0.5);
    await world.report(hour + 0.25, 6_500);
    await world.serve(hour + 0.25, 250, 14, 6, 14);
  }
  await world.market.pass(4.2);
  await Promise.all([world.disputed(0), world.disputed(1)]);
});
afterAll(async () => {
  await verifySettled(app);
  await app.close();
});

const charged = (hour: number): string => `OVERAGE 12800 ${world.evidence(hour, 1)}`;
async function notes(): Promise<any[]> {
  const { data, errors } = await holder.ask(`{ creditNotes(first: 10) { edges { node {
    number invoiceNumber month reservationId amount tax reason settles } } } }`);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['creditNotes'].edges.map(({ node }: any) => node);
}
const balance = async (): Promise<bigint> => BigInt((await walletOf(holder))['balance'] ?? '');

it('a count that is conceded before its month is invoiced is a credit in that month', async () => {
  expect(await world.concede(world.market.provider)).toMatchObject({ revision: 2 });
  const credits = [`CREDIT -3900 ${world.evidence(0, 2)}`, `CREDIT -100 ${world.evidence(0, 2)}`];
  await world.lines(holder, [charged(0), charged(1), ...credits]);
  const clock = clockOf(app);
  await clock.advanceTo(plus(endOfMonth(clock.now()), HOUR));
  next = monthOf(clock.now());
  expect(next).not.toBe(month);
  const issued = await until(
    () => holder.mutate('issueInvoice', 'IssueInvoiceInput', { month }, { fields: '... on IssueInvoiceSuccess { number }' }),
    ({ __typename }: any) => __typename === 'IssueInvoiceSuccess',
  );
  ({ number } = issued as { number: string });
  expect(await notes()).toEqual([]);
});

it('one that is conceded after is a credit note on the invoice, paid by those who were paid too much', async () => {
  const before = await balance();
  expect(await world.concede(world.market.provider, { hour: iso(world.at(1)) })).toMatchObject({ revision: 2 });
  const [note, ...others] = await until(notes, (found) => found.length > 0);
  expect(others).toEqual([]);
  expect(note).toEqual({
    ...{ number: expect.stringMatching(/^CN-\d{4}-000001$/), invoiceNumber: number, month, reservationId: world.reservationId },
    ...{ amount: '4000', tax: '0', settles: world.evidence(1, 2) },
    reason: `The count of the hour from ${formatMinute(world.at(1) as Instant)} was conceded`,
  });
  expect(await until(balance, (now) => now === before + 4_000n)).toBe(before + 4_000n);
  // On no invoice of the customer's, issued or to come; the provider's next one has what it gave back.
  await world.lines(world.market.provider, [`CREDIT 3900 ${world.evidence(1, 2)}`], next);
  await world.lines(holder, [], next);
  await world.lines(holder, [charged(0), charged(1), `CREDIT -3900 ${world.evidence(0, 2)}`, `CREDIT -100 ${world.evidence(0, 2)}`]);
});

it('whose document says why, in words, and is no other the next time', async () => {
  const [{ number: note }] = await notes();
  const bytes = async (): Promise<Buffer> =>
    Buffer.from(await (await fetch(`${app.url}/exports/invoice.pdf?number=${note}`, { headers: holder.headers() })).arrayBuffer());
  const pdf = await bytes();
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true });
  const words = text.replace(/\s+/g, ' ');
  for (const part of [note, number, 'was disputed, and conceded', 'Use above the reservation, counted too high']) expect(words).toContain(part);
  expect((await bytes()).equals(pdf)).toBe(true);
});

it('which files have as a document of the month in which it was issued, and no other credit', async () => {
  const [{ number: note }] = await notes();
  const rows = tableOf(await exported(app, holder, { dataset: 'FOCUS_INVOICE_DETAIL', format: 'CSV', month: next }));
  expect(rows).toMatchObject([{ InvoiceId: note, ReferenceInvoiceId: number, BilledCost: '-0.004', ChargeCategory: 'Credit' }]);
});

it('and the invoice is not made void any more, nor given back more than is left of it', async () => {
  const admin = await signUpOperator(app);
  const { data } = await admin.ask(`query($number: ID!) { issuedInvoice(number: $number) {
    reservations { reservationId charged serviceCredits givenBack available } } }`, { number });
  const [own] = data?.['issuedInvoice'].reservations;
  const left = BigInt(own.charged) - 8_000n;
  expect(own).toEqual({ reservationId: world.reservationId, charged: own.charged, serviceCredits: '4000', givenBack: '4000', available: String(left) });
  const input = { invoiceNumber: number, reservationId: world.reservationId, amount: String(left + 1n), reason: 'more' };
  const fields = '... on IssueCreditNoteSuccess { number } ... on InvoiceRejection { available }';
  expect(await admin.mutate('issueCreditNote', 'IssueCreditNoteInput', input, { fields })).toMatchObject({ code: 'CREDIT_TOO_HIGH', available: String(left) });
  expect(await admin.mutate('voidInvoice', 'VoidInvoiceInput', { number, reason: 'x' }, { fields: '' })).toMatchObject({ code: expect.stringMatching(/INVOICE_(CREDITED|PAID)/) });
});

it('waits by the hour where no invoice that counts charged the hour, as when it was made void in between', async () => {
  const payload = {
    ...{ organizationId: world.holderId, reservationId: world.reservationId, hour: world.at(3), invoiceNumber: number },
    ...{ amount: '4000', evidence: world.evidence(3, 2) },
  };
  const waiting = async (): Promise<any[]> =>
    (await app.application.get<Pool>(POOL).query(
      `SELECT payload::jsonb AS payload, run_at FROM eventstore.outbox WHERE job = 'note-conceded-count' AND run_at > $1 ORDER BY run_at`,
      [new Date(clockOf(app).now())],
    )).rows;
  expect(await waiting()).toEqual([]);
  const jobs = app.application.get(JobRegistry);
  await jobs.run('billing', 'note-conceded-count', payload);
  await jobs.run('billing', 'note-conceded-count', payload);
  const runAt = new Date(ceilToGrid(plus(clockOf(app).now(), 1), HOUR_MS));
  expect(await waiting()).toEqual([{ payload, run_at: runAt }]);
  expect(await notes()).toHaveLength(1);
});
