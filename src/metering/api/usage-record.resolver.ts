import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { AllowMembers } from '../../api/graphql/access.js';
import { readInstantKey, readPage, toConnection, type Connection } from '../../api/graphql/connection.js';
import { Caller } from '../../api/graphql/current.js';
import { ROLES, type AuthenticatedPrincipal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { UsageReport } from '../../platform/prisma/generated/client.js';
import { UsageRecords } from '../projection/usage-record.queries.js';
import { UsageRecordArguments, UsageRecordConnection, UsageRecordType } from './usage-record.types.js';

/** A request is tried on so many lanes at the most, and one of them has its plain name. */
const TRIES_MAX = 8;
const MICROSECONDS_OF_MILLISECOND = 1_000;

@Resolver()
export class UsageRecordResolver {
  constructor(private readonly records: UsageRecords) {}

  @Query(() => UsageRecordConnection, {
    description: 'What the gateway wrote down of your organization’s requests on one reservation, newest first.',
  })
  @AllowMembers(ROLES, 'market:read')
  async usageRecords(
    @Args() { reservationId, window = null, onlyDisagreeing, ...pageArguments }: UsageRecordArguments,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<Connection<UsageRecordType>> {
    const page = readPage(pageArguments, 2);
    const [servedAt, id] = page.after ?? [];
    const after = servedAt === undefined || id === undefined ? null : { servedAt: readInstantKey(servedAt), id };
    const wanted = { organizationId, reservationId, window, onlyDisagreeing };
    const rows = await this.records.page(wanted, after, page.first + 1);
    return toConnection(rows, page, showRecord, (row) => [row.servedAt.toISOString(), row.id]);
  }

  @Query(() => [UsageRecordType], {
    nullable: true,
    description:
      'What the gateway wrote down of one request of your organization’s: its record, and one for each lane that was given up before. Null: none of yours, or longer ago than records are kept.',
  })
  @AllowMembers(ROLES, 'market:read')
  async requestRecords(
    @Args('requestId', { type: () => ID, description: 'As x-request-id said it.' }) requestId: string,
    @Caller() { organizationId }: AuthenticatedPrincipal,
  ): Promise<readonly UsageRecordType[] | null> {
    const rows = await this.records.ofRequest(organizationId, requestId, TRIES_MAX);
    return rows.length === 0 ? null : rows.map(showRecord);
  }
}

function showRecord(row: UsageReport): UsageRecordType {
  const { reservationId, servedAt, mirrorOf } = row;
  const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = row;
  return {
    ...{ recordId: row.id, reservationId, servedAt, mirrorOf, isCounted: row.counted },
    ...{ model: known(row.model), tier: known(row.tier), outcome: known(row.reason), isStream: known(row.isStream) },
    ...{ inputTokens, cachedInputTokens: cachedTokens, outputTokens, reasoningTokens, isColdStart: row.isCold === true },
    countedOutputTokens: known(row.ownOutputTokens),
    ...{ claimedInputTokens: row.claimedInputTokens, claimedOutputTokens: row.claimedOutputTokens },
    ...{ disagreement: row.dispute, concurrency: known(row.concurrency) },
    ...{ ttftMs: milliseconds(row.ttftUs), streamingMs: milliseconds(row.streamingUs) },
    ...{ queuedMs: inMilliseconds(known(row.queuedUs)), durationMs: inMilliseconds(known(row.durationUs)) },
  };
}

/** What others report may lack it; the gateway's own records never do. */
const known = <Value>(value: Value | null): Value => present(value, 'what the gateway writes down of every request');

const inMilliseconds = (microseconds: bigint): number => Number(microseconds) / MICROSECONDS_OF_MILLISECOND;
const milliseconds = (microseconds: bigint | null): number | null => (microseconds === null ? null : inMilliseconds(microseconds));
