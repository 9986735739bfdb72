import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

export const MEMBERS = graphql(`
  query Members($after: String) {
    members(after: $after, first: 100) {
      edges { node { memberId name email role createdAt hasJoined invitedUntil } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const INVITE_MEMBER = graphql(
  `
    mutation InviteMember($key: IdempotencyKey!, $input: InviteMemberInput!) {
      answer: inviteMember(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on InviteMemberSuccess { token expiresAt member { name email } }
      }
    }
  `,
  [REFUSAL],
);

export const CHANGE_ROLE = graphql(
  `
    mutation ChangeMemberRole($key: IdempotencyKey!, $input: ChangeMemberRoleInput!) {
      answer: changeMemberRole(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ChangeMemberRoleSuccess { memberId role }
      }
    }
  `,
  [REFUSAL],
);

export const REMOVE_MEMBER = graphql(
  `
    mutation RemoveMember($key: IdempotencyKey!, $input: RemoveMemberInput!) {
      answer: removeMember(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RemoveMemberSuccess { memberId }
      }
    }
  `,
  [REFUSAL],
);

export const API_KEYS = graphql(`
  query ApiKeys($after: String) {
    apiKeys(after: $after, first: 100) {
      edges { node { keyId name scopes createdAt expiresAt revokedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const REVOKE_API_KEY = graphql(
  `
    mutation RevokeApiKey($key: IdempotencyKey!, $input: RevokeApiKeyInput!) {
      answer: revokeApiKey(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RevokeApiKeySuccess { apiKey { keyId } }
      }
    }
  `,
  [REFUSAL],
);

export const ALL_TEAMS = graphql(`
  query AllTeams($after: String) {
    teams(after: $after, first: 100) {
      edges { node { teamId name createdAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const RENAME_TEAM = graphql(
  `
    mutation RenameTeam($key: IdempotencyKey!, $input: RenameTeamInput!) {
      answer: renameTeam(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on RenameTeamSuccess { team { teamId name } }
      }
    }
  `,
  [REFUSAL],
);

export const SESSIONS = graphql(`
  query Sessions($after: String) {
    sessions(after: $after, first: 100) {
      edges { node { sessionId createdAt seenAt expiresAt isCurrent } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const END_SESSION = graphql(
  `
    mutation EndSession($key: IdempotencyKey!, $input: EndSessionInput!) {
      answer: endSession(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on EndSessionSuccess { sessionId }
      }
    }
  `,
  [REFUSAL],
);

export const CHANGE_PASSWORD = graphql(
  `
    mutation ChangePassword($key: IdempotencyKey!, $input: ChangePasswordInput!) {
      answer: changePassword(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on ChangePasswordSuccess { memberId }
      }
    }
  `,
  [REFUSAL],
);

export const AUDIT_ENTRIES = graphql(`
  query AuditEntries($after: String) {
    auditEntries(after: $after, first: 100) {
      edges { node { entryId at actor action subject } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export type Member = ResultOf<typeof MEMBERS>['members']['edges'][number]['node'];
export type ApiKey = ResultOf<typeof API_KEYS>['apiKeys']['edges'][number]['node'];
export type Team = ResultOf<typeof ALL_TEAMS>['teams']['edges'][number]['node'];
export type SessionRow = ResultOf<typeof SESSIONS>['sessions']['edges'][number]['node'];
export type AuditEntry = ResultOf<typeof AUDIT_ENTRIES>['auditEntries']['edges'][number]['node'];
