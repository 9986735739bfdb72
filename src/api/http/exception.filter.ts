import { randomUUID } from 'node:crypto';
import {
  Catch,
  HttpException,
  Inject,
  Injectable,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Issue } from '../../kernel/issue.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/platform.module.js';
import { issuesOf } from './bad-request.js';
import { titleOf } from './problem.js';

/** Errors a client can mend carry their status; anything else is ours and is told by reference. */
interface Told {
  readonly status: number;
  readonly detail: string;
  /** Which parts of the request are wrong, and what would be accepted. */
  readonly issues?: readonly Issue[] | undefined;
}

const INTERNAL = 500;
const UNAVAILABLE = 503;

/**
 * The last stop of every error. GraphQL presents its own; over HTTP they become problem details
 * (RFC 9457), never a stack trace.
 */
@Injectable()
@Catch()
export class ApiExceptionFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(exception: unknown, host: ArgumentsHost): unknown {
    // A resolver that returns an error has failed with it.
    if (host.getType<string>() === 'graphql') return exception;
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const told = this.tell(exception);
    if (told.status === UNAVAILABLE) void reply.header('retry-after', '1');
    return reply
      .code(told.status)
      .type('application/problem+json')
      .send({ type: 'about:blank', title: titleOf(told.status), ...told });
  }

  private tell(exception: unknown): Told {
    if (exception instanceof HttpException) {
      return { status: exception.getStatus(), detail: exception.message, issues: issuesOf(exception) };
    }
    const { code, statusCode, message } = exception as Partial<Readonly<Record<string, unknown>>>;
    if (code === 'BUSY') {
      return { status: UNAVAILABLE, detail: String(message) };
    }
    if (typeof statusCode === 'number' && statusCode < INTERNAL) {
      return { status: statusCode, detail: String(message) };
    }
    const reference = randomUUID();
    if (!(exception instanceof GraphQLError)) {
      this.logger.error({ err: exception, reference }, 'a request failed');
    }
    const detail = `something went wrong on our side; our log has it as ${reference}`;
    return { status: INTERNAL, detail };
  }
}
