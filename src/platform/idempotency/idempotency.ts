import { createHash } from 'node:crypto';
import { canonicalJson } from '../../kernel/canonical-json.js';
import type { Prisma } from '../prisma/generated/client.js';
import { againstConflicts } from '../database/conflicts.js';
import { type Database } from '../database/prisma.js';

/** One request as its sender named it. */
export interface IdempotentRequest {
  /** Owner of the key: an organization's id, or what stands for a stranger. */
  readonly scope: string;
  readonly key: string;
  /** What the sender said; secrets only in a keyed hash. */
  readonly content: unknown;
}

/** As the log's own mismatch: the key came before with other content. */
class MismatchError extends Error {
  override readonly name = 'IdempotencyMismatchError';
  readonly code = 'IDEMPOTENCY_MISMATCH';
  constructor() {
    super('this idempotency key was used before with other content; use a new key');
  }
}

export interface Idempotent<Answer> {
  readonly answer: Answer;
  /** The answer was given before: nothing was done this time. */
  readonly isReplay: boolean;
}

export type Transaction = Prisma.TransactionClient;

/**
 * Does something that is not in the log once for each key: the change and its answer commit
 * together. A second request with the key waits for the first and gets its answer.
 *
 * @param work returns the answer to keep (JSON-safe, without secrets)
 * @throws an error with code IDEMPOTENCY_MISMATCH when the key was used with other content
 * @throws an error with code BUSY when PostgreSQL gave others precedence again and again
 */
export async function once<Answer>(
  database: Database,
  { scope, key, content }: IdempotentRequest,
  work: (transaction: Transaction) => Promise<Answer>,
): Promise<Idempotent<Answer>> {
  const fingerprint = createHash('sha256').update(canonicalJson(content)).digest();
  return againstConflicts(database, async (transaction) => {
    // The empty body is replaced below; until this commits, a rival insert waits for us.
    const inserted = await transaction.$executeRaw`
      INSERT INTO eventstore.answers (scope, key, fingerprint, body)
      VALUES (${scope}, ${key}, ${fingerprint}, '') ON CONFLICT (scope, key) DO NOTHING`;
    if (inserted === 0) {
      return { answer: await replay<Answer>(transaction, scope, key, fingerprint), isReplay: true };
    }
    const answer = await work(transaction);
    await transaction.$executeRaw`
      UPDATE eventstore.answers SET body = ${JSON.stringify(answer)}
      WHERE scope = ${scope} AND key = ${key}`;
    return { answer, isReplay: false };
  });
}

async function replay<Answer>(
  transaction: Transaction,
  scope: string,
  key: string,
  fingerprint: Buffer,
): Promise<Answer> {
  type Row = { readonly fingerprint: Uint8Array; readonly body: string };
  const [row] = await transaction.$queryRaw<Row[]>`
    SELECT fingerprint, body FROM eventstore.answers WHERE scope = ${scope} AND key = ${key}`;
  if (row === undefined || !fingerprint.equals(row.fingerprint)) throw new MismatchError();
  return JSON.parse(row.body) as Answer;
}
