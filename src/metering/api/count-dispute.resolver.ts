import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { invalidInput, notFound } from '../../api/graphql/refusals.js';
import { readName } from '../../api/graphql/scalars.js';
import type { JsonOf } from '../../eventstore/stream-definition.js';
import { commandOf, ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import type { ReservationId } from '../../kernel/ids.js';
import { formatInstant } from '../../kernel/time.js';
import { CountDisputeService } from '../application/count-dispute.service.js';
import type { ConcessionRejection as Refused } from '../model/count-dispute.commands.js';
import { COUNT_DISPUTE_LIMITS } from '../model/count-dispute.rules.js';
import { CountDisputes } from '../projection/count-dispute.queries.js';
import { showDispute } from './count-dispute.presentation.js';
import {
  ConcedeCountsInput,
  ConcedeCountsResult,
  CountDisputeArguments,
  CountDisputeConnection,
  type CountDisputeType,
} from './count-dispute.types.js';

@Resolver()
export class CountDisputeResolver {
  constructor(
    private readonly disputes: CountDisputeService,
    private readonly shown: CountDisputes,
  ) {}

  @Query(() => CountDisputeConnection, {
    description:
      'Hours whose counts are disputed, newest first: of reservations that your organization holds, sold or provides.',
  })
  @AllowMembers(ROLES, 'market:read')
  async countDisputes(
    @Args() { reservationId = null, state = null, ...pageArguments }: CountDisputeArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<CountDisputeType>> {
    const page = readPage(pageArguments, 2);
    const [hour, last] = page.after ?? [];
    const isFirst = hour === undefined || last === undefined;
    const after = isFirst ? null : { hour: readInstantKey(hour), reservationId: last };
    const where = { organizationId, reservationId, state };
    const found = await this.shown.find(where, { after, take: page.first + 1 });
    return toConnection(found, page, showDispute, ({ row }) => [row.hour.toISOString(), row.reservationId]);
  }

  @Mutation(() => ConcedeCountsResult, {
    description:
      'Agrees to the other count of an hour whose counts are disputed: its provider to what lowers the hour, its holder to what raises it. Overage is charged or credited by what that changes.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:write')
  async concedeCounts(
    @IdempotencyKey() idempotencyKey: string,
    @Args('input', { description: 'The hour, and what is conceded.' }) input: ConcedeCountsInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const context = commandOf(caller, 'concedeCounts', idempotencyKey, { ...input });
    const { hour, position, evidenceRevision } = input;
    const reservationId = input.reservationId as ReservationId;
    const { organizationId: callerId } = caller;
    // What is no text that can be kept is as if it were empty.
    const note = readName(input.note, COUNT_DISPUTE_LIMITS.noteLength) ?? '';
    const said = { reservationId, hour, position, evidenceRevision, callerId, note };
    const outcome = await this.disputes.concede(context, said);
    if (!outcome.accepted) return showRejection(outcome.rejection);
    return { __typename: 'ConcedeCountsSuccess', reservationId, revision: outcome.answer.revision };
  }
}

function showRejection(rejection: JsonOf<Refused>): object {
  switch (rejection.code) {
    case 'DISPUTE_NOT_FOUND':
      return notFound('reservationId', 'your organization has no such hour whose counts are disputed');
    case 'VALIDATION_FAILED':
      return invalidInput(rejection.issues);
    default: {
      const { code, ...found } = rejection;
      const data = { until: null, position: null, allowed: [], evidenceRevision: null, ...found };
      return { __typename: 'ConcessionRejection', code, message: messageOf(rejection), ...data };
    }
  }
}

type Shown = Exclude<JsonOf<Refused>, { code: 'DISPUTE_NOT_FOUND' | 'VALIDATION_FAILED' }>;

function messageOf(rejection: Shown): string {
  switch (rejection.code) {
    case 'ALREADY_CONCEDED':
      return `the hour is billed as ${rejection.position}, for good`;
    case 'DISPUTE_OVER':
      return `somebody could concede until ${formatInstant(rejection.until)}; the hour stays as it was billed`;
    case 'NOT_YOURS_TO_CONCEDE':
      return `you can concede: ${rejection.allowed.join(', ') || 'nothing'}`;
    case 'EVIDENCE_CHANGED':
      return `requests of the hour came in late: look at revision ${rejection.evidenceRevision} of the evidence`;
    case 'HOUR_NOT_RATED':
      return 'some requests of the hour are not rated yet: send the same again in a few seconds, with another key';
  }
}
