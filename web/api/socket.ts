import type { Client as SocketClient } from 'graphql-ws/client';

type Sink = Parameters<SocketClient['subscribe']>[1];
interface Payload {
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
}

const RETRIES_MAX = 1_000;
const WAIT_MAX_MS = 10_000;

let socket: Promise<SocketClient> | null = null;

/** One socket for all subscriptions, opened with the first and closed after the last. */
function connection(): Promise<SocketClient> {
  socket ??= import('graphql-ws/client').then(({ createClient }) =>
    createClient({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
      lazyCloseTimeout: 3_000,
      retryAttempts: RETRIES_MAX,
      // Whoever reads is not told to hurry: what was missed comes with the first message.
      shouldRetry: () => true,
      retryWait: (retries) => new Promise((go) => setTimeout(go, waitMs(retries))),
      // A page that polls anyway says when the exchange is gone.
      onNonLazyError: () => undefined,
    }),
  );
  return socket;
}

function waitMs(retries: number): number {
  return Math.min(WAIT_MAX_MS, 250 * 2 ** Math.min(retries, 6));
}

/** Hands on what a subscription brings until it is told to stop. */
export function subscribe(payload: Payload, sink: Sink): () => void {
  let stop = (): void => undefined;
  let isStopped = false;
  void connection().then((client) => {
    if (isStopped) return;
    const { query, variables } = payload;
    stop = client.subscribe({ query, ...(variables === undefined ? {} : { variables }) }, sink);
  });
  return () => {
    isStopped = true;
    stop();
  };
}

/** Somebody else's cookie counts from now on: sockets prove it when they open. */
export function reopenSocket(): void {
  void socket?.then((client) => client.terminate());
}
