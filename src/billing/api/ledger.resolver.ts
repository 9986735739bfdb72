import { Args, ArgsType, Field, ID, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { PageArguments, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { apiError } from '../../api/graphql/errors.js';
import { InstantScalar } from '../../api/graphql/scalars.js';
import { streamId, type EventMetadata } from '../../eventstore/event.js';
import { PostgresEventStore } from '../../eventstore/postgres-event-store.js';
import type { AuthenticatedPrincipal } from '../../identity/contract.js';
import { endOfMonth, parseMonth } from '../../kernel/time.js';
import { Database } from '../../platform/database/prisma.js';
import type { Prisma } from '../../platform/prisma/generated/client.js';
import { LedgerEntryConnection, LedgerEntryType } from './wallet.types.js';

@ArgsType()
class LedgerArguments extends PageArguments {
  @Field(() => String, { nullable: true, description: 'On this account; reserved and escrow: on all of them.' })
  account?: string | null;

  @Field(() => String, { nullable: true, description: 'Posted in this month, UTC, such as 2026-11.' })
  month?: string | null;

  @Field(() => ID, { nullable: true, description: 'About this reservation.' })
  reservationId?: string | null;
}

@ObjectType('LedgerTransaction', { description: 'Why lines of your books are there.' })
class LedgerTransactionType {
  @Field(() => ID, { description: 'Your books in the log.' })
  stream!: string;

  @Field(() => Int, { description: 'Place of the event in them, from 1.' })
  version!: number;

  @Field({ description: 'What happened.' })
  eventType!: string;

  @Field({ description: 'SHA-256 over the event and all before it in the stream, hexadecimal.' })
  eventHash!: string;

  @Field(() => InstantScalar, { description: 'When.' })
  occurredAt!: number;

  @Field({ description: 'Who: member:…, key:… or system:….' })
  actor!: string;

  @Field({ description: 'What led to it, such as mutation:payReservation.' })
  cause!: string;

  @Field(() => [LedgerEntryType], { description: 'What the event posted: its amounts sum to zero.' })
  entries!: readonly LedgerEntryType[];
}

const VERSION_MAX = 2 ** 31 - 1;

/** The books of an organization, and what is behind each line of them. */
@Resolver()
export class LedgerResolver {
  constructor(
    private readonly store: PostgresEventStore,
    private readonly database: Database,
  ) {}

  @Query(() => LedgerEntryConnection, { description: 'Your books, line by line, newest first.' })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async ledgerEntries(
    @Args() ledgerArguments: LedgerArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<LedgerEntryType>> {
    const page = readPage(ledgerArguments, 2);
    const behind = page.after === null ? [] : [{ OR: before(page.after) }];
    const rows = await this.database.ledgerEntry.findMany({
      where: { organizationId, AND: [...behind, ...filtersOf(ledgerArguments)] },
      orderBy: [{ version: 'desc' }, { line: 'asc' }],
      take: page.first + 1,
    });
    return toConnection(rows, page, (row) => row, ({ version, line }) => [
      String(version),
      String(line),
    ]);
  }

  @Query(() => LedgerTransactionType, {
    nullable: true,
    description: 'The event behind lines of your books; null when there is none with this version.',
  })
  @AllowMembers(['owner', 'finance'], 'billing:read')
  async ledgerTransaction(
    @Args('version', { type: () => Int, description: 'As the line says it.' }) version: number,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<LedgerTransactionType | null> {
    if (version < 1 || version > VERSION_MAX) {
      throw apiError('BAD_USER_INPUT', `version: expected a whole number from 1 to ${VERSION_MAX}`);
    }
    const stream = streamId('ledger', organizationId);
    const [recorded] = await this.store.readStream(stream, version - 1, 1);
    if (recorded === undefined) return null;
    const { type: eventType, hash, metadata, occurredAt } = recorded;
    const { actor, cause } = JSON.parse(metadata) as EventMetadata;
    const where = { organizationId, version };
    const entries = await this.database.ledgerEntry.findMany({ where, orderBy: { line: 'asc' } });
    const eventHash = hash.toString('hex');
    return { stream, version, eventType, eventHash, occurredAt, actor, cause, entries };
  }
}

function filtersOf({ account, month, reservationId }: LedgerArguments): Prisma.LedgerEntryWhereInput[] {
  return [
    ...(account ? [{ OR: [{ account }, { account: { startsWith: `${account}:` } }] }] : []),
    ...(month ? [{ postedAt: rangeOf(month) }] : []),
    ...(reservationId ? [{ reservationId }] : []),
  ];
}

function rangeOf(month: string): { readonly gte: Date; readonly lt: Date } {
  const start = parseMonth(month);
  if (!start.ok) throw apiError('BAD_USER_INPUT', `month: ${start.error}`);
  return { gte: new Date(start.value), lt: new Date(endOfMonth(start.value)) };
}

/** Lines behind a cursor of (transaction, line); numbers that are none end the list. */
function before([version = '', line = '']: readonly string[]): Prisma.LedgerEntryWhereInput[] {
  const known = /^\d{1,9}$/.test(version) && /^\d{1,4}$/.test(line);
  const at = known ? Number(version) : 0;
  return [{ version: { lt: at } }, { version: at, line: { gt: known ? Number(line) : 0 } }];
}
