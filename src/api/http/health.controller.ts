import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Pool } from 'pg';
import { POOL } from '../../platform/platform.module.js';

const READY_WITHIN_MS = 2_000;

/** For load balancers and start scripts. Says nothing about the inside. */
@Controller('health')
export class HealthController {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  /** The process answers. */
  @Get('live')
  live(): { readonly status: string } {
    return { status: 'live' };
  }

  /** The process can do its work: its database answers. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ readonly status: string }> {
    const isReady = await this.databaseAnswers();
    if (!isReady) void reply.code(503).header('retry-after', '1');
    return { status: isReady ? 'ready' : 'unavailable' };
  }

  private async databaseAnswers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((done) => {
      timer = setTimeout(() => done(false), READY_WITHIN_MS);
    });
    const asked = this.pool.query('SELECT 1').then(
      () => true,
      () => false,
    );
    const answered = await Promise.race([asked, late]);
    clearTimeout(timer);
    return answered;
  }
}
