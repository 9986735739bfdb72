import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const VIEWER = graphql(`
  query Viewer {
    viewer {
      actor
      role
      isPlatformAdmin
      organization { organizationId name isProvider isBuyer createdAt }
    }
  }
`);

export const SIGN_UP = graphql(
  `
    mutation SignUp($key: IdempotencyKey!, $input: SignUpInput!) {
      answer: signUp(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SignUpSuccess { organizationId }
      }
    }
  `,
  [REFUSAL],
);

export const SIGN_IN = graphql(
  `
    mutation SignIn($key: IdempotencyKey!, $input: SignInInput!) {
      answer: signIn(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on SignInSuccess { memberId }
      }
    }
  `,
  [REFUSAL],
);

export const ACCEPT_INVITATION = graphql(
  `
    mutation AcceptInvitation($key: IdempotencyKey!, $input: AcceptInvitationInput!) {
      answer: acceptInvitation(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on AcceptInvitationSuccess { memberId }
      }
    }
  `,
  [REFUSAL],
);

export const SIGN_OUT = graphql(`
  mutation SignOut($key: IdempotencyKey!) {
    answer: signOut(idempotencyKey: $key) {
      __typename
      ... on SignOutSuccess { signedOut }
    }
  }
`);


export const CREATE_API_KEY = graphql(
  `
    mutation CreateApiKey($key: IdempotencyKey!, $input: CreateApiKeyInput!) {
      answer: createApiKey(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on CreateApiKeySuccess { token apiKey { keyId } }
      }
    }
  `,
  [REFUSAL],
);

export const TEAMS = graphql(`
  query Teams {
    teams(first: 100) { edges { node { teamId name } } }
  }
`);

export const CREATE_TEAM = graphql(
  `
    mutation CreateTeam($key: IdempotencyKey!, $input: CreateTeamInput!) {
      answer: createTeam(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on CreateTeamSuccess { team { teamId name } }
      }
    }
  `,
  [REFUSAL],
);

export type Viewer = ResultOf<typeof VIEWER>['viewer'];
export type Role = NonNullable<Viewer['role']>;
