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
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const server = this.servers[(first + attempt) % this.servers.length];
      const answer = await this.attempt(server?.url ?? null, request);
      if (answer !== null) return answer;
      this.unanswered += 1;
      await giveWay(AGAIN_MS);
    }
    throw new Error(`${request.mutation} ${request.key} was never answered`);
  }

  /** One request at all servers at once. @throws Error when they tell different things */
  async askAll(request: Request): Promise<Answer> {
    const all = await Promise.all(this.servers.map((_, index) => this.ask(request, index)));
    const [answer = {}] = all;
    const other = all.find((one) => !isDeepStrictEqual(one, answer));
    if (other === undefined) return answer;
    throw new Error(`I6: ${tell(request, answer)}\nand also ${JSON.stringify(other)}`);
  }

  private async attempt(url: string | null, request: Request): Promise<Answer | null> {
    const text = url === null ? null : await this.post(`${url}/graphql`, request);
    if (text === null) return null;
    const { data, errors } = JSON.parse(text) as Answer;
    if (errors === undefined) return data.answer as Answer;
    const codes: readonly string[] = errors.map((one: Answer) => one['extensions'].code);
    if (codes.every((code) => code === 'BUSY')) return null;
    throw new Error(`${request.mutation} ${request.key}: ${text}`);
  }

  /** Null when the connection broke before all of the response was there. */
  private async post(url: string, { mutation, inputType, fields, key, input }: Request): Promise<string | null> {
    const query = `mutation($key: IdempotencyKey!, $input: ${inputType}!) {
      answer: ${mutation}(idempotencyKey: $key, input: $input) {
        __typename ${fields} ... on Rejection { code message } } }`;
    const body = JSON.stringify({ query, variables: { key, input } });
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
