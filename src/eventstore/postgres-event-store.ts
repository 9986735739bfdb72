import type { Pool, PoolClient, QueryResult } from 'pg';
import type { Instant } from '../kernel/time.js';
import { AppendQuery, outcomeOf } from './append-query.js';
import { textArray } from './binary-array.js';
import { categoryOf, type LogPosition, type RecordedEvent, type StreamId } from './event.js';
import type {
  AnswerKey,
  Appender,
  AppendOutcome,
  AppendRequest,
  EventStore,
  LockedStream,
  Snapshot,
  SnapshotToKeep,
  StoredAnswer,
  StreamHead,
} from './event-store.js';
import { GENESIS_HASH } from './hash-chain.js';
import { JointAppends } from './joint-appends.js';
import { loadSnapshot, saveSnapshot } from './postgres-snapshots.js';
import * as sql from './postgres-sql.js';

type Queryable = Pick<Pool | PoolClient, 'query'>;

interface EventRow {
  readonly position: string;
  readonly transaction_id: string;
  readonly stream_id: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly occurred_at_ms: string;
  readonly metadata: string;
  readonly data: string;
  readonly hash: Buffer;
}

/** The event store on PostgreSQL 15 or newer, schema `eventstore`. */
export class PostgresEventStore implements EventStore {
  private readonly joint = new Map<string, JointAppends>();

  constructor(private readonly pool: Pool) {}

  async append(request: AppendRequest): Promise<AppendOutcome> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      return await appendOn(client, request);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw failure;
    } finally {
      client.release(failure);
    }
  }

  openAppender(): Promise<Appender> {
    return Promise.resolve({ append: (request) => this.jointOf(request.stream).append(request), release: () => undefined });
  }

  /** Streams of one kind share their commits: a long one of a market keeps nobody's books waiting. */
  private jointOf(stream: StreamId): JointAppends {
    const category = categoryOf(stream);
    const known = this.joint.get(category) ?? new JointAppends(this.pool, (request) => this.append(request));
    this.joint.set(category, known);
    return known;
  }

  async withLockedStream<T>(
    stream: StreamId,
    work: (locked: LockedStream) => Promise<T>,
  ): Promise<T> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(await lockStream(client, stream));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      await client.query('ROLLBACK').catch(() => undefined);
      throw failure;
    } finally {
      client.release(failure);
    }
  }

  readStream(stream: StreamId, afterVersion: number, limit: number): Promise<RecordedEvent[]> {
    return readStream(this.pool, stream, afterVersion, limit);
  }

  async readLog(after: LogPosition, limit: number): Promise<RecordedEvent[]> {
    return readLog(this.pool, after, limit);
  }

  async readHead(stream: StreamId): Promise<StreamHead> {
    return toHead(await this.pool.query(sql.READ_HEAD, [stream]));
  }

  findAnswers(keys: readonly AnswerKey[]): Promise<StoredAnswer[]> {
    return findAnswers(this.pool, keys);
  }

  loadSnapshot(stream: StreamId): Promise<Snapshot | null> {
    return loadSnapshot(this.pool, stream);
  }

  saveSnapshot(stream: StreamId, snapshot: SnapshotToKeep): Promise<void> {
    return saveSnapshot(this.pool, stream, snapshot);
  }

  async listStreams(prefix: string, afterId: string, limit: number): Promise<StreamId[]> {
    const values = [afterId, prefix, limit];
    const { rows } = await this.pool.query<{ stream_id: string }>(sql.LIST_STREAMS, values);
    return rows.map((row) => row.stream_id as StreamId);
  }
}

/** As {@link EventStore.append}, on a connection of the caller's; in a transaction it commits. */
export function appendOn(client: PoolClient, request: AppendRequest): Promise<AppendOutcome> {
  return finish(client, new AppendQuery([request]));
}

async function finish(client: PoolClient, query: AppendQuery): Promise<AppendOutcome> {
  client.query(query);
  try {
    await query.done;
    return 'appended';
  } catch (error) {
    const outcome = error instanceof Error ? outcomeOf(error) : null;
    if (outcome === null) throw error;
    return outcome;
  }
}

async function lockStream(client: PoolClient, stream: StreamId): Promise<LockedStream> {
  const head = toHead(await client.query(sql.LOCK_HEAD, [stream]));
  return {
    head,
    readTail: (afterVersion) => readStream(client, stream, afterVersion, TAIL_LIMIT),
    findAnswers: (keys) => findAnswers(client, keys),
    append: (request) => appendOn(client, request),
  };
}

/** More than any tail a caller that reads page by page leaves behind. */
const TAIL_LIMIT = 1_000_000;

async function readStream(
  connection: Queryable,
  stream: StreamId,
  afterVersion: number,
  limit: number,
): Promise<RecordedEvent[]> {
  const values = [stream, afterVersion, limit];
  const query = { name: 'read-stream', text: sql.READ_STREAM, values };
  return (await connection.query<EventRow>(query)).rows.map(toRecordedEvent);
}

/** As {@link EventStore.readLog}, on a connection of the caller's. */
export async function readLog(
  connection: Queryable,
  after: LogPosition,
  limit: number,
): Promise<RecordedEvent[]> {
  const values = [after.transactionId.toString(), after.position.toString(), limit];
  const query = { name: 'read-log', text: sql.READ_LOG, values };
  return (await connection.query<EventRow>(query)).rows.map(toRecordedEvent);
}

async function findAnswers(
  connection: Queryable,
  keys: readonly AnswerKey[],
): Promise<StoredAnswer[]> {
  if (keys.length === 0) return [];
  const { rows } = await connection.query<StoredAnswer>({
    name: 'find-answers',
    text: sql.FIND_ANSWERS,
    values: [textArray(keys.map(({ scope }) => scope)), textArray(keys.map(({ key }) => key))],
  });
  return rows;
}

function toHead(result: QueryResult<{ version: number; head_hash: Buffer }>): StreamHead {
  const row = result.rows[0];
  return row === undefined
    ? { version: 0, hash: GENESIS_HASH }
    : { version: row.version, hash: row.head_hash };
}

function toRecordedEvent(row: EventRow): RecordedEvent {
  return {
    position: BigInt(row.position),
    transactionId: BigInt(row.transaction_id),
    stream: row.stream_id as StreamId,
    version: row.version,
    type: row.type,
    schemaVersion: row.schema_version,
    occurredAt: Number(row.occurred_at_ms) as Instant,
    metadata: row.metadata,
    data: row.data,
    hash: row.hash,
  };
}
