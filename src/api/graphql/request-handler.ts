import type { FastifyRequest } from 'fastify';
import {
  execute,
  getOperationAST,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import {
  parseRequestParams,
  type Request as HttpRequest,
  type RequestParams,
  type Response,
} from 'graphql-http';
import type { DocumentCache } from './document-cache.js';
import {
  mediaTypeFor,
  NOT_ACCEPTABLE,
  protocolError,
  respond,
  respondInvalid,
  type MediaType,
} from './http-response.js';
import type { RequestContext } from './request-context.js';
import { checkVariables } from './request-values.js';

export type Incoming = HttpRequest<FastifyRequest, RequestContext>;

export interface Hooks {
  mayIntrospect(context: RequestContext): boolean;
  /** What a client gets to see of an error. */
  present(error: GraphQLError, context: RequestContext): GraphQLError;
}

type Prepared =
  | { readonly ok: true; readonly args: ExecutionArgs }
  | { readonly ok: false; readonly response: Response };

/**
 * GraphQL over HTTP: https://graphql.github.io/graphql-over-http/draft/. Requests are read by its
 * reference implementation; what hostile ones ask for is refused before anything runs.
 */
export class RequestHandler {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly documents: DocumentCache,
    private readonly hooks: Hooks,
  ) {}

  async handle(request: Incoming): Promise<Response> {
    const type = mediaTypeFor(request.headers);
    if (type === null) return NOT_ACCEPTABLE;
    let params: RequestParams | Response;
    try {
      params = await parseRequestParams(request);
    } catch (error) {
      return respond(400, type, { errors: [protocolError((error as Error).message)] });
    }
    if (!('query' in params)) return params;
    const prepared = this.prepare(request, params, type);
    if (!prepared.ok) return prepared.response;
    const result = this.present(await execute(prepared.args), request.context);
    // Without data nothing was executed: a variable does not fit its type.
    if (result.data === undefined) return respondInvalid(type, result.errors ?? []);
    return respond(200, type, result);
  }

  private prepare(request: Incoming, params: RequestParams, type: MediaType): Prepared {
    const { method, context } = request;
    const { query, operationName, variables } = params;
    const unfit = checkVariables(variables);
    if (unfit.length > 0) return stop(respond(400, type, { errors: unfit }));
    const checked = this.documents.check(query, this.hooks.mayIntrospect(context));
    if (!checked.ok) {
      const errors = checked.errors.map((error) => this.hooks.present(error, context));
      const isRefused = checked.reason === 'refused';
      return stop(isRefused ? respond(400, type, { errors }) : respondInvalid(type, errors));
    }
    const { document } = checked;
    const wrong = wrongOperation(getOperationAST(document, operationName)?.operation, method, type);
    if (wrong !== null) return stop(wrong);
    return {
      ok: true,
      // One literal: objects made by spreading are slow to read, and this is read a lot.
      args: {
        schema: this.schema,
        document,
        operationName,
        variableValues: variables,
        contextValue: context,
      },
    };
  }

  private present(result: ExecutionResult, context: RequestContext): ExecutionResult {
    if (result.errors === undefined) return result;
    const errors = result.errors.map((error) => this.hooks.present(error, context));
    return { ...result, errors };
  }
}

function stop(response: Response): Prepared {
  return { ok: false, response };
}

function wrongOperation(
  operation: OperationTypeNode | undefined,
  method: string,
  type: MediaType,
): Response | null {
  switch (operation) {
    case OperationTypeNode.QUERY:
      return null;
    case OperationTypeNode.MUTATION: {
      if (method !== 'GET') return null;
      const errors = [protocolError('a mutation needs POST')];
      const [text, init] = respond(405, type, { errors });
      return [text, { ...init, headers: { ...init.headers, allow: 'POST' } }];
    }
    case OperationTypeNode.SUBSCRIPTION:
      return respondInvalid(type, [protocolError('one response cannot answer a subscription')]);
    case undefined:
      return respondInvalid(type, [
        protocolError('operationName: expected the name of one operation of the document'),
      ]);
  }
}
