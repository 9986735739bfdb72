import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AbstractGraphQLDriver, type GqlModuleOptions } from '@nestjs/graphql';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { Settings } from '../../platform/config/settings.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER, SETTINGS } from '../../platform/platform.module.js';
import { RequestAuthenticator } from '../http/request-authenticator.js';
import { presentError } from './errors.js';
import type { RequestContext } from './request-context.js';
import { RequestHandler } from './request-handler.js';

/** GraphQL over HTTP on Fastify. */
@Injectable()
export class GraphQLHttpDriver extends AbstractGraphQLDriver {
  constructor(
    private readonly authenticator: RequestAuthenticator,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  async start(options: GqlModuleOptions): Promise<void> {
    const schema = present(options.schema, 'GraphQL schema');
    const fastify = this.httpAdapterHost.httpAdapter.getInstance<FastifyInstance>();
    const handler = new RequestHandler(schema, {
      mayIntrospect: (context) => this.mayIntrospect(context),
      present: (error, { requestId }) => presentError(error, requestId, this.logger),
    });
    fastify.all(options.path ?? '/graphql', async (request, reply) => {
      const principal = await this.authenticator.authenticate(request);
      const context = contextOf(principal, request, reply);
      const { url, method, headers, body } = request;
      const [text, init] = await handler.handle({
        ...{ url, method, headers, raw: request, context },
        body: body as Record<string, unknown> | null,
      });
      void reply.code(init.status).headers(init.headers ?? {});
      return reply.send(text ?? undefined);
    });
  }

  async stop(): Promise<void> {
    // Nothing of its own to end: the HTTP server is the application's.
  }

  /** In production strangers do not get the schema told. */
  private mayIntrospect({ principal }: RequestContext): boolean {
    return principal.kind !== 'anonymous' || this.settings.isEmbedded;
  }
}

function contextOf(
  principal: Principal,
  request: FastifyRequest,
  reply: FastifyReply,
): RequestContext {
  return { principal, requestId: randomUUID(), request, reply, loaders: new Map() };
}
