// A client as anybody could write one: HTTP and GraphQL, cookies or a key. It repeats what got no
// answer under the same idempotency key, so a server that dies in between costs nothing but time.
const PATIENCE_MS = 120_000;
const PAUSE_MS = 300;
/** What follows from a command takes a moment, not a restart. */
const LOOK_AGAIN_MS = 100;

export class RefusedError extends Error {}

const typeOf = (name) => `${name[0].toUpperCase()}${name.slice(1)}`;
const pause = (ms = PAUSE_MS) => new Promise((done) => setTimeout(done, ms));

const codeOf = (error) => error.code ?? error.cause?.code;

/**
 * Tries until it is done: `attempt` gives `{ done }`, or `{ problem }` for what passes. A connection that
 * fails passes too; any other error does not.
 */
export async function patiently(attempt) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { done, problem } = await attempt().catch((error) => {
      if (codeOf(error) === undefined && error.name !== 'TypeError') throw error;
      return { problem: codeOf(error) ?? error.message };
    });
    if (done !== undefined) return done;
    if (Date.now() > deadline) throw new Error(`no answer for ${PATIENCE_MS / 1_000} s: ${problem}`);
    await pause();
  }
}

/** Repeats until there is an answer that is not "try again". */
async function persistently(request) {
  return patiently(async () => {
    const response = await request();
    const isPassing = response.status >= 500 || response.status === 429;
    return isPassing ? { problem: `status ${response.status}` } : { done: response };
  });
}

export class Client {
  #cookie = null;
  #bearer = null;
  #keys = 0;

  /** @param run names this run: a part of every idempotency key */
  constructor(url, run, name) {
    this.url = url;
    this.run = run;
    this.name = name;
  }

  withKey(token) {
    const client = new Client(this.url, this.run, `${this.name}-key`);
    client.#bearer = token;
    return client;
  }

  get headers() {
    return {
      ...(this.#cookie === null ? {} : { cookie: this.#cookie }),
      ...(this.#bearer === null ? {} : { authorization: `Bearer ${this.#bearer}` }),
    };
  }

  async get(path) {
    return persistently(() => fetch(`${this.url}${path}`, { headers: this.headers }));
  }

  async post(path, contentType, body) {
    const headers = { ...this.headers, 'content-type': contentType };
    return persistently(() => fetch(`${this.url}${path}`, { method: 'POST', headers, body }));
  }

  async ask(query, variables = {}) {
    for (;;) {
      const body = JSON.stringify({ query, variables });
      const response = await this.post('/graphql', 'application/json', body);
      const cookie = response.headers.getSetCookie()[0];
      if (cookie !== undefined) this.#cookie = cookie.split(';')[0];
      const { data, errors } = await response.json();
      if (errors === undefined) return data;
      const codes = errors.map(({ extensions }) => extensions?.code);
      if (!codes.includes('BUSY')) throw new RefusedError(JSON.stringify(errors));
      await pause();
    }
  }

  /**
   * Calls a mutation; a refusal is an error here, because the story expects none.
   *
   * @param success the type that says it was done, where it is not named after the mutation
   */
  async mutate(name, input, fields = '', success = `${typeOf(name)}Success`) {
    this.#keys += 1;
    const key = `demo-${this.run}-${this.name}-${this.#keys}`;
    const query = `mutation($key: IdempotencyKey!, $input: ${typeOf(name)}Input!) {
      answer: ${name}(idempotencyKey: $key, input: $input) {
        __typename ... on ${success} { ${fields || '__typename'} }
        ... on Rejection { code message }
      }
    }`;
    const { answer } = await this.ask(query, { key, input });
    if (answer.code !== undefined) throw new RefusedError(`${name}: ${answer.code}: ${answer.message}`);
    return answer;
  }
}

/** What follows from a command follows a moment later: asks until it has. */
export async function until(ask, isThere, what) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    if (Date.now() > deadline) {
      const seen = JSON.stringify(answer, (_key, value) => (typeof value === 'bigint' ? `${value}` : value));
      throw new Error(`${what} did not come about; last seen: ${seen}`);
    }
    await pause(LOOK_AGAIN_MS);
  }
}
