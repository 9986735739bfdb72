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

  private async untilAnswered(sent: Sent, first: number): Promise<Answer> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const server = this.servers[(first + attempt) % this.servers.length];
      const answer = await this.attempt(server?.url ?? null, sent);
      if (answer !== null) return answer;
      this.unanswered += 1;
      await giveWay(AGAIN_MS);
    }
    throw new Error(`${sent.name} was never answered`);
  }

  private async attempt(url: string | null, sent: Sent): Promise<Answer | null> {
    const text = url === null ? null : await this.post(`${url}/graphql`, sent);
    if (text === null) return null;
    const { data, errors } = JSON.parse(text) as Answer;
    if (errors === undefined) return data as Answer;
    const codes: readonly string[] = errors.map((one: Answer) => one['extensions'].code);
    if (codes.every((code) => code === 'BUSY')) return null;
    throw new Error(`${sent.name}: ${text}`);
  }

  /** Null when the connection broke before all of the response was there. */
  private async post(url: string, { query, variables }: Sent): Promise<string | null> {
    const body = JSON.stringify({ query, variables });
    try {
      const response = await fetch(url, { method: 'POST', headers: this.client.headers(), body });
      return await response.text();
    } catch {
      return null;
    }
  }
}

export const tell = (request: Request, answer: Answer): string =>
  `${request.mutation} ${request.key} ${JSON.stringify(request.input)} is told ${JSON.stringify(answer)}`;
