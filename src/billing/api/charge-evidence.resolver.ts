import { Args, Field, ID, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { Caller } from '../../api/graphql/current.js';
import { apiError } from '../../api/graphql/errors.js';
import { MicroUsdScalar } from '../../api/graphql/scalars.js';
import { streamId } from '../../eventstore/event.js';
import { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import { Database } from '../../platform/database/prisma.js';
import { readParts } from '../projection/overage-part.rows.js';
import { CHARGE_KIND_NAMES } from './invoice.types.js';
import { OveragePartType, PARTS_DESCRIPTION } from './overage.types.js';
import { LedgerEntryType } from './wallet.types.js';

@ObjectType('ChargeEvidence', { description: 'What a line of an invoice rests on.' })
class ChargeEvidenceType {
  @Field(() => CHARGE_KIND_NAMES, { description: 'What it is for.' })
  kind!: string;

  @Field(() => MicroUsdScalar, { description: 'Charges are above zero, credits below.' })
  amount!: bigint;

  @Field(() => ID, { description: 'Your books in the log.' })
  stream!: string;

  @Field(() => Int, { description: 'Place of the event in them, from 1.' })
  version!: number;

  @Field({ description: 'What happened.' })
  eventType!: string;

  @Field({ description: 'SHA-256 over the event and all before it in the stream, hexadecimal.' })
  eventHash!: string;

  @Field(() => [LedgerEntryType], { description: 'What the event posted: its amounts sum to zero.' })
  entries!: readonly LedgerEntryType[];

  @Field(() => ID, { nullable: true, description: 'Of a credit: the judgement it follows from.' })
  evidence!: string | null;

  @Field(() => [OveragePartType], { description: PARTS_DESCRIPTION })
  parts!: readonly OveragePartType[];
}

const VERSION_MAX = 2 ** 31 - 1;

/** From a line of an invoice to the event, and to the ledger. */
@Resolver()
export class ChargeEvidenceResolver {
  constructor(
    private readonly store: PostgresEventStore,
    private readonly database: Database,
  ) {}

  @Query(() => ChargeEvidenceType, {
    nullable: true,
    description: 'What a line of an invoice or a draft rests on; null when you have no such charge.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async chargeEvidence(
    @Args('version', { type: () => Int, description: 'As the line of an invoice says it.' }) version: number,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<ChargeEvidenceType | null> {
    if (version < 1 || version > VERSION_MAX) {
      throw apiError('BAD_USER_INPUT', `version: expected a whole number from 1 to ${VERSION_MAX}`);
    }
    const key = { organizationId, version };
    const charge = await this.database.ledgerCharge.findUnique({
      where: { organizationId_version: key },
    });
    if (charge === null) return null;
    const stream = streamId('ledger', organizationId);
    const [recorded] = await this.store.readStream(stream, version - 1, 1);
    const { type: eventType, hash } = present(recorded, 'event of a charge');
    const entries = await this.database.ledgerEntry.findMany({ where: key, orderBy: { line: 'asc' } });
    const { kind, amount, evidence } = charge;
    return { kind, amount, stream, version, eventType, eventHash: hash.toString('hex'), entries, evidence, parts: readParts(charge.parts) };
  }
}
