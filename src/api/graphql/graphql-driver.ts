import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import '@fastify/cookie';
import { Inject, Injectable } from '@nestjs/common';
import { AbstractGraphQLDriver, type GqlModuleOptions } from '@nestjs/graphql';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/contract.js';
import { present } from '../../kernel/assert.js';
import type { Settings } from '../../platform/config/settings.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LIVE_SETTINGS, LOGGER, SETTINGS } from '../../platform/platform.module.js';
import type { Live } from '../../platform/pubsub/live-limits.js';
import { RequestAuthenticator, UnprovenError } from '../http/request-authenticator.js';
import { DocumentCache } from './document-cache.js';
import { apiError, presentError } from './errors.js';
import type { HttpContext, RequestContext } from './request-context.js';
import { RequestHandler, type Hooks } from './request-handler.js';
import { SocketServer } from './socket-server.js';

/** GraphQL over HTTP and over sockets, on the same server and path. */
@Injectable()
export class GraphQLHttpDriver extends AbstractGraphQLDriver {
  private sockets: SocketServer | null = null;

  constructor(
    private readonly authenticator: RequestAuthenticator,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LIVE_SETTINGS) private readonly live: Live,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  async start(options: GqlModuleOptions): Promise<void> {
    const schema = present(options.schema, 'GraphQL schema');
    const path = options.path ?? '/graphql';
    const documents = new DocumentCache(schema);
    const hooks: Hooks = {
      mayIntrospect: (context) => this.mayIntrospect(context),
      present: (error, { requestId }) => presentError(error, requestId, this.logger),
    };
    const { httpAdapter } = this.httpAdapterHost;
    const fastify = httpAdapter.getInstance<FastifyInstance>();
    this.serveHttp(fastify, path, new RequestHandler(schema, documents, hooks));
    const { authenticator, settings, live, logger } = this;
    this.sockets = new SocketServer({
      ...{ schema, documents, hooks, path, authenticator, settings, live, logger },
      parseCookies: (header) => fastify.parseCookie(header),
    });
    this.sockets.attach(httpAdapter.getHttpServer() as HttpServer);
  }

  /** The HTTP server is the application's; it ends once the sockets on it have. */
  async stop(): Promise<void> {
    await this.sockets?.stop();
  }

  private serveHttp(fastify: FastifyInstance, path: string, handler: RequestHandler): void {
    fastify.all(path, async (request, reply) => {
      const principal = await this.callerOf(request);
      if (principal instanceof UnprovenError) return sayBusy(reply, principal);
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

  private async callerOf(request: FastifyRequest): Promise<Principal | UnprovenError> {
    try {
      return await this.authenticator.authenticate(request);
    } catch (error) {
      if (error instanceof UnprovenError) return error;
      throw error;
    }
  }

  /** In production strangers do not get the schema told. */
  private mayIntrospect({ principal }: RequestContext): boolean {
    return principal.kind !== 'anonymous' || this.settings.isEmbedded;
  }
}

function sayBusy(reply: FastifyReply, { code, message }: UnprovenError): FastifyReply {
  void reply.code(503).header('retry-after', '1').type('application/json; charset=utf-8');
  return reply.send(JSON.stringify({ errors: [apiError(code, message)] }));
}

function contextOf(
  principal: Principal,
  request: FastifyRequest,
  reply: FastifyReply,
): HttpContext {
  return { principal, requestId: randomUUID(), request, reply, loaders: new Map() };
}
