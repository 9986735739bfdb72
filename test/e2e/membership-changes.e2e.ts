import { Database } from '../../src/platform/database/prisma.js';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import {
  changePassword,
  changeRole,
  CHANGED_ROLE,
  idOf,
  Membership,
  PASSWORD,
  remove,
  roleOf,
  trailOf,
} from '../support/membership.js';

let app: TestApp;
let people: Membership;
beforeAll(async () => {
  app = await startTestApp();
  people = new Membership(app);
});
afterAll(() => app.close());

const UNKNOWN_ID = '00000000-0000-7000-8000-000000000000';

async function expectErrors(attempts: readonly Promise<unknown>[], code: string) {
  for (const outcome of await Promise.allSettled(attempts)) {
    expect(outcome.status).toBe('rejected');
    if (outcome.status === 'rejected') expect(String(outcome.reason)).toContain(code);
  }
}

describe('roles', () => {
  it('change at once, once for each key', async () => {
    const owner = await app.signUp('Roles');
    const { client, memberId } = await people.join(owner, 'VIEWER');
    expect(await roleOf(client)).toBe('VIEWER');
    const options = { fields: CHANGED_ROLE, key: 'promote' };
    const input = { memberId, role: 'OWNER' };
    const first = await owner.mutate('changeMemberRole', 'ChangeMemberRoleInput', input, options);
    expect(first).toMatchObject({ memberId, role: 'OWNER' });
    expect(await roleOf(client)).toBe('OWNER');
    expect(await changeRole(owner, memberId, 'TRADER')).toMatchObject({ role: 'TRADER' });
    const again = await owner.mutate('changeMemberRole', 'ChangeMemberRoleInput', input, options);
    expect(again).toEqual(first);
    expect(await roleOf(client)).toBe('TRADER');
    const same = await changeRole(owner, memberId, 'TRADER');
    expect(same).toMatchObject({ memberId, role: 'TRADER' });
    const changes = (await trailOf(owner)).filter((line) => line.includes('role-changed'));
    expect(changes.length).toBe(2);
  });

  it.each(['TRADER', 'FINANCE', 'VIEWER'])('%s may not manage members', async (role) => {
    const owner = await app.signUp(`No ${role}`);
    const { client, memberId } = await people.join(owner, role);
    const invitation = { email: people.nextEmail(), name: 'Eve', role: 'OWNER' };
    const attempts = [
      client.mutate('inviteMember', 'InviteMemberInput', invitation),
      changeRole(client, memberId, 'OWNER'),
      remove(client, await idOf(owner)),
    ];
    await expectErrors(attempts, 'FORBIDDEN');
    expect(await roleOf(client)).toBe(role);
    const changed = await changePassword(client, PASSWORD, 'another long password');
    expect(changed['__typename']).toBe('ChangePasswordSuccess');
  });

  it('are not for strangers and keys', async () => {
    const owner = await app.signUp('Keys');
    const key = { name: 'all', scopes: ['MARKET_READ', 'MARKET_TRADE', 'BILLING_WRITE'] };
    const made = await owner.mustMutate('createApiKey', 'CreateApiKeyInput', key, {
      fields: '... on CreateApiKeySuccess { token }',
    });
    const program = app.stranger();
    program.bearer = made['token'] as string;
    const memberId = await idOf(owner);
    const wanted = [
      [program, 'FORBIDDEN'],
      [app.stranger(), 'UNAUTHENTICATED'],
    ] as const;
    for (const [client, code] of wanted) {
      const invitation = { email: people.nextEmail(), name: 'Eve', role: 'OWNER' };
      const attempts = [
        client.mutate('inviteMember', 'InviteMemberInput', invitation),
        changeRole(client, memberId, 'VIEWER'),
        remove(client, memberId),
        changePassword(client, PASSWORD, 'another long password'),
      ];
      await expectErrors(attempts, code);
    }
  });
});

describe('removing', () => {
  it('ends every session, once for each key, and frees the address', async () => {
    const [owner, other] = [await app.signUp('Removing'), await app.signUp('Next employer')];
    const { client, email, memberId } = await people.join(owner);
    const second = await people.signedIn(email);
    expect([await roleOf(client), await roleOf(second)]).toEqual(['TRADER', 'TRADER']);
    const options = { fields: '... on RemoveMemberSuccess { memberId }', key: 'remove' };
    const input = { memberId };
    const first = await owner.mutate('removeMember', 'RemoveMemberInput', input, options);
    expect(first['memberId']).toBe(memberId);
    expect(await owner.mutate('removeMember', 'RemoveMemberInput', input, options)).toEqual(first);
    const ended = [await roleOf(client), await roleOf(second)];
    expect(ended).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    for (const name of [email, `removed:${memberId}`]) {
      const refused = await people.signIn(app.stranger(), name);
      expect(refused['code']).toBe('WRONG_CREDENTIALS');
    }
    const { data } = await owner.ask('{ members { edges { node { memberId } } } }');
    expect(data?.['members'].edges).toEqual([{ node: { memberId: await idOf(owner) } }]);

    const back = await people.invite(other, email, 'VIEWER');
    expect(back.memberId).not.toBe(memberId);
    await people.accept(back.token);
    expect(await roleOf(await people.signedIn(email))).toBe('VIEWER');
  });

  it('and changing roles find no member of another organization', async () => {
    const [mine, theirs] = [await app.signUp('Mine'), await app.signUp('Theirs')];
    const { memberId, client } = await people.join(mine);
    const removed = await people.join(theirs);
    await remove(theirs, removed.memberId);
    for (const act of [remove, (by: ApiClient, id: string) => changeRole(by, id, 'OWNER')]) {
      const answers = [
        await act(theirs, memberId),
        await act(theirs, removed.memberId),
        await act(theirs, UNKNOWN_ID),
        await act(theirs, 'nobody'),
      ];
      expect(answers[0]).toMatchObject({ __typename: 'NotFoundRejection', code: 'NOT_FOUND' });
      expect(answers.every((answer) => answer['message'] === answers[0]?.['message'])).toBe(true);
    }
    expect(await roleOf(client)).toBe('TRADER');
  });
});

