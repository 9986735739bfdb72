import { z } from 'zod';
import { jobType } from '../../src/platform/queue/job.js';
import { JobQueues } from '../../src/platform/queue/job-queues.js';
import { JobRegistry } from '../../src/platform/queue/job-registry.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { signUpOperator } from '../support/operators.js';
import { RedisProcess } from '../support/redis-process.js';
import { clockOf, HOUR, poolInput } from '../support/trading.js';
import { until } from '../support/until.js';

const FAILED = `{ failedJobs(first: 10) { edges { node { queue jobId name payload reason attempts stalls } cursor } pageInfo { hasNextPage } } }`;
const RETRY = '... on RetryJobSuccess { jobId } ... on StateRejection { state } ... on NotFoundRejection { field }';

let app: TestApp;
let redis: RedisProcess | null;
let admin: ApiClient;
let member: ApiClient;
const runs: string[] = [];
let isMended = false;

beforeAll(async () => {
  // With Redis where tests have one, of its own: others have workers on theirs.
  redis = process.env['TEST_REDIS_URL'] === undefined ? null : await RedisProcess.start();
  app = await startTestApp({ hasPages: true, settings: redis === null ? {} : { REDIS_URL: redis.url } });
  admin = await signUpOperator(app);
  member = await app.signUp('Others', { isProvider: true });
  const sweep = jobType('platform', 'sweep', z.object({ what: z.string() }));
  app.application.get(JobRegistry).register(sweep, async ({ what }) => {
    runs.push(what);
    if (!isMended) throw new Error(`cannot sweep ${what}`);
  });
  const queue = (await app.application.get(JobQueues).open()).get('platform');
  for (const what of ['stairs', 'hall']) {
    await queue?.add('sweep', { messageId: '0', payload: JSON.stringify({ what }) }, { jobId: what, attempts: 1 });
  }
  await until(failed, (jobs) => jobs.length === 2);
});
afterAll(async () => {
  await app.close();
  await redis?.end();
});

async function failed(): Promise<readonly any[]> {
  const { data, errors } = await admin.ask(FAILED);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['failedJobs'].edges.map(({ node }: { node: unknown }) => node);
}

const retry = (client: ApiClient, jobId: string, key?: string): Promise<Record<string, any>> =>
  client.mutate('retryJob', 'RetryJobInput', { queue: 'PLATFORM', jobId }, { fields: RETRY, ...(key === undefined ? {} : { key }) });

const get = (path: string, client: ApiClient | null, init: RequestInit = {}): Promise<Response> =>
  fetch(`${app.url}/admin/jobs${path}`, {
    ...init,
    headers: { ...(client?.cookie ? { cookie: client.cookie } : {}), ...init.headers },
  });

