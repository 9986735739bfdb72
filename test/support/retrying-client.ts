import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from './app.js';
import type { ServerProcess } from './server-processes.js';
import { giveWay } from './until.js';

/** What somebody asks, under one key. */
export interface Request {
  readonly mutation: string;
  readonly inputType: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly fields: string;
  readonly key: string;
}

/** What came of it: the result of the mutation, a rejection or not. */
export type Answer = Readonly<Record<string, any>>;

interface Response {
  readonly status: number;
  readonly text: string;
}

interface Sent {
  /** What it is called when it fails. */
  readonly name: string;
  readonly query: string;
  readonly variables: Answer;
}

/** Asked this often without an answer, something is stuck. */
const ATTEMPTS_MAX = 20_000;
/** Before the next server is asked: soon, because one of them answers nearly always. */
const AGAIN_MS = 2;
/** Status of an answer that says: the same again in a moment. */
const UNAVAILABLE = 503;

/**
 * A client as the documentation tells people to write one: whatever has no answer is asked again, with
 * the same key, at whichever server answers. A connection that breaks and BUSY are no answers;
 * everything else that is not a result is a bug of ours.
 */
export class RetryingClient {
  /** Attempts that had no answer. */
  unanswered = 0;

  constructor(
    readonly client: ApiClient,
    private readonly servers: readonly ServerProcess[],
  ) {}

  /** @param first index of the server that is asked first; the others are asked in turn after it */
  async ask(request: Request, first: number): Promise<Answer> {
    const { mutation, inputType, fields, key, input } = request;
    const query = `mutation($key: IdempotencyKey!, $input: ${inputType}!) {
      answer: ${mutation}(idempotencyKey: $key, input: $input) {
        __typename ${fields} ... on Rejection { code message } } }`;
    const { answer } = await this.untilAnswered({ name: `${mutation} ${key}`, query, variables: { key, input } }, first);
    return answer as Answer;
  }

  /** One request at all servers at once. @throws Error when they tell different things */
  async askAll(request: Request): Promise<Answer> {
    const all = await Promise.all(this.servers.map((_, index) => this.ask(request, index)));
    const [answer = {}] = all;
    const other = all.find((one) => !isDeepStrictEqual(one, answer));
    if (other === undefined) return answer;
    throw new Error(`I6: ${tell(request, answer)}\nand also ${JSON.stringify(other)}`);
  }

  /** What a query tells, at whichever server answers. */
  async look(query: string, variables: Answer, first: number): Promise<Answer> {
    return this.untilAnswered({ name: query, query, variables }, first);
  }

  /** Use of a reservation, at whichever server takes it: the status of the answer. */
  async report(event: object, first: number): Promise<number> {
    const body = JSON.stringify(event);
    const answer = await this.untilThere('a report of use', first, async (url) => {
      const response = await this.post(`${url}/v1/usage`, body, 'application/cloudevents+json');
      return response?.status === UNAVAILABLE ? null : response;
    });
    return answer.status;
  }

  /** The same at all servers at once: a duplicate everywhere but at one. */
  async reportAll(event: object): Promise<readonly number[]> {
    return Promise.all(this.servers.map((_, index) => this.report(event, index)));
  }

  private async untilAnswered(sent: Sent, first: number): Promise<Answer> {
    return this.untilThere(sent.name, first, (url) => this.attempt(url, sent));
  }

  /** @param attempt null: there is no answer, and the next server is asked */
  private async untilThere<T>(name: string, first: number, attempt: (url: string) => Promise<T | null>): Promise<T> {
    for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts += 1) {
      const url = this.servers[(first + attempts) % this.servers.length]?.url ?? null;
      const answer = url === null ? null : await attempt(url);
      if (answer !== null) return answer;
      this.unanswered += 1;
      await giveWay(AGAIN_MS);
    }
    throw new Error(`${name} was never answered`);
  }

  private async attempt(url: string, { name, query, variables }: Sent): Promise<Answer | null> {
    const response = await this.post(`${url}/graphql`, JSON.stringify({ query, variables }));
    if (response === null) return null;
    const { data, errors } = JSON.parse(response.text) as Answer;
    if (errors === undefined) return data as Answer;
    const codes: readonly string[] = errors.map((one: Answer) => one['extensions'].code);
    if (codes.every((code) => code === 'BUSY')) return null;
    throw new Error(`${name}: ${response.text}`);
  }

  /** Null when the connection broke before all of the response was there. */
  private async post(url: string, body: string, type = 'application/json'): Promise<Response | null> {
    const headers = { ...this.client.headers(), 'content-type': type };
    try {
      const response = await fetch(url, { method: 'POST', headers, body });
      return { status: response.status, text: await response.text() };
    } catch {
      return null;
    }
  }
}

export const tell = (request: Request, answer: Answer): string =>
  `${request.mutation} ${request.key} ${JSON.stringify(request.input)} is told ${JSON.stringify(answer)}`;