describe('the last owner', () => {
  it('stays, until there is another who can sign in', async () => {
    const owner = await app.signUp('Last owner');
    const ownerId = await idOf(owner);
    const heir = await people.invite(owner, people.nextEmail(), 'OWNER');
    expect(await remove(owner, ownerId)).toMatchObject({
      __typename: 'LastOwnerRejection',
      code: 'LAST_OWNER',
    });
    expect((await changeRole(owner, ownerId, 'VIEWER'))['code']).toBe('LAST_OWNER');
    expect(await roleOf(owner)).toBe('OWNER');
    await people.accept(heir.token);
    expect(await changeRole(owner, ownerId, 'VIEWER')).toMatchObject({ role: 'VIEWER' });
    expect(await roleOf(owner)).toBe('VIEWER');
  });

  it.each([1, 2, 3, 4, 5])('stays when two owners remove each other at once, pair %i', async () => {
    const first = await app.signUp('Two owners');
    const { client: second, memberId: secondId } = await people.join(first, 'OWNER');
    const firstId = await idOf(first);
    await Promise.allSettled([remove(first, secondId), remove(second, firstId)]);
    const where = { memberId: { in: [firstId, secondId] }, removedAt: null, role: 'owner' };
    expect(await app.application.get(Database).member.count({ where })).toBe(1);
  });
});

describe('changing the password', () => {
  it('keeps this session, ends the others, once for each key', async () => {
    const owner = await app.signUp('Passwords');
    const { client, email, memberId } = await people.join(owner, 'VIEWER');
    const other = await people.signedIn(email);
    expect(await roleOf(other)).toBe('VIEWER');
    const input = { currentPassword: PASSWORD, newPassword: 'another long password' };
    const options = { fields: '... on ChangePasswordSuccess { memberId }', key: 'new-password' };
    const first = await client.mutate('changePassword', 'ChangePasswordInput', input, options);
    expect(first['memberId']).toBe(memberId);
    expect([await roleOf(client), await roleOf(other)]).toEqual(['VIEWER', 'UNAUTHENTICATED']);
    const again = await client.mutate('changePassword', 'ChangePasswordInput', input, options);
    expect(again).toEqual(first);
    const old = await people.signIn(app.stranger(), email);
    expect(old['code']).toBe('WRONG_CREDENTIALS');
    expect(await roleOf(await people.signedIn(email, input.newPassword))).toBe('VIEWER');
  });

  it('needs the current password and a good new one', async () => {
    const { client, email } = await people.join(await app.signUp('Careful'));
    const wrong = await changePassword(client, 'not the password', 'another long password');
    expect(wrong).toMatchObject({ __typename: 'WrongPasswordRejection', code: 'WRONG_PASSWORD' });
    const weak = await changePassword(client, PASSWORD, 'short');
    expect(weak['issues']).toMatchObject([{ field: 'newPassword', reason: 'is too short' }]);
    expect(await roleOf(await people.signedIn(email))).toBe('TRADER');
  });

  it('turns away after ten wrong passwords, the right one too', async () => {
    const { client } = await people.join(await app.signUp('Guessing'));
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const wrong = await changePassword(client, `guess ${attempt}`, 'another long password');
      expect(wrong['code']).toBe('WRONG_PASSWORD');
    }
    const right = await changePassword(client, PASSWORD, 'another long password');
    expect(right['__typename']).toBe('TooManyAttemptsRejection');
  });
});

describe('what is kept', () => {
  it('says who did what, and nothing about the person', async () => {
    const owner = await app.signUp('Trail');
    const ownerId = await idOf(owner);
    const { client, email, memberId } = await people.join(owner);
    await changeRole(owner, memberId, 'FINANCE');
    await changePassword(client, PASSWORD, 'another long password');
    await remove(owner, memberId);
    expect((await trailOf(owner)).slice(1)).toEqual([
      `member:${ownerId} member.invited ${memberId}`,
      `member:${memberId} invitation.accepted ${memberId}`,
      `member:${ownerId} member.role-changed ${memberId}`,
      `member:${memberId} member.password-changed ${memberId}`,
      `member:${ownerId} member.removed ${memberId}`,
    ]);
    const database = app.application.get(Database);
    const entries = await database.auditEntry.findMany({ where: { subject: memberId } });
    const answers = await database.$queryRaw`
      SELECT body FROM eventstore.answers WHERE body LIKE ${`%${memberId}%`}`;
    const kept = JSON.stringify([entries, answers]);
    for (const secret of [email, 'Grace', PASSWORD, 'another']) expect(kept).not.toContain(secret);
    const row = await database.member.findUniqueOrThrow({ where: { memberId } });
    expect(row).toMatchObject({ email: `removed:${memberId}`, passwordHash: null });
  });
});
