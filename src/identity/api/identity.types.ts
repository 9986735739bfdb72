import {
  createUnionType,
  Field,
  ID,
  InputType,
  Int,
  ObjectType,
  registerEnumType,
} from '@nestjs/graphql';
import { connectionOf } from '../../api/graphql/connection.js';
import { NotFoundRejection, Rejection, ValidationRejection } from '../../api/graphql/rejection.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import type { Instant } from '../../kernel/time.js';
import type { Role, Scope } from '../contract.js';

/** GraphQL names of the roles and scopes: enum values may hold neither colons nor dashes. */
export const ROLE_NAMES = {
  OWNER: 'owner',
  TRADER: 'trader',
  FINANCE: 'finance',
  VIEWER: 'viewer',
} as const satisfies Record<string, Role>;
registerEnumType(ROLE_NAMES, {
  name: 'Role',
  description: 'What a member may do in its organization.',
  valuesMap: {
    OWNER: { description: 'Everything, members and keys included.' },
    TRADER: { description: 'List, reserve, bid, resell and cancel.' },
    FINANCE: { description: 'Money: top-ups, invoices, exports, limits of spending, approvals.' },
    VIEWER: { description: 'Read.' },
  },
});

export const SCOPE_NAMES = {
  MARKET_READ: 'market:read',
  MARKET_TRADE: 'market:trade',
  CAPACITY_PROVIDE: 'capacity:provide',
  USAGE_WRITE: 'usage:write',
  INFERENCE_USE: 'inference:use',
  BILLING_READ: 'billing:read',
  BILLING_WRITE: 'billing:write',
} as const satisfies Record<string, Scope>;
registerEnumType(SCOPE_NAMES, {
  name: 'Scope',
  description: 'What an API key may do.',
  valuesMap: {
    MARKET_READ: { description: 'Read what the organization holds and offers.' },
    MARKET_TRADE: { description: 'Reserve, resell and cancel.' },
    CAPACITY_PROVIDE: { description: 'Register pools and list capacity.' },
    USAGE_WRITE: { description: 'Report usage.' },
    INFERENCE_USE: { description: 'Send requests through the inference gateway.' },
    BILLING_READ: { description: 'Read balances, entries and invoices.' },
    BILLING_WRITE: { description: 'Top up and issue invoices.' },
  },
});

@ObjectType('Organization', { description: 'A company or team that provides capacity, buys it, or both.' })
export class OrganizationType {
  @Field(() => ID, { description: 'Its id.' })
  organizationId!: string;

  @Field({ description: 'Its name.' })
  name!: string;

  @Field({ description: 'Whether it may register pools.' })
  isProvider!: boolean;

  @Field({ description: 'Whether it may buy.' })
  isBuyer!: boolean;

  @Field(() => InstantScalar, { description: 'When it signed up; there is nothing of it from before.' })
  createdAt!: Date | Instant;
}

@ObjectType({ description: 'Who is asking, and for whom.' })
export class Viewer {
  @Field({ description: 'member:… or key:…, as it stands in the audit trail.' })
  actor!: string;

  @Field(() => OrganizationType, { description: 'The organization it acts for.' })
  organization!: OrganizationType;

  @Field(() => ROLE_NAMES, { nullable: true, description: 'Role of a member; null for a key.' })
  role!: Role | null;

  @Field(() => [SCOPE_NAMES], { description: 'Scopes of a key; empty for a member.' })
  scopes!: readonly Scope[];

  @Field({ description: 'Whether it runs this exchange.' })
  isPlatformAdmin!: boolean;
}

@ObjectType('Member', { description: 'A person in an organization.' })
export class MemberType {
  @Field(() => ID, { description: 'Its id.' })
  memberId!: string;

  @Field({ description: 'Its name.' })
  name!: string;

  @Field({ description: 'Its e-mail address.' })
  email!: string;

  @Field(() => ROLE_NAMES, { description: 'What it may do.' })
  role!: Role;

  @Field(() => InstantScalar, { description: 'Since when it is a member.' })
  createdAt!: Date;

  @Field({ description: 'Whether it accepted its invitation, or needed none.' })
  hasJoined!: boolean;

  @Field(() => InstantScalar, { nullable: true, description: 'Until when its invitation can be accepted, also when that is over; null once it has joined.' })
  invitedUntil!: Date | number | null;
}

@ObjectType('ApiKey', { description: 'A key for programs. Its token is shown once, when it is made.' })
export class ApiKeyType {
  @Field(() => ID, { description: 'Its id, also the middle part of its token.' })
  keyId!: string;

  @Field({ description: 'What it is for.' })
  name!: string;

  @Field(() => [SCOPE_NAMES], { description: 'What it may do.' })
  scopes!: readonly Scope[];

  @Field(() => InstantScalar, { description: 'When it was made.' })
  createdAt!: number;

  @Field(() => InstantScalar, { description: 'From when on it is refused.' })
  expiresAt!: number;

  @Field(() => InstantScalar, { nullable: true, description: 'When it was revoked.' })
  revokedAt!: number | null;
}

@ObjectType('AuditEntry', { description: 'Who did what to what, and when.' })
export class AuditEntryType {
  @Field(() => ID, { description: 'Its id.' })
  entryId!: string;

