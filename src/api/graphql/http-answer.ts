import { GraphQLError, type ExecutionResult } from 'graphql';
import type { RequestHeaders, Response, ResponseInit } from 'graphql-http';

const GRAPHQL_TYPE = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';
/** What stands for application/json when a client names it first. */
const JSON_TYPES = new Set([JSON_TYPE, 'application/*', '*/*']);

type Status = Pick<ResponseInit, 'status' | 'statusText'>;
const OK: Status = { status: 200, statusText: 'OK' };
const BAD_REQUEST: Status = { status: 400, statusText: 'Bad Request' };

/**
 * Whether a client wants `application/graphql-response+json`, with which a request that cannot be
 * executed is answered by 400; with `application/json` the specification asks for 200.
 * https://graphql.github.io/graphql-over-http/draft/#sec-Status-Codes
 */
function wantsGraphQLType(headers: RequestHeaders): boolean {
  const accepted = String((headers as Record<string, unknown>)['accept'] ?? '').toLowerCase();
  if (!accepted.includes(GRAPHQL_TYPE)) return false;
  const types = accepted.split(',').map((part) => part.split(';', 1)[0]?.trim() ?? '');
  return types.find((type) => type === GRAPHQL_TYPE || JSON_TYPES.has(type)) === GRAPHQL_TYPE;
}

/** What was executed; without data nothing was: a variable did not fit its type. */
export function answer(headers: RequestHeaders, result: ExecutionResult): Response {
  const type = wantsGraphQLType(headers) ? GRAPHQL_TYPE : JSON_TYPE;
  const isBad = result.data === undefined && type === GRAPHQL_TYPE;
  return respond(isBad ? BAD_REQUEST : OK, type, result);
}

/** 400 with errors, whatever the client accepts. */
export function badRequest(headers: RequestHeaders, errors: readonly GraphQLError[]): Response {
  return respond(BAD_REQUEST, wantsGraphQLType(headers) ? GRAPHQL_TYPE : JSON_TYPE, { errors });
}

function respond(status: Status, type: string, result: ExecutionResult): Response {
  const headers = { 'content-type': `${type}; charset=utf-8` };
  return [JSON.stringify(result), { ...status, headers }];
}

/** Errors of the protocol itself get a code like every other. */
export function withCode(error: Readonly<GraphQLError | Error>): GraphQLError {
  if (error instanceof GraphQLError && 'code' in error.extensions) return error;
  return new GraphQLError(error.message, { extensions: { code: 'BAD_USER_INPUT' } });
}
