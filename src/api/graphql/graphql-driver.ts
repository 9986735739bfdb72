import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AbstractGraphQLDriver, type GqlModuleOptions } from '@nestjs/graphql';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createHandler, type OperationContext, type Request as HttpRequest } from 'graphql-http';
import { present } from '../../kernel/assert.js';
import type { Settings } from '../../platform/config/settings.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER, SETTINGS } from '../../platform/platform.module.js';
import { RequestAuthenticator } from '../http/request-authenticator.js';
import { DocumentCache } from './document-cache.js';
import { presentError } from './errors.js';
import { answer, badRequest, withCode } from './http-answer.js';
import type { RequestContext } from './request-context.js';
import { checkVariables } from './request-values.js';

type Incoming = HttpRequest<FastifyRequest, RequestContext>;

/**
 * GraphQL over HTTP on Fastify by the reference implementation of its specification, with each
 * distinct document parsed and validated once.
 */
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
    const handle = createHandler<FastifyRequest, RequestContext>(this.handlerOptions(schema));
    fastify.all(options.path ?? '/graphql', async (request, reply) => {
      const context = await this.contextOf(request, reply);
      const { url, method, headers } = request;
      const body = request.body as Record<string, unknown> | null;
      const [text, init] = await handle({ url, method, headers, body, raw: request, context });
      void reply.code(init.status).headers(init.headers ?? {});
      return reply.send(text ?? undefined);
    });
  }

  async stop(): Promise<void> {
    // Nothing of its own to end: the HTTP server is the application's.
  }

  private handlerOptions(
    schema: GraphQLSchema,
  ): Parameters<typeof createHandler<FastifyRequest, RequestContext>>[0] {
    const documents = new DocumentCache(schema);
    return {
      schema,
      formatError: withCode,
      onSubscribe: (request: Incoming, { query, operationName, variables }) => {
        const { headers, context } = request;
        const unfit = checkVariables(variables);
        if (unfit.length > 0) return badRequest(headers, unfit);
        const checked = documents.check(query, this.mayIntrospect(context));
        if (!checked.ok) {
          const errors = checked.errors.map((error) => this.show(error, context));
          return checked.reason === 'refused' ? badRequest(headers, errors) : errors;
        }
        return {
          schema,
          document: checked.document,
          operationName,
          variableValues: variables,
          contextValue: context as unknown as OperationContext as undefined,
        };
      },
      onOperation: ({ headers, context }, _args, result) => {
        const { errors } = result;
        if (errors === undefined) return answer(headers, result);
        return answer(headers, { ...result, errors: errors.map((error) => this.show(error, context)) });
      },
    };
  }

  private show(error: GraphQLError, { requestId }: RequestContext): GraphQLError {
    return presentError(error, requestId, this.logger);
  }

  /** In production strangers do not get the schema told. */
  private mayIntrospect({ principal }: RequestContext): boolean {
    return principal.kind !== 'anonymous' || this.settings.isEmbedded;
  }

  private async contextOf(request: FastifyRequest, reply: FastifyReply): Promise<RequestContext> {
    const principal = await this.authenticator.authenticate(request);
    return { principal, requestId: randomUUID(), request, reply, loaders: new Map() };
  }
}