  @Field(() => InstantScalar, { description: 'When.' })
  at!: Date;

  @Field({ description: 'Who: member:…, key:… or system:….' })
  actor!: string;

  @Field({ description: 'What was done, such as api-key.created.' })
  action!: string;

  @Field({ description: 'Id of what it was done to.' })
  subject!: string;
}

export const MemberConnection = connectionOf(MemberType, 'Member', 'members');
export const ApiKeyConnection = connectionOf(ApiKeyType, 'ApiKey', 'API keys');
export const AuditEntryConnection = connectionOf(AuditEntryType, 'AuditEntry', 'audit entries');

@ObjectType({
  implements: () => [Rejection],
  description: 'Another account has this e-mail address.',
})
export class EmailTakenRejection extends Rejection {}

@ObjectType({
  implements: () => [Rejection],
  description: 'No account has this e-mail address and password.',
})
export class WrongCredentialsRejection extends Rejection {}

@ObjectType({
  implements: () => [Rejection],
  description: 'Too many attempts in a short time.',
})
export class TooManyAttemptsRejection extends Rejection {
  @Field(() => Int, { description: 'Seconds after which to try again.' })
  retryAfterSeconds!: number;
}

@ObjectType({ description: 'A session; its token is in the cookie of this response.' })
export class SignInSuccess {
  @Field(() => ID, { description: 'Whose session.' })
  memberId!: string;

  @Field(() => InstantScalar, { description: 'When the session ends at the latest.' })
  expiresAt!: number;
}

@ObjectType({ description: 'The session is over and the cookie gone.' })
export class SignOutSuccess {
  @Field({ description: 'Always true.' })
  signedOut!: boolean;
}

@ObjectType({ description: 'An organization and its owner, who may sign in now.' })
export class SignUpSuccess {
  @Field(() => ID, { description: 'The new organization.' })
  organizationId!: string;

  @Field(() => ID, { description: 'Its owner.' })
  memberId!: string;
}

@ObjectType({ description: 'A new key.' })
export class CreateApiKeySuccess {
  @Field(() => ApiKeyType, { description: 'The key.' })
  apiKey!: ApiKeyType;

  @Field(() => String, { nullable: true, description: 'The bearer token, in the first answer only: it is not kept, so a repeated request has null here.' })
  token!: string | null;
}

@ObjectType({ description: 'The key is refused from now on.' })
export class RevokeApiKeySuccess {
  @Field(() => ApiKeyType, { description: 'The key.' })
  apiKey!: ApiKeyType;
}

const byTypename = (value: { readonly __typename?: string }): string | undefined =>
  value.__typename;

export const SignUpResult = createUnionType({
  name: 'SignUpResult',
  description: 'What signUp leads to.',
  types: () => [SignUpSuccess, ValidationRejection, EmailTakenRejection] as const,
  resolveType: byTypename,
});
export const SignInResult = createUnionType({
  name: 'SignInResult',
  description: 'What signIn leads to.',
  types: () => [SignInSuccess, WrongCredentialsRejection, TooManyAttemptsRejection] as const,
  resolveType: byTypename,
});
export const SignOutResult = createUnionType({
  name: 'SignOutResult',
  description: 'What signOut leads to.',
  types: () => [SignOutSuccess] as const,
  resolveType: byTypename,
});
export const CreateApiKeyResult = createUnionType({
  name: 'CreateApiKeyResult',
  description: 'What createApiKey leads to.',
  types: () => [CreateApiKeySuccess, ValidationRejection] as const,
  resolveType: byTypename,
});
export const RevokeApiKeyResult = createUnionType({
  name: 'RevokeApiKeyResult',
  description: 'What revokeApiKey leads to.',
  types: () => [RevokeApiKeySuccess, NotFoundRejection] as const,
  resolveType: byTypename,
});

@InputType({ description: 'A new organization and its owner.' })
export class SignUpInput {
  @Field({ description: 'Name of the organization, 1 to 100 characters.' })
  organizationName!: string;

  @Field({ defaultValue: false, description: 'Whether it will provide capacity.' })
  isProvider!: boolean;

  @Field({ defaultValue: true, description: 'Whether it will buy capacity.' })
  isBuyer!: boolean;

  @Field({ description: 'Name of its owner, 1 to 100 characters.' })
  name!: string;

  @Field({ description: 'E-mail address of its owner, the name to sign in with.' })
  email!: string;

  @Field({ description: '12 to 128 characters.' })
  password!: string;
}

@InputType({ description: 'Credentials of a member.' })
export class SignInInput {
  @Field({ description: 'E-mail address.' })
  email!: string;

  @Field({ description: 'Password.' })
  password!: string;
}

@InputType({ description: 'What a new key is for and may do.' })
export class CreateApiKeyInput {
  @Field({ description: 'What it is for, 1 to 100 characters.' })
  name!: string;

  @Field(() => [SCOPE_NAMES], { description: 'What it may do; at least one.' })
  scopes!: Scope[];

  @Field(() => Int, { defaultValue: 90, description: 'Days until it expires, 1 to 365.' })
  expiresInDays!: number;
}

@InputType({ description: 'Which key to revoke.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: 'Its id.' })
  keyId!: string;
}
