import { Stripe } from 'stripe';
import { ChangedFileError, ExportBuilder } from '../../src/billing/application/export/export-builder.js';
import { deliverAt } from '../../src/notices/application/notice.jobs.js';
import { DISABLED_AFTER } from '../../src/notices/model/delivery.schedule.js';
import { MINUTE_MS, monthOf } from '../../src/kernel/time.js';
import { Database } from '../../src/platform/database/prisma.js';
import { putJob } from '../../src/platform/queue/put-job.js';
import { ISSUES, startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { lookAt, requestExport } from '../support/exports.js';
import { Finance, setLimits } from '../support/finance.js';
import {
  deliveries,
  delivery,
  ENDPOINT,
  endpointOf,
  letters,
  REFUSED,
  registerEndpoint,
  resend,
  sendTest,
  update,
  type Registered,
} from '../support/notices.js';
import { replace } from '../support/payments.js';
import { program } from '../support/pools.js';
import { clockOf } from '../support/trading.js';
import { until } from '../support/until.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

let app: TestApp;
let desk: Finance;
let receiver: WebhookReceiver;
beforeAll(async () => {
  app = await startTestApp();
  [desk, receiver] = await Promise.all([Finance.open(app), WebhookReceiver.start()]);
});
afterAll(async () => {
  await receiver.kill();
  await app.close();
});

const stripe = new Stripe('sk_test_of_nobody');
const register = (owner: ApiClient, path = '', kinds = ['APPROVAL_REQUESTED']): Promise<Registered> =>
  registerEndpoint(owner, `${receiver.url}${path}`, kinds);

/** Somebody wants to buy what needs an approval. */
async function askForApproval({ owner, trader }: { owner: ApiClient; trader: ApiClient }): Promise<string> {
  await setLimits(owner, 'organization', { approvalAbove: '3' });
  return (await desk.bid(trader, 5))['approvalId'];
}

describe('a webhook', () => {
  it('tells of what happened, signed as Stripe signs', async () => {
    const company = await desk.company('Told');
    const path = '/told';
    const { endpointId, secret } = await register(company.owner, path);
    const approvalId = await askForApproval(company);
    const sent = await delivery(company.owner, endpointId, ({ status }) => status === 'DELIVERED');
    const [got] = receiver.received.filter((one) => one.path === `/hooks${path}`);
    const event = stripe.webhooks.constructEvent(got?.body ?? '', String(got?.headers['headroom-signature']), secret);
    expect(event).toMatchObject({ id: sent.eventId, object: 'event', type: 'approval.requested', data: { approvalId, amount: '5' } });
    expect(got).toMatchObject({ body: sent.body, headers: { 'headroom-event-id': sent.eventId } });
    expect(sent.attempts).toMatchObject([{ number: 1, responseStatus: 200, failure: null }]);
  });

  it('comes again after a failure, with the same body, until its receiver lives again', async () => {
    const owner = await app.signUp('Patient');
    const { endpointId } = await register(owner, '/patient');
    receiver.answers.push(500);
    await sendTest(owner, endpointId);
    const failed = await delivery(owner, endpointId, ({ attempts }) => attempts.length === 1);
    expect(failed).toMatchObject({ status: 'PENDING', attempts: [{ responseStatus: 500 }] });
    expect((await endpointOf(owner, endpointId)).failingSince).not.toBeNull();
    await receiver.kill();
    await clockOf(app).advance(MINUTE_MS);
    const dead = await delivery(owner, endpointId, ({ attempts }) => attempts.length === 2);
    expect(dead.attempts[0]).toMatchObject({ responseStatus: null, failure: 'UNREACHABLE' });
    await receiver.revive();
    await clockOf(app).advance((2 * MINUTE_MS) as never);
    await delivery(owner, endpointId, ({ status }) => status === 'DELIVERED');
    const bodies = receiver.received.filter(({ path }) => path === '/hooks/patient').map(({ body }) => body);
    expect(bodies).toEqual([failed.body, failed.body]);
    expect((await endpointOf(owner, endpointId)).failingSince).toBeNull();
  });

  it('follows no redirect, and is sent again by hand', async () => {
    const owner = await app.signUp('Redirected');
    const { endpointId } = await register(owner, '/moved');
    receiver.answers.push(302);
    const { delivery: sent } = await sendTest(owner, endpointId);
    await delivery(owner, endpointId, ({ attempts }) => attempts[0]?.responseStatus === 302);
    expect(receiver.received.filter(({ path }) => path === '/elsewhere')).toEqual([]);
    expect(await resend(owner, sent.deliveryId)).toMatchObject({ code: 'WRONG_STATE', state: 'pending' });
    await update(owner, { endpointId, isEnabled: false });
    expect(await delivery(owner, endpointId, ({ status }) => status === 'STOPPED')).toMatchObject({ nextAttemptAt: null });
    expect(await resend(owner, sent.deliveryId)).toMatchObject({ code: 'WRONG_STATE', state: 'disabled' });
    expect(await sendTest(owner, endpointId)).toMatchObject({ code: 'WRONG_STATE', state: 'disabled' });
    await update(owner, { endpointId, isEnabled: true });
    expect(await resend(owner, sent.deliveryId)).toMatchObject({ delivery: { status: 'PENDING' } });
    const done = await delivery(owner, endpointId, ({ status }) => status === 'DELIVERED');
    expect(done.attempts.map(({ number }: any) => number)).toEqual([2, 1]);
  });

  it('is signed with both secrets after a rotation; each is shown once', async () => {
    const owner = await app.signUp('Rotating');
    const { endpointId, secret: before } = await register(owner, '/rotated');
    const key = owner.nextKey();
    const fields = `... on RotateWebhookSecretSuccess { ${ENDPOINT} secret }`;
    const rotate = () => owner.mutate('rotateWebhookSecret', 'WebhookEndpointInput', { endpointId }, { fields, key });
    const [rotated, again] = [await rotate(), await rotate()];
    expect(rotated['endpoint'].previousSecretUntil).not.toBeNull();
    expect(again).toMatchObject({ secret: null });
    await sendTest(owner, endpointId);
    await delivery(owner, endpointId, ({ status }) => status === 'DELIVERED');
    const [got] = receiver.received.filter(({ path }) => path === '/hooks/rotated');
    const header = String(got?.headers['headroom-signature']);
    for (const secret of [before, rotated['secret']]) {
      expect(stripe.webhooks.constructEvent(got?.body ?? '', header, secret)).toMatchObject({ type: 'webhook.test' });
    }
    const { data } = await owner.ask('{ auditEntries { edges { node { action } } } }');
    const actions = data?.['auditEntries'].edges.map(({ node }: any) => node.action);
    expect(actions).toEqual(expect.arrayContaining(['webhook-endpoint.created', 'webhook-endpoint.secret-rotated']));
    const rows = JSON.stringify(await app.application.get(Database).webhookEndpoint.findMany({ where: { endpointId } }));
    const answers = await app.application.get(Database).$queryRaw<{ body: string }[]>`SELECT body FROM eventstore.answers`;
    const kept = `${rows}${JSON.stringify(answers)}`;
    for (const secret of [before, rotated['secret']]) expect(kept).not.toContain(secret);
  });

  it('is given up after almost three days; then its endpoint is disabled and its owners are told', async () => {
    const owner = await app.signUp('Dead');
    const { endpointId } = await register(owner, '/dead');
    receiver.answers.push(503, 503);
    const { delivery: sent } = await sendTest(owner, endpointId);
    await delivery(owner, endpointId, ({ attempts }) => attempts.length === 1);
    // As if eleven attempts more had failed meanwhile.
    const database = app.application.get(Database);
    const { deliveryId } = sent;
    await database.webhookDelivery.update({ where: { deliveryId }, data: { attempts: 12 } });
    const now = clockOf(app).now();
    await database.webhookEndpoint.update({ where: { endpointId }, data: { failingSince: new Date(now - DISABLED_AFTER) } });
    await putJob(database, deliverAt(deliveryId, 13, now));
    await delivery(owner, endpointId, ({ status }) => status === 'FAILED');
    expect(await endpointOf(owner, endpointId)).toMatchObject({ disabledBecause: 'FAILURES' });
    const [letter] = await letters(app, 'A webhook endpoint was disabled', 1);
    expect(letter).toContain('X-Headroom-Stand-In: nothing was sent');
    expect((await update(owner, { endpointId, isEnabled: true }))['endpoint']).toMatchObject({ disabledAt: null, failingSince: null });
  });

  it('goes to no address inside, and to nobody of another organization', async () => {
    const [owner, stranger] = [await app.signUp('Guarded'), await app.signUp('Strange')];
    const create = (url: string, kinds = ['INVOICE_PAID']) =>
      owner.mutate('createWebhookEndpoint', 'CreateWebhookEndpointInput', { url, kinds }, { fields: ISSUES });
    for (const url of ['https://169.254.169.254/', 'https://10.1.2.3/x', 'http://hooks.example.com/', 'https://a.internal/', 'nonsense']) {
      expect((await create(url))['issues']).toMatchObject([{ field: 'input.url' }]);
    }
    expect((await create('https://hooks.example.com/', []))['issues']).toMatchObject([{ field: 'input.kinds' }]);
    const { endpointId } = await register(owner, '/guarded');
    const { delivery: sent } = await sendTest(owner, endpointId);
    expect(await update(stranger, { endpointId, isEnabled: false })).toMatchObject({ code: 'NOT_FOUND', field: 'input.endpointId' });
    expect(await sendTest(stranger, endpointId)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await resend(stranger, sent.deliveryId)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await deliveries(stranger, endpointId)).toEqual([]);
    const gone = await owner.mutate('deleteWebhookEndpoint', 'WebhookEndpointInput', { endpointId });
    expect(gone).toMatchObject({ __typename: 'DeleteWebhookEndpointSuccess' });
    expect(await deliveries(owner, endpointId)).toEqual([]);
  });

  it('has at most sixteen endpoints, also when two are made at once', async () => {
    const owner = await app.signUp('Many');
    for (let count = 0; count < 15; count += 1) await register(owner);
    const input = { url: receiver.url, kinds: ['INVOICE_PAID'] };
    const fields = '... on TooManyWebhookEndpointsRejection { limit }';
    const create = () => owner.mutate('createWebhookEndpoint', 'CreateWebhookEndpointInput', input, { fields });
    const made = await Promise.all([create(), create()]);
    expect(made.map(({ code }) => code ?? 'made').sort()).toEqual(['TOO_MANY_ENDPOINTS', 'made']);
  });
});

describe('an export', () => {
  const wanted = (month: string): Record<string, string> => ({ dataset: 'FOCUS_BILLING_PERIOD', format: 'CSV', month });
  const monthNow = (): string => monthOf(clockOf(app).now());
  const idOf = async (client: ApiClient): Promise<string> => (await requestExport(client, wanted(monthNow()) as never))['export'].exportId;

  it('that is ready is told of without its link, and written about to who asked for it', async () => {
    const { owner, finance } = await desk.company('Exporting');
    const { endpointId } = await register(owner, '/exports', ['EXPORT_READY', 'EXPORT_FAILED']);
    const exportId = await idOf(finance);
    const sent = await delivery(owner, endpointId, ({ status }) => status === 'DELIVERED');
    const { type, data } = JSON.parse(sent.body);
    expect([type, data]).toMatchObject(['export.ready', { exportId, dataset: 'focus_billing_period', isFinal: false, invoiceNumber: null, rows: '1' }]);
    // Whoever hears of it can fetch it at once, as somebody who may.
    const { sha256, fileName, download } = await lookAt(finance, exportId);
    expect(data).toMatchObject({ sha256, fileName });
    const { path } = download;
    const signature = new URL(path, app.url).searchParams.get('signature') ?? '';
    expect(signature).not.toBe('');
    for (const secret of [signature, '/exports/files']) expect(sent.body).not.toContain(secret);
    const [letter = ''] = await letters(app, `Your export of ${monthNow()} is ready`, 1);
    const people = await app.application.get(Database).mailMessage.findMany({ where: { kind: 'export.ready' } });
    expect(people.map(({ memberId }) => `member:${memberId}`)).toEqual([data.requestedBy]);
    expect(data.requestedBy).toBe((await finance.ask('{ viewer { actor } }')).data?.['viewer'].actor);
    expect(letter).toContain('/app/finance/exports');
    expect(letter).not.toContain('signature');
  });

  it('that failed is told of with its reason', async () => {
    const owner = await app.signUp('Not exporting');
    const { endpointId } = await register(owner, '/failed', ['EXPORT_FAILED']);
    const key = await program(app, owner, ['BILLING_READ']);
    const restore = replace(app.application.get(ExportBuilder), 'build', () => () => Promise.reject(new ChangedFileError('another')));
    const exportId = await idOf(key);
    const sent = await delivery(owner, endpointId, ({ status }) => status === 'DELIVERED');
    restore();
    expect(JSON.parse(sent.body)).toMatchObject({ type: 'export.failed', data: { exportId, requestedBy: expect.stringMatching(/^key:/) } });
    expect(JSON.parse(sent.body).data.reason).toBe((await lookAt(owner, exportId))['failure']);
  });
});

describe('a message', () => {
  it('goes once to those whose business it is, and not to who turned it off', async () => {
    const company = await desk.company('Written to');
    const { owner, finance, trader } = company;
    const settings = '{ noticeSettings { kind isOn } }';
    expect((await trader.ask(settings)).data?.['noticeSettings']).toEqual([]);
    const off = { kind: 'BUDGET_ALERT', isOn: false };
    await finance.mustMutate('setNotice', 'SetNoticeInput', off);
    expect((await finance.ask(settings)).data?.['noticeSettings']).toContainEqual(off);
    const budget = { amount: '100', spentAlerts: [], committedAlerts: [50] };
    await owner.mustMutate('setBudget', 'SetBudgetInput', { budget });
    await desk.bid(trader, 61);
    const { data } = await owner.ask('{ viewer { actor } }');
    const memberId = String(data?.['viewer'].actor).slice('member:'.length);
    const database = app.application.get(Database);
    const rows = await until(
      () => database.mailMessage.findMany({ where: { memberId, kind: 'budget.alert' } }),
      ([row]) => row?.status === 'sent',
    );
    expect(rows).toHaveLength(1);
    const { organizationId } = rows[0] as { organizationId: string };
    // Those of one notice are written down together.
    expect(await database.mailMessage.count({ where: { organizationId, kind: 'budget.alert' } })).toBe(1);
    expect(await letters(app, 'Budget alert: 50 % of', 1)).toHaveLength(1);
  });

  it('brings an invitation, whose token is kept nowhere after that', async () => {
    const owner = await app.signUp('Inviting <b>us</b>');
    const input = { email: 'new-person@example.com', name: 'New', role: 'VIEWER' };
    const fields = '... on InviteMemberSuccess { token member { memberId } }';
    const { token, member } = await owner.mustMutate('inviteMember', 'InviteMemberInput', input, { fields });
    const [letter = ''] = await letters(app, 'new-person@example.com', 1);
    const text = letter.replaceAll('=\n', '').replaceAll('=3D', '=');
    expect(text).toContain(`/app/invite#token=${token}`);
    const { memberId } = member;
    const row = await until(
      () => app.application.get(Database).mailMessage.findFirstOrThrow({ where: { memberId } }),
      ({ status }) => status === 'sent',
    );
    expect(row).toMatchObject({ sealed: null, kind: 'invitation' });
    expect(JSON.stringify(row)).not.toContain('example.com');
  });

  it('that was given up is sent once more when an operator says so, and the trail says who', async () => {
    const { owner, finance, trader } = await desk.company('Never reached');
    await owner.mustMutate('setBudget', 'SetBudgetInput', { budget: { amount: '100', spentAlerts: [], committedAlerts: [40] } });
    await desk.bid(owner, 61);
    const database = app.application.get(Database);
    const actorOf = async (client: ApiClient): Promise<string> => (await client.ask('{ viewer { actor } }')).data?.['viewer'].actor;
    const where = { memberId: (await actorOf(owner)).slice('member:'.length), kind: 'budget.alert' };
    const { messageId, organizationId } = await until(
      () => database.mailMessage.findFirst({ where }),
      (row) => row?.status === 'sent',
    ) as { messageId: string; organizationId: string };
    await database.mailMessage.update({ where: { messageId }, data: { status: 'needs_review', attempts: 8, sentAt: null } });
    const retry = (client: ApiClient, key?: string) =>
      client.mutate('retryMail', 'RetryMailInput', { messageId }, { fields: REFUSED.split('... on State')[0] ?? '', ...(key && { key }) });
    await expect(retry(finance)).rejects.toThrow('FORBIDDEN');
    // Before its first request: who somebody is is remembered for a while.
    await database.member.updateMany({ where: { organizationId, role: 'trader' }, data: { isPlatformAdmin: true } });
    expect((await retry(trader, 'once-more'))['__typename']).toBe('RetryMailSuccess');
    expect((await retry(trader, 'once-more'))['__typename']).toBe('RetryMailSuccess');
    const row = await until(() => database.mailMessage.findUniqueOrThrow({ where: { messageId } }), ({ status }) => status === 'sent');
    expect(row.attempts).toBe(9);
    expect(row.sentAt).not.toBeNull();
    expect(await retry(trader)).toMatchObject({ code: 'NOT_FOUND', field: 'messageId' });
    expect(await database.auditEntry.count({ where: { action: 'mail.retried', subject: messageId } })).toBe(1);
  });
});
