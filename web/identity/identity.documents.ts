import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const VIEWER = graphql(`
  query Viewer {
    viewer {
      actor
      role
      isPlatformAdmin
      organization { organizationId name isProvider isBuyer }
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

export const SIGN_OUT = graphql(`
  mutation SignOut($key: IdempotencyKey!) {
    answer: signOut(idempotencyKey: $key) {
      __typename
      ... on SignOutSuccess { signedOut }
    }
  }
`);

export type Viewer = ResultOf<typeof VIEWER>['viewer'];
export type Role = NonNullable<Viewer['role']>;
