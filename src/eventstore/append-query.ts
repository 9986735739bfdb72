import pg from 'pg';
import type { Connection, Submittable } from 'pg';
import { formatInstant } from '../kernel/time.js';
import { BinaryCopyWriter } from './binary-copy.js';
import type { AppendOutcome, AppendRequest, OutboxMessage, StoredAnswer } from './event-store.js';
import type { ChainedEvent } from './event.js';

const COPY_EVENTS = `COPY eventstore.events
  (stream_id, version, type, schema_version, occurred_at, metadata, data, hash)
  FROM STDIN (FORMAT binary);`;
const COPY_ANSWERS = `COPY eventstore.answers (scope, key, fingerprint, body)
  FROM STDIN (FORMAT binary);`;

/**
 * Appends as one message exchange and one commit. The statements travel as one simple query, which PostgreSQL
 * runs as one transaction, and the rows follow at once without waiting to be asked for: when an
 * earlier statement fails, the server reads and drops them, as the protocol says it must
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY).
 */
export class AppendQuery implements Submittable {
  readonly done: Promise<void>;
  private readonly message: Message;
  private isSent = false;
  private resolve: () => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  /**
   * @param patienceMs how long it waits for a row that another holds; null: as long as any statement may take
   * @throws UnwritableError before anything is asked
   */
  constructor(requests: readonly AppendRequest[], patienceMs: number | null = null) {
    try {
      this.message = messageOf(requests, patienceMs);
    } catch (error) {
      throw new UnwritableError(error);
    }
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Sends it behind whatever is under way; the client is told to expect the answer all the same. */
  sendAhead(connection: Connection): void {
    this.isSent = true;
    this.send(connection);
  }

  submit(connection: Connection): void {
    if (!this.isSent) this.send(connection);
  }

  private send(connection: Connection): void {
    const { statements, rows } = this.message;
    const stream = connection as unknown as CopyConnection;
    stream.stream.cork();
    connection.query(statements);
    for (const one of rows) sendRows(stream, one);
    stream.stream.uncork();
  }

  /** Of a statement, or of the connection; the client asks for nothing more of us after it. */
  handleError(error: Error): void {
    this.reject(error);
  }

  /** Every statement is done and the transaction they were is committed. */
  handleReadyForQuery(): void {
    this.resolve();
  }

  handleRowDescription(): void {
    // The void of `advance`, and what was set.
  }

  handleDataRow(): void {
    // The void of `advance`, and what was set.
  }

  handleCommandComplete(): void {
    // One for each statement; the end is `ReadyForQuery`.
  }

  handleCopyInResponse(): void {
    // The rows are on their way already.
  }

  handleEmptyQuery(): void {
    // Never: there is always a statement.
  }
}

const UNIQUE_VIOLATION = '23505';
const ANSWERS_CONSTRAINT = 'answers_pkey';
const EVENTS_CONSTRAINT = 'events_pkey';
const LOCK_NOT_AVAILABLE = '55P03';
/** Raised by `eventstore.advance`. */
const STREAM_MOVED = 'HRVER';

/** What an append came to that failed with this; null: nothing was written, and nobody else's writing is why. */
export function outcomeOf(error: Error): AppendOutcome | null {
  const { code, constraint } = error as { readonly code?: string; readonly constraint?: string };
  if (code === STREAM_MOVED) return 'version-conflict';
  if (code !== UNIQUE_VIOLATION) return null;
  if (constraint === ANSWERS_CONSTRAINT) return 'answer-exists';
  // Two writers on a stream that has no row yet.
  return constraint === EVENTS_CONSTRAINT ? 'version-conflict' : null;
}

/** It waited too long for a row. */
export const isOfPatience = (error: Error): boolean => (error as { readonly code?: string }).code === LOCK_NOT_AVAILABLE;

/** What cannot be written down, such as an instant that is none: a bug of whoever made it. */
export class UnwritableError extends Error {
  override readonly name = 'UnwritableError';
  constructor(override readonly cause: unknown) {
    super('an append cannot be written down');
  }
}

/** Nothing was written and the connection goes on: a statement was refused, or nothing was asked. Else what became of it is unknown. */
export const isRefused = (error: Error): boolean =>
  error instanceof UnwritableError || (error as { readonly severity?: string }).severity === 'ERROR';

/** What `pg` has for COPY and its types leave out. */
interface CopyConnection {
  readonly stream: { cork(): void; uncork(): void };
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

function sendRows(connection: CopyConnection, rows: Buffer): void {
  connection.sendCopyFromChunk(rows);
  connection.endCopyFrom();
}

interface Message {
  readonly statements: string;
  /** Of each COPY among them, in their order. */
  readonly rows: readonly Buffer[];
}

function messageOf(requests: readonly AppendRequest[], patienceMs: number | null): Message {
  const events = requests.flatMap((request) => request.events);
  const answers = requests.flatMap((request) => request.answers);
  const outbox = requests.flatMap((request) => request.outbox);
  const patience = patienceMs === null ? '' : `set_config('lock_timeout', '${patienceMs}', true), `;
  const statements = [
    `SELECT ${patience}eventstore.advance(stream, expected, expected_hash, version, hash)
      FROM (VALUES ${requests.map(advanceOf).join(', ')}) AS heads (stream, expected, expected_hash, version, hash);`,
    ...(events.length > 0 ? [COPY_EVENTS] : []),
    ...(answers.length > 0 ? [COPY_ANSWERS] : []),
    ...(outbox.length > 0 ? [insertJobs(outbox)] : []),
  ].join('\n');
  const rows = [...(events.length > 0 ? [copyOfEvents(events)] : []), ...(answers.length > 0 ? [copyOfAnswers(answers)] : [])];
  return { statements, rows };
}

function advanceOf({ stream, expected, events }: AppendRequest): string {
  const head = events.at(-1) ?? expected;
  const values = [`${literal(stream)}::text`, expected.version, bytesLiteral(expected.hash), head.version, bytesLiteral(head.hash)];
  return `(${values.join(', ')})`;
}

const bytesLiteral = (bytes: Buffer): string => `'\\x${bytes.toString('hex')}'::bytea`;
const literal = (text: string): string => pg.escapeLiteral(text);

function insertJobs(outbox: readonly OutboxMessage[]): string {
  const rows = outbox.map(({ queue, job, dedupeKey, payload, runAt }) => {
    const texts = [queue, job, dedupeKey, payload, formatInstant(runAt)];
    return `(${texts.map(literal).join(', ')})`;
  });
  return `INSERT INTO eventstore.outbox (queue, job, dedupe_key, payload, run_at)
    VALUES ${rows.join(', ')} ON CONFLICT (queue, dedupe_key) DO NOTHING;`;
}

function copyOfEvents(events: readonly ChainedEvent[]): Buffer {
  const writer = new BinaryCopyWriter();
  for (const event of events) {
    writer
      .row(8)
      .text(event.stream)
      .integer(event.version)
      .text(event.type)
      .integer(event.schemaVersion)
      .instant(event.occurredAt)
      .text(event.metadata)
      .text(event.data)
      .bytes(event.hash);
  }
  return writer.end();
}

function copyOfAnswers(answers: readonly StoredAnswer[]): Buffer {
  const writer = new BinaryCopyWriter();
  for (const { scope, key, fingerprint, body } of answers) {
    writer.row(4).text(scope).text(key).bytes(fingerprint).text(body);
  }
  return writer.end();
}
