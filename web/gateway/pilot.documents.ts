import type { ResultOf } from 'gql.tada';
import { graphql } from '../api/graphql.js';
import { REFUSAL } from '../api/refusal.documents.js';

const PILOT = graphql(`
  fragment PilotFields on Pilot {
    pilotId
    state
    share
    mirrorReservationId
    primaryReservationIds
    requests
    requestsMax
    tokens
    tokensMax
    startedAt
    endsAt
    stoppedAt
  }
`);

export const PILOTS = graphql(
  `
    query Pilots($after: String) {
      pilots(after: $after, first: 100) {
        edges { node { ...PilotFields } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [PILOT],
);

export const PILOT_REPORT = graphql(
  `
    query PilotReport($pilotId: ID!) {
      pilotReport(pilotId: $pilotId) {
        pilot { ...PilotFields }
        clientCostPerMillionTokens
        mirrorCostPerMillionTokens
        groups {
          side
          start
          requests
          answered
          failed
          aborted
          refused
          inputTokens
          outputTokens
          ttft { p50 p95 p99 samples }
          streamSpeed { p50 p95 p99 samples }
        }
      }
    }
  `,
  [PILOT],
);

export const START_PILOT = graphql(
  `
    mutation StartPilot($key: IdempotencyKey!, $input: StartPilotInput!) {
      answer: startPilot(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on StartPilotSuccess { pilot { pilotId } }
      }
    }
  `,
  [REFUSAL],
);

export const STOP_PILOT = graphql(
  `
    mutation StopPilot($key: IdempotencyKey!, $input: StopPilotInput!) {
      answer: stopPilot(idempotencyKey: $key, input: $input) {
        __typename
        ...Refusal
        ... on StopPilotSuccess { pilot { pilotId } }
      }
    }
  `,
  [REFUSAL],
);

export type Pilot = ResultOf<typeof PILOT>;
export type PilotReport = NonNullable<ResultOf<typeof PILOT_REPORT>['pilotReport']>;
export type PilotGroup = PilotReport['groups'][number];
