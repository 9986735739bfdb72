import { textOf, type Document } from './graphql.js';

/** Why there is no answer. A rejection is an answer. */
export interface Failure {
  readonly kind: 'signed-out' | 'forbidden' | 'refused' | 'unreachable';
  readonly message: string;
}

export type Answer<Data> =
  | { readonly ok: true; readonly data: Data }
  | { readonly ok: false; readonly failure: Failure };

interface GraphQLBody {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string };
  }[];
}

const PATIENCE_MS = 30_000;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERROR = 500;

const failed = (kind: Failure['kind'], message: string): Answer<never> => ({
  ok: false,
  failure: { kind, message },
});

/** Asks the exchange. Never throws: no answer is a failure that says what to do. */
export async function ask<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
): Promise<Answer<Result>> {
  const body = await send(textOf(document), variables);
  if (body === null) {
    return failed('unreachable', 'The exchange does not answer. Nothing is lost: try again.');
  }
  const [error] = body.errors ?? [];
  if (error === undefined) return { ok: true, data: body.data as Result };
  return failed(kindOf(error.extensions?.code), error.message);
}

async function send(query: string, variables: unknown): Promise<GraphQLBody | null> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status >= SERVER_ERROR || response.status === TOO_MANY_REQUESTS) return null;
    return (await response.json()) as GraphQLBody;
  } catch {
    return null;
  }
}

function kindOf(code: string | undefined): Failure['kind'] {
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