describe('jobs that failed', () => {
  it('are shown with why, to administrators alone', async () => {
    const jobs = await failed();
    expect(jobs.map(({ jobId }) => jobId).sort()).toEqual(['hall', 'stairs']);
    expect(jobs.find(({ jobId }) => jobId === 'hall')).toEqual({
      ...{ queue: 'PLATFORM', jobId: 'hall', name: 'sweep', payload: '{"what":"hall"}' },
      ...{ reason: 'cannot sweep hall', attempts: 1, stalls: 0 },
    });
    const { data } = await admin.ask('{ jobQueues { queue waiting running delayed failed } }');
    expect(data?.['jobQueues']).toContainEqual(
      expect.objectContaining({ queue: 'PLATFORM', failed: 2, running: 0 }),
    );
    for (const query of [FAILED, '{ jobQueues { queue } }']) {
      expect((await member.ask(query)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      expect((await app.stranger().ask(query)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
    await expect(retry(member, 'hall')).rejects.toThrow('FORBIDDEN');
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toContain('headroom_jobs{queue="platform",state="failed"} 2');
    expect(metrics).toContain('headroom_job_stalls{queue="platform"} 0');
  });

  it('come in pages', async () => {
    const query = `query($after: String) { failedJobs(first: 1, after: $after) { edges { node { jobId } cursor } pageInfo { hasNextPage } } }`;
    const first = (await admin.ask(query)).data?.['failedJobs'];
    const second = (await admin.ask(query, { after: first.edges[0].cursor })).data?.['failedJobs'];
    const ids = [first, second].map(({ edges }) => edges[0].node.jobId);
    expect(ids.sort()).toEqual(['hall', 'stairs']);
    expect([first, second].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false]);
  });

  it('are run again when asked, once for each key', async () => {
    isMended = true;
    const before = runs.length;
    expect(await retry(admin, 'hall', 'again')).toEqual({ __typename: 'RetryJobSuccess', jobId: 'hall' });
    await until(failed, (jobs) => jobs.length === 1);
    // It has not failed any more from when it waits on.
    await until(async () => runs.length, (count) => count > before);
    expect(await retry(admin, 'hall', 'again')).toEqual({ __typename: 'RetryJobSuccess', jobId: 'hall' });
    expect(runs.slice(before)).toEqual(['hall']);
    expect(await retry(admin, 'attic')).toMatchObject({ code: 'NOT_FOUND', field: 'jobId' });
    expect(await retry(admin, 'hall')).toMatchObject({ code: expect.stringMatching(/NOT_FOUND|JOB_NOT_FAILED/) });
  });
});

describe('those who run the exchange', () => {
  const CHECKS = '{ verifications { edges { node { verificationId status requestedBy events projections lie } } } }';
  const start = (client: ApiClient, key: string): Promise<any> =>
    client.ask(`mutation { startVerification(idempotencyKey: "${key}") { __typename
      ... on StartVerificationSuccess { verification { verificationId status } } ... on Rejection { code } } }`);

  it('have the log checked in the background, once for each key', async () => {
    const { verification } = (await start(admin, 'check')).data.startVerification;
    const { verificationId } = verification;
    const checks = async (): Promise<any> => (await admin.ask(CHECKS)).data?.['verifications'].edges.map(({ node }: any) => node);
    const [found] = await until(checks, ([first]) => first.status === 'HOLDS');
    expect(found).toMatchObject({ verificationId, lie: null, projections: expect.any(Number), requestedBy: expect.stringMatching(/^member:/) });
    expect((await start(admin, 'check')).data.startVerification.verification).toEqual({ verificationId, status: 'HOLDS' });
    expect(await checks()).toHaveLength(1);
    for (const answer of [await start(member, 'mine'), await member.ask(CHECKS)]) {
      expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });

  it('see everybody who signed up, and what was done by whom', async () => {
    const list = async (query: string): Promise<readonly any[]> => {
      const { data } = await admin.ask(query);
      return Object.values(data as Record<string, any>)[0].edges.map(({ node }: any) => node);
    };
    const fields = 'edges { node { organizationId name isPlatform members apiKeys } }';
    const [found, ...others] = await list(`{ organizations(name: "oper") { ${fields} } }`);
    expect(found).toMatchObject({ name: 'Operators', isPlatform: false, members: 1, apiKeys: 0 });
    expect(others).toEqual([]);
    expect((await list(`{ organizations { ${fields} } }`)).map(({ name }) => name)).toEqual(['Others', 'Operators', 'Headroom']);
    await member.mustMutate('createTeam', 'CreateTeamInput', { name: 'Night shift' });
    await member.mustMutate('registerPool', 'RegisterPoolInput', poolInput(Math.ceil(clockOf(app).now() / HOUR) * HOUR));
    const trail = (filter: string): Promise<readonly any[]> =>
      list(`{ auditTrail(first: 50${filter}) { edges { node { organizationId organizationName actor actorName action subject subjectName } } } }`);
    const [other] = await list(`{ organizations(name: "others") { ${fields} } }`);
    const { organizationId } = other;
    const registered = await until(() => trail(', action: "pool.PoolRegistered"'), (entries) => entries.length > 0);
    const { subject } = registered[0];
    expect(subject).toMatch(/^pool-/);
    const of = await trail(`, organizationId: "${organizationId}"`);
    expect(of.map(({ action }) => action)).toContain('team.created');
    // Ids are named: who, for whom and to whom. A pool has no name of this kind.
    expect(new Set(of.map((entry) => entry.organizationName))).toEqual(new Set(['Others']));
    expect(of.find(({ action }) => action === 'organization.created')).toMatchObject({ subjectName: 'Others' });
    expect(of.find(({ action }) => action === 'team.created')).toMatchObject({ actor: expect.stringMatching(/^member:/), actorName: 'Owner', subjectName: null });
    expect(new Set(of.map((entry) => entry.organizationId))).toEqual(new Set([organizationId]));
    expect(new Set((await trail(`, subject: "${subject}"`)).map((entry) => entry.subject))).toEqual(new Set([subject]));
    for (const query of ['{ organizations { edges { cursor } } }', '{ auditTrail { edges { cursor } } }']) {
      expect((await member.ask(query)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });
});

describe('the board', () => {
  it('opens for administrators who are signed in, and for nobody else', async () => {
    const paths = ['', '/queue/platform', '/api/queues', '/static/images/logo.svg'];
    const statuses = async (client: ApiClient | null): Promise<readonly number[]> =>
      Promise.all(paths.map(async (path) => (await get(path, client)).status));
    expect(await statuses(null)).toEqual(paths.map(() => 401));
    expect(await statuses(member)).toEqual(paths.map(() => 403));
    expect(await statuses(admin)).toEqual(paths.map(() => 200));
    expect((await get('/static/..%2f..%2fpackage.json', admin)).status).toBe(404);
  });

  it('has nothing inline and nothing from elsewhere on its page', async () => {
    const response = await get('', admin);
    const html = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(html).not.toMatch(/https?:\/\/|<style|style="/);
    for (const [, path] of html.matchAll(/(?:src|href)="(static\/[^"]+)"/g)) {
      expect((await get(`/${path}`, admin)).status).toBe(200);
    }
  });

  it('runs jobs again from its own page, and adds and rewrites none', async () => {
    const put = (path: string, origin: string, method = 'PUT'): Promise<Response> =>
      get(path, admin, { method, headers: { origin } });
    const path = '/api/queues/platform/stairs/retry';
    expect((await put(path, 'https://example.org')).status).toBe(403);
    expect(await failed()).toHaveLength(1);
    expect((await put(path, app.url.replace('127.0.0.1', 'localhost'))).status).toBe(403);
    expect((await put(path, app.url)).status).toBeLessThan(300);
    await until(failed, (jobs) => jobs.length === 0);
    for (const closed of ['/api/queues/platform/add', '/api/queues/platform/stairs/update-data']) {
      expect((await put(closed, app.url, 'POST')).status).toBe(404);
    }
  });
});
