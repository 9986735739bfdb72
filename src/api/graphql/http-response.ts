import { GraphQLError, type ExecutionResult } from 'graphql';
import type { RequestHeaders, Response } from 'graphql-http';

/** Media types of answers. With the first, a request that cannot be executed is answered by 400. */
export type MediaType = 'application/graphql-response+json' | 'application/json';

const ACCEPTED: Readonly<Record<string, MediaType>> = {
  'application/graphql-response+json': 'application/graphql-response+json',
  'application/json': 'application/json',
  'application/*': 'application/json',
  '*/*': 'application/json',
};

const HEADERS: Readonly<Record<MediaType, Readonly<Record<string, string>>>> = {
  'application/graphql-response+json': {
    'content-type': 'application/graphql-response+json; charset=utf-8',
  },
  'application/json': { 'content-type': 'application/json; charset=utf-8' },
};

const REASONS = { 200: 'OK', 400: 'Bad Request', 405: 'Method Not Allowed' } as const;

export const NOT_ACCEPTABLE: Response = [
  null,
  {
    status: 406,
    statusText: 'Not Acceptable',
    headers: { accept: 'application/graphql-response+json, application/json' },
  },
];

/** What the client accepts, the first that we have; `application/json` when it does not say. */
export function mediaTypeFor(headers: RequestHeaders): MediaType | null {
  const accept = (headers as Record<string, unknown>)['accept'];
  if (typeof accept !== 'string') return 'application/json';
  for (const part of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const charset = parameters.find((parameter) => parameter.startsWith('charset='));
    const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
    const known = Object.hasOwn(ACCEPTED, type) ? ACCEPTED[type] : undefined;
    if (known !== undefined && isUtf8) return known;
  }
  return null;
}

export function respond(
  status: keyof typeof REASONS,
  type: MediaType,
  result: ExecutionResult,
): Response {
  return [JSON.stringify(result), { status, statusText: REASONS[status], headers: HEADERS[type] }];
}

/**
 * Errors of a request that was not executed: 200 for `application/json`, as the specification asks.
 * https://graphql.github.io/graphql-over-http/draft/#sec-Status-Codes
 */
export function respondInvalid(type: MediaType, errors: readonly GraphQLError[]): Response {
  return respond(type === 'application/json' ? 200 : 400, type, { errors });
}

/** Errors of the protocol have a code like every other. */
export function protocolError(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
