// The upstreams that the demo's lanes lead to: simulators, each in a vendor's dialect.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('simulators.child.mjs', import.meta.url));

/** Simulated upstreams by name, until they are stopped. */
export class Simulators {
  #child = fork(CHILD, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  #asked = 0;
  #answers = new Map();
  #exited;

  constructor() {
    this.#child.on('message', ({ id, url }) => this.#answers.get(id)?.(url));
    this.#exited = once(this.#child, 'exit');
  }

  /** @returns the URL under which it speaks OpenAI's protocol */
  start(name, seed, scenario) {
    return this.#ask({ what: 'start', name, seed, scenario });
  }

  /** Changes how it answers from now on. */
  become(name, scenario) {
    return this.#ask({ what: 'become', name, scenario });
  }

  async stop() {
    this.#child.disconnect();
    await this.#exited;
  }

  async #ask(message) {
    this.#asked += 1;
    const id = this.#asked;
    const answered = new Promise((done) => this.#answers.set(id, done));
    this.#child.send({ id, ...message });
    const died = this.#exited.then(() => {
      throw new Error('the simulated upstreams ended');
    });
    return Promise.race([answered, died]).finally(() => this.#answers.delete(id));
  }
}
