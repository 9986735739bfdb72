import { Args, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import {
  connectionOf,
  PageArguments,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { notFound } from '../../api/graphql/refusals.js';
import { NotFoundRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import { assert } from '../../kernel/assert.js';
import { SessionService } from '../application/session.service.js';
import { ROLES, type AuthenticatedPrincipal } from '../contract.js';

@ObjectType('Session', { description: 'Where you are signed in.' })
class SessionType {
  @Field(() => ID, { description: 'Its id.' })
  sessionId!: string;

  @Field(() => InstantScalar, { description: 'When you signed in.' })
  createdAt!: Date;

  @Field(() => InstantScalar, { description: 'When it was last used, to five minutes.' })
  seenAt!: Date;

  @Field(() => InstantScalar, { description: 'When it ends at the latest.' })
  expiresAt!: Date;

  @Field({ description: 'Whether it is the one that asks.' })
  isCurrent!: boolean;
}

const SessionConnection = connectionOf(SessionType, 'Session', 'sessions');

@InputType({ description: 'Which session to end.' })
class EndSessionInput {
  @Field(() => ID, { description: 'Its id.' })
  sessionId!: string;
}

@ObjectType({ description: 'Its cookie is refused from now on.' })
class EndSessionSuccess {
  @Field(() => ID, { description: 'Which one.' })
  sessionId!: string;
}

const EndSessionResult = resultUnion('endSession', [EndSessionSuccess, NotFoundRejection]);

@Resolver()
export class SessionListResolver {
  constructor(private readonly service: SessionService) {}

  @Query(() => SessionConnection, { description: 'Where you are signed in, the oldest first.' })
  @AllowMembers(ROLES, null)
  async sessions(
    @Args() pageArguments: PageArguments,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<Connection<SessionType>> {
    assert(caller.kind === 'member', 'the access rule admits no keys');
    const page = readPage(pageArguments, 1);
    const rows = await this.service.list(caller.memberId, page.after?.[0] ?? null, page.first + 1);
    const toNode = (row: (typeof rows)[number]): SessionType => ({
      ...row,
      isCurrent: row.sessionId === caller.sessionId,
    });
    return toConnection(rows, page, toNode, ({ sessionId }) => [sessionId]);
  }

  @Mutation(() => EndSessionResult, { description: 'Signs you out elsewhere, or here.' })
  @AllowMembers(ROLES, null)
  async endSession(
    @IdempotencyKey() _idempotencyKey: string,
    @Args('input', { description: 'The session.' }) { sessionId }: EndSessionInput,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    assert(caller.kind === 'member', 'the access rule admits no keys');
    const isEnded = await this.service.end(caller.memberId, sessionId);
    if (isEnded) return { __typename: 'EndSessionSuccess', sessionId };
    return notFound('sessionId', 'you have no such session');
  }
}
