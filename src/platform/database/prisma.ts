import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { PrismaClient } from '../prisma/generated/client.js';

/** Read models and state that is not a log, through Prisma, on the process's own pool. */
export class Database extends PrismaClient {
  constructor(pool: Pool) {
    super({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  }
}
