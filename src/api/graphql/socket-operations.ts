import { randomUUID } from 'node:crypto';
import {
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import type { Context, ServerOptions, SubscribePayload } from 'graphql-ws';
import type { LiveLimits } from '../../platform/pubsub/live-limits.js';
import type { DocumentCache } from './document-cache.js';
import { apiError } from './errors.js';
import { protocolError } from './http-response.js';
import { subscribeAfresh } from './operation-stream.js';
import type { RequestContext } from './request-context.js';
import type { Hooks } from './request-handler.js';
import { checkVariables } from './request-values.js';
import type { SocketConnection } from './socket-connection.js';

export interface OperationOptions {
  readonly schema: GraphQLSchema;
  readonly documents: DocumentCache;
  readonly hooks: Hooks;
  readonly limits: LiveLimits;
}

type Params = Record<string, unknown> | undefined;
type Options = ServerOptions<Params, SocketConnection>;
type SocketContext = Context<Params, SocketConnection>;
type Checked = ExecutionArgs | readonly GraphQLError[];

/**
 * What operations may do on a socket: queries and subscriptions, under the checks of HTTP. Mutations go
 * over HTTP, where cookies are set and attempts are counted.
 */
export function operationsOn(options: OperationOptions): Options {
  const { hooks } = options;
  return {
    // The connection has its own, in time that tests can move.
    connectionInitWaitTimeout: 0,
    onConnect: ({ extra, connectionParams }) => extra.initialise(connectionParams),
    onSubscribe: (context, id, payload) => prepare(options, context, id, payload),
    subscribe: subscribeAfresh,
    onNext: (...[, , , args, result]) => {
      if (result.errors === undefined) return undefined;
      const context = args.contextValue as RequestContext;
      const errors = result.errors.map((error) => hooks.present(error, context).toJSON());
      return { ...result, errors } as FormattedExecutionResult;
    },
    onError: ({ extra }, _id, _payload, errors) => {
      const context = contextOf(extra);
      return errors.map((error) => hooks.present(error, context).toJSON());
    },
  };
}

function contextOf({ principal }: SocketConnection): RequestContext {
  return { principal, requestId: randomUUID(), loaders: new Map() };
}

function prepare(
  { schema, documents, hooks, limits }: OperationOptions,
  { extra: connection, subscriptions }: SocketContext,
  id: string,
  payload: SubscribePayload,
): Checked {
  const variableValues = payload.variables ?? {};
  const excess = [
    ...overLimit(limits, id, Object.keys(subscriptions).length),
    ...checkVariables(variableValues),
  ];
  if (excess.length > 0) return excess;
  const contextValue = contextOf(connection);
  const checked = documents.check(payload.query, hooks.mayIntrospect(contextValue));
  if (!checked.ok) return checked.errors;
  const { document } = checked;
  const operationName = payload.operationName ?? null;
  const args = { schema, document, operationName, variableValues, contextValue };
  const wrong = wrongOperation(args);
  return wrong.length > 0 ? wrong : args;
}

/** `underWay` counts this one too. */
function overLimit(
  { operationIdMax, operationsMax }: LiveLimits,
  id: string,
  underWay: number,
): readonly GraphQLError[] {
  if (id.length > operationIdMax) return refuse(`id: at most ${operationIdMax} characters`);
  if (underWay <= operationsMax) return [];
  const message = `at most ${operationsMax} operations may be under way on one connection`;
  return [apiError('TOO_MANY_OPERATIONS', message)];
}

/** What can be known before anything runs, and is therefore an error and no result. */
function wrongOperation(args: ExecutionArgs): readonly GraphQLError[] {
  const { schema, document, operationName, variableValues } = args;
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    return refuse('operationName: expected the name of one operation of the document');
  }
  if (operation.operation === OperationTypeNode.MUTATION) {
    return refuse('a mutation needs POST, not a socket');
  }
  const definitions = operation.variableDefinitions ?? [];
  const coerced = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 10 });
  return coerced.errors ?? [];
}

function refuse(message: string): readonly GraphQLError[] {
  return [protocolError(message)];
}
