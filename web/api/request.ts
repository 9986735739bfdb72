import { createRequest, type AnyVariables, type CombinedError, type OperationResult } from '@urql/core';
import { client } from './client.js';
import { textOf, type Document } from './graphql.js';
import type { Answer, Failure } from './query.js';

/** A document as the client wants it; the same one for the same text and variables. */
export function requestOf<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
): ReturnType<typeof createRequest> {
  return createRequest(textOf(document), sendable(variables) as AnyVariables);
}

/** What came in an answer may be sent back as it came: without the names of types that the cache put in it. */
function sendable(variables: unknown): unknown {
  const text = JSON.stringify(variables, (name, value: unknown) => (name === '__typename' ? undefined : value));
  return text === undefined ? undefined : JSON.parse(text);
}

/** Asks the exchange, past what is kept. Never throws: no answer is a failure that says what to do. */
export async function ask<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
): Promise<Answer<Result>> {
  const request = requestOf(document, variables);
  const isMutation = textOf(document).trimStart().startsWith('mutation');
  const source = isMutation
    ? client.executeMutation(request)
    : client.executeQuery(request, { requestPolicy: 'network-only' });
  return answerOf<Result>(await source.toPromise());
}

export function answerOf<Data>({ data, error }: OperationResult): Answer<Data> {
  if (error !== undefined) return { ok: false, failure: failureOf(error) };
  return { ok: true, data: data as Data };
}

function failureOf({ networkError, graphQLErrors: [error] }: CombinedError): Failure {
  if (networkError !== undefined || error === undefined) {
    return { kind: 'unreachable', message: 'The exchange does not answer. Nothing is lost: try again.' };
  }
  return { kind: kindOf(error.extensions['code']), message: error.message };
}

function kindOf(code: unknown): Failure['kind'] {
  switch (code) {
    case 'UNAUTHENTICATED':
      return 'signed-out';
    case 'FORBIDDEN':
      return 'forbidden';
    // It may have happened or not: the same key, sent again, tells.
    case 'BUSY':
    case 'INTERNAL':
      return 'unreachable';
    default:
      return 'refused';
  }
}
