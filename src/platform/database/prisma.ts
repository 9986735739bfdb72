import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { Prisma, PrismaClient } from '../prisma/generated/client.js';

/** Read models and state that is not a log, through Prisma, on the process's own pool. */
export class Database extends PrismaClient {
  constructor(pool: Pool) {
    super({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  }
}

/** A row with this key is there already: somebody else was first. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
