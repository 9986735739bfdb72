import type { Pool } from 'pg';
import { POOL } from '../../src/platform/platform.module.js';
import { ISSUES, startTestApp, type ApiClient, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const VIEWER = '{ viewer { actor role scopes organization { name createdAt } isPlatformAdmin } }';
const KEY_FIELDS = '... on CreateApiKeySuccess { token apiKey { keyId scopes } }';

describe('signing up and in', () => {
  const owner = { organizationName: 'Acme', name: 'Ada', password: 'correct horse battery' };

  it('makes an organization once for each key and tells who one is', async () => {
    const client = app.stranger();
    const input = { ...owner, email: 'Ada@Example.com' };
    const options = { fields: '... on SignUpSuccess { organizationId memberId }', key: 'sign-up-1' };
    const first = await client.mutate('signUp', 'SignUpInput', input, options);
    expect(await client.mutate('signUp', 'SignUpInput', input, options)).toEqual(first);
    const taken = await client.mutate('signUp', 'SignUpInput', input);
    expect(taken['code']).toBe('EMAIL_TAKEN');
    const { email } = input;
    await client.mustMutate('signIn', 'SignInInput', { email, password: owner.password });
    expect(client.cookie).toMatch(/^__Host-headroom=/);
    const { data } = await client.ask(VIEWER);
    expect(data?.['viewer']).toMatchObject({
      actor: `member:${first['memberId']}`,
      role: 'OWNER',
      organization: { name: 'Acme', createdAt: expect.stringMatching(/^\d{4}-.*Z$/) },
      isPlatformAdmin: false,
    });
  });

  it('refuses a key that comes again with other content', async () => {
    const client = app.stranger();
    const input = { ...owner, email: 'eve@example.com' };
    await client.mutate('signUp', 'SignUpInput', input, { key: 'k' });
    const again = client.mutate('signUp', 'SignUpInput', { ...input, name: 'Eva' }, { key: 'k' });
    await expect(again).rejects.toThrow('IDEMPOTENCY_MISMATCH');
  });

  it('names every wrong field', async () => {
    const wrong = {
      ...{ organizationName: 'A', name: 'B', email: 'nobody', password: 'short' },
      ...{ isBuyer: false, isProvider: false },
    };
    const answer = await app.stranger().mutate('signUp', 'SignUpInput', wrong, { fields: ISSUES });
    const issues = answer['issues'] as { field: string }[];
    expect(issues.map(({ field }) => field)).toEqual(['isBuyer', 'email', 'password']);
    const marks = { organizationName: 'evil\u202eknip', name: '\u200b', email: 'x@example.com' };
    const hidden = await app
      .stranger()
      .mutate('signUp', 'SignUpInput', { ...owner, ...marks }, { fields: ISSUES });
    expect((hidden['issues'] as unknown[]).length).toBe(2);
  });

  it('gives the same answer to a wrong password and to an unknown address', async () => {
    const client = app.stranger();
    await client.mustMutate('signUp', 'SignUpInput', { ...owner, email: 'bob@example.com' });
    const wrong = { email: 'bob@example.com', password: 'not the password' };
    const unknown = { email: 'nobody@example.com', password: 'not the password' };
    const answers = [
      await client.mutate('signIn', 'SignInInput', wrong),
      await client.mutate('signIn', 'SignInInput', unknown),
    ];
    expect(answers[0]).toEqual(answers[1]);
    expect(client.cookie).toBeNull();
  });

  it('turns away after ten wrong passwords, the right one too', async () => {
    const client = app.stranger();
    const input = { email: 'mallory@example.com', password: 'wrong every time' };
    const codes: string[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1) {
      codes.push((await client.mutate('signIn', 'SignInInput', input))['code'] as string);
    }
    expect(codes.slice(0, 10).every((code) => code === 'WRONG_CREDENTIALS')).toBe(true);
    expect(codes[10]).toBe('TOO_MANY_ATTEMPTS');
  });

  it('ends a session for good', async () => {
    const client = await app.signUp('Signing out');
    const { cookie } = client;
    const answer = await client.ask(
      'mutation { signOut(idempotencyKey: "bye") { ... on SignOutSuccess { signedOut } } }',
    );
    expect(answer.data?.['signOut']).toEqual({ signedOut: true });
    client.cookie = cookie;
    expect((await client.ask(VIEWER)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('sessions', () => {
  const list = async (client: ApiClient): Promise<readonly any[]> =>
    ((await client.ask('{ sessions { edges { node { sessionId isCurrent expiresAt } } } }')).data?.['sessions'].edges ?? [])
      .map(({ node }: any) => node);
  const end = (client: ApiClient, sessionId: string): Promise<Record<string, any>> =>
    client.mutate('endSession', 'EndSessionInput', { sessionId });

  it('are listed and ended by whoever they are of, and by nobody else', async () => {
    const [there, stranger] = [app.stranger(), await app.signUp('Nosy')];
    const credentials = { email: 'two-places@example.com', password: 'correct horse battery staple' };
    const names = { organizationName: 'Two places', name: 'Ada' };
    await there.mustMutate('signUp', 'SignUpInput', { ...credentials, ...names });
    await there.mustMutate('signIn', 'SignInInput', credentials);
    const here = app.stranger();
    await here.mustMutate('signIn', 'SignInInput', credentials);
    const [first, second] = await list(here);
    expect([first, second].map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    expect(await end(stranger, first.sessionId)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await end(here, first.sessionId)).toEqual({ __typename: 'EndSessionSuccess' });
    expect(await end(here, first.sessionId)).toEqual({ __typename: 'EndSessionSuccess' });
    expect((await there.ask(VIEWER)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(await list(here)).toEqual([second]);
  });

  it('that ended long ago are forgotten when their member signs in', async () => {
    const credentials = { email: 'often-here@example.com', password: 'correct horse battery staple' };
    const client = app.stranger();
    await client.mustMutate('signUp', 'SignUpInput', { ...credentials, organizationName: 'Often', name: 'Ada' });
    for (let time = 0; time < 4; time += 1) await app.stranger().mustMutate('signIn', 'SignInInput', credentials);
    const pool = app.application.get<Pool>(POOL);
    const OWN = `member_id = (SELECT member_id FROM member WHERE email = '${credentials.email}')`;
    const { rows } = await pool.query<{ id: string }>(`SELECT session_id AS id FROM session WHERE ${OWN} ORDER BY session_id`);
    const [revoked, unseen, young, ...others] = rows.map(({ id }) => id);
    const age = (id: string | undefined, column: string, days: number): Promise<unknown> =>
      pool.query(`UPDATE session SET ${column} = now() - make_interval(days => $2) WHERE session_id = $1`, [id, days]);
    await Promise.all([age(revoked, 'revoked_at', 36), age(unseen, 'seen_at', 36), age(young, 'revoked_at', 34)]);
    await client.mustMutate('signIn', 'SignInInput', credentials);
    const left = await pool.query<{ id: string }>(`SELECT session_id AS id FROM session WHERE ${OWN} ORDER BY session_id`);
    expect(left.rows.slice(0, -1).map(({ id }) => id)).toEqual([young, ...others]);
    expect(await list(client)).toHaveLength(others.length + 1);
  });
});

describe('API keys', () => {
  it('are shown once, act within their scopes, and end when revoked', async () => {
    const owner = await app.signUp('Keys');
    const input = { name: 'ci', scopes: ['MARKET_READ'], expiresInDays: 30 };
    const options = { fields: KEY_FIELDS, key: 'make-key' };
    const made = await owner.mustMutate('createApiKey', 'CreateApiKeyInput', input, options);
    expect(made['token']).toMatch(/^hr_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/);
    const again = await owner.mustMutate('createApiKey', 'CreateApiKeyInput', input, options);
    expect(again).toEqual({ ...made, token: null });

    const program = app.stranger();
    program.bearer = made['token'] as string;
    expect((await program.ask(VIEWER)).data?.['viewer']).toMatchObject({ scopes: ['MARKET_READ'] });
    const forbidden = await program.ask('{ apiKeys { edges { cursor } } }');
    expect(forbidden.errors?.[0]?.extensions.code).toBe('FORBIDDEN');

    const { keyId } = made['apiKey'] as { keyId: string };
    await owner.mustMutate('revokeApiKey', 'RevokeApiKeyInput', { keyId });
    expect((await program.ask(VIEWER)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const trail = await owner.ask('{ auditEntries { edges { node { action subject } } } }');
    const actions = trail.data?.['auditEntries'].edges.map((edge: any) => edge.node.action);
    expect(actions).toEqual(['api-key.revoked', 'api-key.created', 'organization.created']);
  });

  it('of another organization are not found', async () => {
    const [mine, theirs] = [await app.signUp('Mine'), await app.signUp('Theirs')];
    const input = { name: 'k', scopes: ['MARKET_READ'] };
    const made = await mine.mustMutate('createApiKey', 'CreateApiKeyInput', input, { fields: KEY_FIELDS });
    const { keyId } = made['apiKey'] as { keyId: string };
    const answers = [
      await theirs.mutate('revokeApiKey', 'RevokeApiKeyInput', { keyId }),
      await theirs.mutate('revokeApiKey', 'RevokeApiKeyInput', { keyId: 'f'.repeat(32) }),
    ];
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.['code']).toBe('NOT_FOUND');
  });

  it('are paged with cursors, and refuse forged ones', async () => {
    const owner = await app.signUp('Pages');
    for (const name of ['a', 'b', 'c']) {
      await owner.mustMutate('createApiKey', 'CreateApiKeyInput', { name, scopes: ['MARKET_READ'] });
    }
    const page = `query($after: String) { apiKeys(first: 2, after: $after) {
      edges { node { name } } pageInfo { hasNextPage endCursor } } }`;
    const first = (await owner.ask(page)).data?.['apiKeys'];
    const second = (await owner.ask(page, { after: first.pageInfo.endCursor })).data?.['apiKeys'];
    const names = [...first.edges, ...second.edges].map((edge: any) => edge.node.name);
    expect(names).toEqual(['a', 'b', 'c']);
    expect([first, second].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false]);
    for (const after of ['forged', Buffer.from('["a","b"]').toString('base64url'), '']) {
      const { errors } = await owner.ask(page, { after });
      expect(errors?.[0]?.message).toMatch(/^after: expected a cursor/);
    }
    for (const first of [0, -1, 101, 1_000_000_000]) {
      const { errors } = await owner.ask(`{ apiKeys(first: ${first}) { edges { cursor } } }`);
      expect(errors?.[0]?.message).toMatch(/^first: expected/);
    }
  });
});
