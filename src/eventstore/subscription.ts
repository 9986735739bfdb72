import type { Pool, PoolClient } from 'pg';
import { readCheckpoint } from './checkpoint.js';
import { moveCheckpoint, valuesOf, type Move } from './checkpoint-moves.js';
import { isAfter, type LogPosition, type RecordedEvent } from './event.js';
import { LogTail } from './log-tail.js';
import { doneUnless, withClient, type Statement } from './statements-query.js';

/**
 * A reader of the whole log.
 *
 * - `statements`: what is to be written, as data; it commits together with the checkpoint, in one
 *   message exchange, so each event is applied once.
 * - `rows`: the same for who has to read in between: `handle` writes through the given client.
 * - `commands`: `handle` sends commands and the checkpoint follows; after a crash the same events
 *   come again, so every command carries an idempotency key made of the event. It says whether
 *   anything had to be done.
 */
export type Subscription = StatementSubscription | RowSubscription | CommandSubscription;

export interface StatementSubscription {
  readonly name: string;
  readonly kind: 'statements';
  statementsOf(events: readonly RecordedEvent[]): readonly Statement[];
}

export interface RowSubscription {
  readonly name: string;
  readonly kind: 'rows';
  /** Whether any of them leads to anything, whenever that is asked: a page that does not takes no transaction. */
  concerns(events: readonly RecordedEvent[]): boolean;
  handle(events: readonly RecordedEvent[], client: PoolClient): Promise<void>;
}

export interface CommandSubscription {
  readonly name: string;
  readonly kind: 'commands';
  handle(events: readonly RecordedEvent[]): Promise<boolean>;
}

/** Where a reader stands. */
export interface ReaderPlace {
  readonly checkpoint: LogPosition;
  /** At the checkpoint, or behind events that it had nothing to do with. */
  readonly read: LogPosition;
}

export interface SubscriptionStep {
  readonly events: number;
  /** True when there may be more to read at once. */
  readonly isBehind: boolean;
  readonly hasMoved: boolean;
  /** Where the reader is now; null when it has to be asked for. */
  readonly place: ReaderPlace | null;
}

/** What a step may be told that it would ask the database for. */
export interface StepOptions {
  /** Where the reader was left. */
  readonly place?: ReaderPlace | null;
  readonly log?: Pick<LogTail, 'read'>;
  /** Events at most. */
  readonly limit?: number;
  /** The checkpoint may stay where it is for now when there was nothing to do: what is read again then leads to nothing. */
  readonly mayPutOff?: boolean;
}

/** Events handled and committed together, unless more are asked for. */
export const PAGE = 500;

/** Moves the checkpoint as a part of a transaction that it ends where another process was first. */
const MOVE = `SELECT eventstore.move_checkpoint(
  $1, $2::text::xid8, $3::text::int8, $4::text::xid8, $5::text::int8)`;
/** Raised by `eventstore.move_checkpoint`. */
const READER_MOVED = 'HRCHK';
const COMMIT: Statement = { text: 'COMMIT', values: [] };

/** Handles one page and moves the checkpoint past it. */
export async function stepSubscription(
  pool: Pool,
  subscription: Subscription,
  { place = null, log = LogTail.alone(pool), limit = PAGE, mayPutOff = false }: StepOptions = {},
): Promise<SubscriptionStep> {
  const { name } = subscription;
  const known = place ?? (await placeOf(pool, name));
  const events = await log.read(known.read, limit);
  const to = events.at(-1);
  if (to === undefined) return atEnd(pool, name, known);
  const move = { name, from: known.checkpoint, to };
  const moved = await handle(pool, subscription, { events, move, mayPutOff });
  return { events: events.length, isBehind: true, hasMoved: moved === true, place: placeAfter(move, moved) };
}

/** What was put off is kept now. */
async function atEnd(
  pool: Pool,
  name: string,
  { checkpoint: from, read: to }: ReaderPlace,
): Promise<SubscriptionStep> {
  if (to === from) return { events: 0, isBehind: false, hasMoved: false, place: { checkpoint: from, read: to } };
  const move = { name, from, to };
  const hasMoved = await moveCheckpoint(pool, move);
  return { events: 0, isBehind: false, hasMoved, place: placeAfter(move, hasMoved) };
}

function placeAfter({ from, to }: Move, moved: boolean | 'later'): ReaderPlace | null {
  if (moved === 'later') return { checkpoint: from, read: to };
  return moved ? { checkpoint: to, read: to } : null;
}

async function placeOf(pool: Pool, name: string): Promise<ReaderPlace> {
  const checkpoint = await readCheckpoint(pool, name);
  return { checkpoint, read: checkpoint };
}

interface Page {
  readonly events: readonly RecordedEvent[];
  readonly move: Move;
  readonly mayPutOff: boolean;
}

/** False when another process moved the checkpoint first. */
async function handle(
  pool: Pool,
  subscription: Subscription,
  { events, move, mayPutOff }: Page,
): Promise<boolean | 'later'> {
  switch (subscription.kind) {
    case 'statements': {
      const statements = subscription.statementsOf(events);
      if (statements.length > 0) return commitStatements(pool, statements, move);
      return mayPutOff ? 'later' : moveCheckpoint(pool, move);
    }
    case 'rows':
      if (!subscription.concerns(events)) return mayPutOff ? 'later' : moveCheckpoint(pool, move);
      return commitRows(pool, (client) => subscription.handle(events, client), move);
    case 'commands': {
      // Commands bring their own connections: holding one meanwhile could starve them of it.
      const hasActed = await subscription.handle(events);
      return !hasActed && mayPutOff ? 'later' : moveCheckpoint(pool, move);
    }
  }
}

/** Rows and checkpoint in one commit, or neither. */
function commitStatements(pool: Pool, statements: readonly Statement[], move: Move): Promise<boolean> {
  return withClient(pool, (client) => movedBy(client, [moveStatement(move), ...statements]));
}

/** The same, for rows that are written one after the other. */
function commitRows(pool: Pool, write: (client: PoolClient) => Promise<void>, move: Move): Promise<boolean> {
  return withClient(pool, async (client) => {
    try {
      await client.query('BEGIN');
      await write(client);
      // By one message: while a transaction that writes is open, no reader sees what is committed after it began.
      const hasMoved = await movedBy(client, [moveStatement(move), COMMIT]);
      if (!hasMoved) await client.query('ROLLBACK');
      return hasMoved;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  });
}

const moveStatement = (move: Move): Statement => ({ name: 'move-or-end', text: MOVE, values: valuesOf(move) });

/** False when another process moved the checkpoint first: nothing of it was done. */
const movedBy = (client: PoolClient, statements: readonly Statement[]): Promise<boolean> => doneUnless(READER_MOVED, client, statements);

/** Whether the subscription has handled everything up to a place in the log. */
export async function hasReached(pool: Pool, name: string, place: LogPosition): Promise<boolean> {
  return !isAfter(place, await readCheckpoint(pool, name));
}
