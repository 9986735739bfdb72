// A client of the gateway in OpenAI's protocol, over keep-alive connections. Each request has a key of its
// own, so that one that is sent again because nobody answered counts once.
import { Agent, request } from 'node:http';
import { patiently } from './client.mjs';

const BYTES_PER_TOKEN = 4;
const EMPTY_CHAT = JSON.stringify([{ role: 'user', content: '' }]).length;
const EMPTY_PROMPT = JSON.stringify('').length;
const WORDS = 'tokens that nobody reads are tokens all the same ';
const CONFLICT = 409;
const COUNTED = 'request_already_counted';

const textOf = (length) => WORDS.repeat(Math.ceil(length / WORDS.length)).slice(0, length);

/** A request that the simulators count as so many tokens in, and answer with so many out. */
export function askFor(model, { inputTokens, outputTokens }, isStream) {
  const common = { model, max_tokens: outputTokens, stream: isStream };
  const bytes = inputTokens * BYTES_PER_TOKEN;
  if (bytes <= EMPTY_CHAT) return { path: 'completions', body: { ...common, prompt: textOf(bytes - EMPTY_PROMPT) } };
  const messages = [{ role: 'user', content: textOf(bytes - EMPTY_CHAT) }];
  return { path: 'chat/completions', body: { ...common, messages } };
}

export class InferenceClient {
  #agent = new Agent({ keepAlive: true, maxSockets: Infinity });

  constructor(url, token) {
    this.url = url;
    this.headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  }

  close() {
    this.#agent.destroy();
  }

  /** What the organization could use right now. */
  async models() {
    return patiently(async () => {
      const response = await fetch(`${this.url}/v1/models`, { headers: this.headers });
      return response.ok ? { done: (await response.json()).data } : { problem: `status ${response.status}` };
    });
  }

  /**
   * Sends until it is answered whole, or was counted before.
   *
   * @returns {Promise<{ lane: string | null, tries: number }>} `lane`: which served it; null: its answer
   *   was lost with a connection, and it is counted
   */
  async serve(key, asked) {
    let tries = 0;
    return patiently(async () => {
      tries += 1;
      const { status, headers, text } = await this.#send(key, asked);
      if (status === 200 && isWhole(asked, text)) return { done: { lane: headers['x-headroom-lane'], tries } };
      if (status === CONFLICT && text.includes(COUNTED)) return { done: { lane: null, tries } };
      if (status >= 500 || status === 429 || status === CONFLICT) return { problem: `status ${status}` };
      if (status === 200) return { problem: 'an answer that was cut short' };
      throw new Error(`the gateway says ${status}: ${text}`);
    });
  }

  #send(key, { path, body }) {
    const content = JSON.stringify(body);
    const headers = { ...this.headers, 'idempotency-key': key, 'content-length': Buffer.byteLength(content) };
    return new Promise((done, fail) => {
      const sent = request(`${this.url}/v1/${path}`, { method: 'POST', agent: this.#agent, headers }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.once('end', () =>
          done({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }),
        );
        response.once('error', fail);
      });
      sent.once('error', fail);
      sent.end(content);
    });
  }
}

const isWhole = ({ body }, text) => (body.stream ? text.trimEnd().endsWith('data: [DONE]') : text.endsWith('}'));
