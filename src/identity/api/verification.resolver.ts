import { Field, ID, Int, Mutation, ObjectType, Query, registerEnumType, Resolver, Args } from '@nestjs/graphql';
import { AllowPlatformAdmins } from '../../api/graphql/access.js';
import {
  connectionOf,
  PageArguments,
  readInstantKey,
  readPage,
  toConnection,
  type Connection,
} from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { IdempotencyKey } from '../../api/graphql/idempotency-key.js';
import { StateRejection } from '../../api/graphql/rejection.js';
import { resultUnion } from '../../api/graphql/result-union.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import { VerificationService, type VerificationStatus } from '../../eventstore/verification.service.js';
import { present } from '../../kernel/assert.js';
import { actorOf, type AuthenticatedPrincipal } from '../contract.js';

export const VERIFICATION_STATUS_NAMES = {
  QUEUED: 'queued',
  RUNNING: 'running',
  HOLDS: 'holds',
  BROKEN: 'broken',
} as const satisfies Record<string, VerificationStatus>;
registerEnumType(VERIFICATION_STATUS_NAMES, {
  name: 'VerificationStatus',
  description: 'How far a check of the log is.',
  valuesMap: {
    QUEUED: { description: 'It waits for its turn.' },
    RUNNING: { description: 'The log is being read.' },
    HOLDS: { description: 'Every hash, fold, projection and invariant holds.' },
    BROKEN: { description: 'Something does not hold: lie says what.' },
  },
});

@ObjectType('Verification', { description: 'A check of the whole log and of everything made from it.' })
class VerificationType {
  @Field(() => ID, { description: 'Its id.' })
  verificationId!: string;

  @Field(() => VERIFICATION_STATUS_NAMES, { description: 'How far it is.' })
  status!: string;

  @Field({ description: 'Who asked for it: member:….' })
  requestedBy!: string;

  @Field(() => InstantScalar, { description: 'When it was asked for.' })
  requestedAt!: Date;

  @Field(() => InstantScalar, { nullable: true, description: 'When it was over.' })
  finishedAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'Streams that were read; null until it is over.' })
  streams!: number | null;

  @Field(() => Int, { nullable: true, description: 'Events in them; null until it is over.' })
  events!: number | null;

  @Field(() => Int, { nullable: true, description: 'Read models that were rebuilt and compared.' })
  projections!: number | null;

  @Field(() => String, { nullable: true, description: 'The first thing that does not hold.' })
  lie!: string | null;
}

const VerificationConnection = connectionOf(VerificationType, 'Verification', 'checks of the log');

@ObjectType({ description: 'The log is being checked: look at it until it is over.' })
class StartVerificationSuccess {
  @Field(() => VerificationType, { description: 'How far it is.' })
  verification!: VerificationType;
}

const StartVerificationResult = resultUnion('startVerification', [StartVerificationSuccess, StateRejection]);

@Resolver()
export class VerificationResolver {
  constructor(private readonly service: VerificationService) {}

  @Query(() => VerificationConnection, { description: 'Checks of the log that were asked for, newest first.' })
  @AllowPlatformAdmins()
  async verifications(@Args() pageArguments: PageArguments): Promise<Connection<VerificationType>> {
    const page = readPage(pageArguments, 2);
    const [at = '', verificationId = ''] = page.after ?? [];
    const before = page.after && { at: readInstantKey(at), verificationId };
    const rows = await this.service.list(before, page.first + 1);
    return toConnection(rows, page, (row) => row, (row) => [
      row.requestedAt.toISOString(),
      row.verificationId,
    ]);
  }

  @Mutation(() => StartVerificationResult, {
    description: 'Recomputes every hash, fold, projection and invariant of the log, in the background.',
  })
  @AllowPlatformAdmins()
  async startVerification(
    @IdempotencyKey() idempotencyKey: string,
    @Caller() caller: AuthenticatedPrincipal,
  ): Promise<object> {
    const who = { actor: actorOf(caller), scope: caller.organizationId };
    const outcome = await this.service.request(who, idempotencyKey);
    if (outcome.kind === 'open') {
      const { state } = outcome;
      const message = `a check of the log is ${state}: look at that one`;
      return { __typename: 'StateRejection', code: 'VERIFICATION_OPEN', message, state };
    }
    const verification = present(await this.service.find(outcome.verificationId), 'own verification');
    return { __typename: 'StartVerificationSuccess', verification };
  }
}
