import { createClient } from 'graphql-ws/client';
import type { Variables } from './operation.js';

// The explorer asks as it is told to, past the one client of the page: with a key no cookie goes with it.

const PATIENCE_MS = 30_000;

export interface Sent {
  readonly query: string;
  readonly variables: Variables;
  readonly operationName: string | null;
}

export interface Told {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** @throws Error nobody answers, or what answers is no JSON */
export async function send({ operationName, ...sent }: Sent, key: string | null): Promise<Told> {
  const response = await fetch('/graphql', {
    method: 'POST',
    // JSON of this type has status 200 whatever is in it: an answer is no failed request.
    headers: { 'content-type': 'application/json', accept: 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    credentials: key === null ? 'same-origin' : 'omit',
    signal: AbortSignal.timeout(PATIENCE_MS),
    body: JSON.stringify({ ...sent, ...(operationName === null ? {} : { operationName }) }),
  });
  return (await response.json()) as Told;
}

export interface Listener {
  readonly onEvent: (told: Told) => void;
  /** It is over: with the reason, when it was not asked to stop. */
  readonly onEnd: (reason: string | null) => void;
}

/** Listens over a socket of its own until it is told to stop; a lost one is not opened again, so that no event is missed in silence. */
export function listen({ query, variables, operationName }: Sent, key: string | null, { onEvent, onEnd }: Listener): () => void {
  const client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    retryAttempts: 0,
    onNonLazyError: () => undefined,
    ...(key === null ? {} : { connectionParams: { authorization: `Bearer ${key}` } }),
  });
  const payload = { query, variables: { ...variables }, ...(operationName === null ? {} : { operationName }) };
  const stop = client.subscribe(payload, {
    next: (told) => onEvent(told as Told),
    error: (cause) => onEnd(reasonOf(cause)),
    complete: () => onEnd(null),
  });
  return () => {
    stop();
    void client.dispose();
  };
}

/** Errors of the operation, a close of the socket with its reason, or neither. */
function reasonOf(cause: unknown): string {
  if (Array.isArray(cause)) return cause.map(({ message }: { readonly message: string }) => message).join('\n');
  const { reason, message } = cause as { readonly reason?: string; readonly message?: string };
  return [reason, message].find((text) => text !== undefined && text !== '') ?? 'The socket was closed.';
}
