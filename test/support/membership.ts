import { ISSUES, type ApiClient, type TestApp } from './app.js';

export const PASSWORD = 'correct horse battery';

/** For `fields` of inviteMember. */
export const INVITED = `... on InviteMemberSuccess {
  token expiresAt member { memberId name email role createdAt } } ${ISSUES}`;
/** For `fields` of changeMemberRole. */
export const CHANGED_ROLE = '... on ChangeMemberRoleSuccess { memberId role }';

type Answer = Promise<Record<string, any>>;

export interface Joined {
  readonly email: string;
  readonly memberId: string;
  readonly client: ApiClient;
}

/** What tests of membership do over and over, through the public API. */
export class Membership {
  private people = 0;

  constructor(private readonly app: TestApp) {}

  nextEmail(): string {
    this.people += 1;
    return `person-${this.people}@example.com`;
  }

  async invite(
    owner: ApiClient,
    email: string,
    role = 'TRADER',
  ): Promise<{ readonly token: string; readonly memberId: string }> {
    const input = { email, name: 'Grace', role };
    const options = { fields: INVITED };
    const invited = await owner.mustMutate('inviteMember', 'InviteMemberInput', input, options);
    return { token: invited['token'], memberId: invited['member'].memberId };
  }

  accept(token: string, password = PASSWORD): Answer {
    const input = { token, password };
    const options = { fields: ISSUES };
    return this.app.stranger().mutate('acceptInvitation', 'AcceptInvitationInput', input, options);
  }

  signIn(client: ApiClient, email: string, password = PASSWORD): Answer {
    return client.mutate('signIn', 'SignInInput', { email, password });
  }

  async signedIn(email: string, password = PASSWORD): Promise<ApiClient> {
    const client = this.app.stranger();
    await client.mustMutate('signIn', 'SignInInput', { email, password });
    return client;
  }

  /** A new member of the owner's organization, signed in. */
  async join(owner: ApiClient, role = 'TRADER'): Promise<Joined> {
    const email = this.nextEmail();
    const { token, memberId } = await this.invite(owner, email, role);
    await this.accept(token);
    return { email, memberId, client: await this.signedIn(email) };
  }
}

export function remove(owner: ApiClient, memberId: string): Answer {
  return owner.mutate('removeMember', 'RemoveMemberInput', { memberId });
}

export function changeRole(owner: ApiClient, memberId: string, role: string): Answer {
  const options = { fields: CHANGED_ROLE };
  return owner.mutate('changeMemberRole', 'ChangeMemberRoleInput', { memberId, role }, options);
}

export function changePassword(
  client: ApiClient,
  currentPassword: string,
  newPassword: string,
): Answer {
  const input = { currentPassword, newPassword };
  return client.mutate('changePassword', 'ChangePasswordInput', input, { fields: ISSUES });
}

/** The role of whoever asks, or the code of the error that says it is nobody. */
export async function roleOf(client: ApiClient): Promise<string> {
  const { data, errors } = await client.ask('{ viewer { role } }');
  return data?.['viewer'].role ?? errors?.[0]?.extensions.code;
}

export async function idOf(client: ApiClient): Promise<string> {
  const { data } = await client.ask('{ viewer { actor } }');
  return data?.['viewer'].actor.replace('member:', '');
}

/** `actor action subject` of an organization's audit trail, oldest first. */
export async function trailOf(owner: ApiClient): Promise<string[]> {
  const { data } = await owner.ask('{ auditEntries { edges { node { actor action subject } } } }');
  return data?.['auditEntries'].edges
    .map(({ node }: any) => `${node.actor} ${node.action} ${node.subject}`)
    .reverse();
}
