import { DAY_MS, type Duration } from '../../src/kernel/time.js';
import type { SimulatedClock } from '../../src/platform/clock/clock.js';
import { Database } from '../../src/platform/database/prisma.js';
import { CLOCK } from '../../src/platform/platform.module.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { INVITED, Membership, PASSWORD, remove, roleOf } from '../support/membership.js';

let app: TestApp;
let people: Membership;
beforeAll(async () => {
  app = await startTestApp();
  people = new Membership(app);
});
afterAll(() => app.close());

const JOINED = '... on AcceptInvitationSuccess { organizationId memberId }';

describe('inviting', () => {
  it('shows the token once, and lets the person in when it has chosen a password', async () => {
    const owner = await app.signUp('Inviting');
    const input = { email: ' Grace@Example.com ', name: ' Grace ', role: 'FINANCE' };
    const options = { fields: INVITED, key: 'invite' };
    const first = await owner.mustMutate('inviteMember', 'InviteMemberInput', input, options);
    expect(first['token']).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const { member } = first;
    expect(member).toMatchObject({ email: 'grace@example.com', name: 'Grace', role: 'FINANCE' });
    expect(Date.parse(first['expiresAt']) - Date.parse(member.createdAt)).toBe(7 * DAY_MS);
    const again = await owner.mutate('inviteMember', 'InviteMemberInput', input, options);
    expect(again).toEqual({ ...first, token: null });
    const changed = { ...input, role: 'OWNER' };
    const other = owner.mutate('inviteMember', 'InviteMemberInput', changed, options);
    await expect(other).rejects.toThrow('IDEMPOTENCY_MISMATCH');

    const early = await people.signIn(app.stranger(), 'grace@example.com');
    expect(early['code']).toBe('WRONG_CREDENTIALS');
    const acceptance = { token: first['token'], password: PASSWORD };
    const repeat = { fields: JOINED, key: 'accept' };
    const joined = await app
      .stranger()
      .mustMutate('acceptInvitation', 'AcceptInvitationInput', acceptance, repeat);
    expect(joined['memberId']).toBe(member.memberId);
    const rejoined = await app
      .stranger()
      .mutate('acceptInvitation', 'AcceptInvitationInput', acceptance, repeat);
    expect(rejoined).toEqual(joined);
    const client = await people.signedIn('grace@example.com');
    expect(await roleOf(client)).toBe('FINANCE');
    const { data } = await client.ask('{ members { edges { node { memberId name } } } }');
    const members = data?.['members'].edges.map((edge: any) => edge.node);
    expect(members).toContainEqual({ memberId: member.memberId, name: 'Grace' });
  });

  it('names every wrong field', async () => {
    const owner = await app.signUp('Wrong fields');
    const wrong = { email: 'nobody', name: 'evil\u202eknip', role: 'VIEWER' };
    const options = { fields: INVITED };
    const answer = await owner.mutate('inviteMember', 'InviteMemberInput', wrong, options);
    expect(answer['code']).toBe('VALIDATION_FAILED');
    expect(answer['issues'].map(({ field }: any) => field)).toEqual(['email', 'name']);
  });

  it('refuses an address that is taken, by an account or by an open invitation', async () => {
    const [owner, other] = [await app.signUp('Taken'), await app.signUp('Elsewhere')];
    const email = people.nextEmail();
    const input = { email, name: 'Grace', role: 'TRADER' };
    const rivals = await Promise.all([
      owner.mutate('inviteMember', 'InviteMemberInput', input),
      other.mutate('inviteMember', 'InviteMemberInput', input),
    ]);
    const codes = rivals.map(({ code, __typename }) => code ?? __typename);
    expect(codes.sort()).toEqual(['EMAIL_TAKEN', 'InviteMemberSuccess']);
    const joined = await people.join(owner);
    const again = { ...input, email: joined.email.toUpperCase() };
    const taken = await other.mutate('inviteMember', 'InviteMemberInput', again);
    expect(taken).toMatchObject({ __typename: 'EmailTakenRejection', code: 'EMAIL_TAKEN' });
  });
});

describe('accepting', () => {
  it('answers alike to a token that is unknown, used or withdrawn', async () => {
    const owner = await app.signUp('Tokens');
    const used = await people.invite(owner, people.nextEmail());
    const outcomes = await Promise.all([people.accept(used.token), people.accept(used.token)]);
    const joined = outcomes.filter(({ __typename }) => __typename === 'AcceptInvitationSuccess');
    expect(joined.length).toBe(1);
    const withdrawn = await people.invite(owner, people.nextEmail());
    expect(await remove(owner, withdrawn.memberId)).toEqual({ __typename: 'RemoveMemberSuccess' });
    const refused = [
      await people.accept(used.token),
      await people.accept(withdrawn.token),
      await people.accept('A'.repeat(43)),
      await people.accept(''),
    ];
    expect(refused[0]?.['__typename']).toBe('InvitationNotValidRejection');
    expect(refused.every((one) => one['message'] === refused[0]?.['message'])).toBe(true);
  });

  it('refuses a weak password, and the invitation stays good', async () => {
    const owner = await app.signUp('Weak');
    const email = 'long.enough@example.com';
    const { token } = await people.invite(owner, email);
    for (const [password, reason] of [
      ['short', 'is too short'],
      ['Long.Enough@example.com', 'is the e-mail address'],
    ]) {
      const answer = await people.accept(token, password);
      expect(answer['code']).toBe('VALIDATION_FAILED');
      expect(answer['issues']).toMatchObject([{ field: 'password', reason }]);
    }
    expect((await people.accept(token))['__typename']).toBe('AcceptInvitationSuccess');
  });
});

describe('an invitation that ran out', () => {
  // Last: the clock only goes forward, and the sessions of the tests before end with it.
  it('is refused, and holds its address no longer', async () => {
    const owner = await app.signUp('Too late');
    const email = people.nextEmail();
    const { token, memberId } = await people.invite(owner, email);
    const { data } = await owner.ask('{ members { edges { node { memberId hasJoined invitedUntil } } } }');
    const [joined, invited] = data?.['members'].edges.map(({ node }: { readonly node: object }) => node) ?? [];
    expect(joined).toMatchObject({ hasJoined: true, invitedUntil: null });
    expect(invited).toMatchObject({ memberId, hasJoined: false, invitedUntil: expect.any(String) });
    const clock = app.application.get<SimulatedClock>(CLOCK);
    await clock.advance((7 * DAY_MS) as Duration);
    expect(Date.parse(invited.invitedUntil)).toBeLessThanOrEqual(clock.now());
    const refused = await people.accept(token);
    expect(refused).toMatchObject({ code: 'INVITATION_NOT_VALID', message: expect.stringMatching(/^this invitation ran out at 2\S+Z: ask an owner for a new one$/) });
    const other = await app.signUp('In time');
    const next = await people.invite(other, email);
    expect((await people.accept(next.token))['__typename']).toBe('AcceptInvitationSuccess');
    expect(next.memberId).not.toBe(memberId);
    const entry = await app.application
      .get(Database)
      .auditEntry.findFirstOrThrow({ where: { subject: memberId, action: 'member.removed' } });
    expect(entry.actor).toBe('system:invitations');
  });
});
