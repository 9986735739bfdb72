import { cacheExchange, Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { forgetLists } from './kept-lists.js';
import { reopenSocket, subscribe } from './socket.js';

const PATIENCE_MS = 30_000;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERROR = 500;

/** A server that is busy or broken gave no answer: what was sent may have happened or not. */
async function answerOf(...[url, options]: Parameters<typeof fetch>): Promise<Response> {
  const stops = [AbortSignal.timeout(PATIENCE_MS)];
  if (options?.signal instanceof AbortSignal) stops.push(options.signal);
  const response = await fetch(url, { ...options, signal: AbortSignal.any(stops) });
  if (response.status >= SERVER_ERROR || response.status === TOO_MANY_REQUESTS) {
    throw new Error(`the exchange answers ${response.status}`);
  }
  return response;
}

function makeClient(): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetch: answerOf,
    // JSON of this type has status 200 whatever is in it: an answer is no failed request.
    fetchOptions: { headers: { accept: 'application/json' } },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: subscribe({ query, variables }, sink as never) }),
        }),
      }),
    ],
  });
}

/**
 * The one client of the page: answers are kept by document and variables, so that a page that was
 * shown before is there at once and is asked for again behind it.
 */
export let client = makeClient();

/** Somebody else may sit here now: nothing of what was answered before is shown to them. */
export function forgetAnswers(): void {
  client = makeClient();
  forgetLists();
  reopenSocket();
}
