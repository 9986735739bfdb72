// One kept-alive connection for load: plain sockets, because the generator has to be quicker than the
// servers it measures.
import { once } from 'node:events';
import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';

const headOf = (path, headers) =>
  [
    `POST ${path} HTTP/1.1`,
    'host: localhost',
    ...Object.entries({ 'content-type': 'application/json', ...headers }).map(([name, value]) => `${name}: ${value}`),
    'content-length: ',
  ].join('\r\n');

/** Answers come whole, in the order of the requests. */
export class Connection {
  #buffered = '';
  #answered = () => undefined;
  #head;

  constructor(socket, path, headers) {
    this.#head = headOf(path, headers);
    this.socket = socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (chunk) => this.#read(chunk));
  }

  static async open(port, headers = {}, path = '/graphql') {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Connection(socket, path, headers);
  }

  /** `body` is ASCII. */
  post(body) {
    this.socket.write(`${this.#head}${body.length}${HEAD_END}${body}`);
    return new Promise((done) => (this.#answered = done));
  }

  close() {
    this.socket.destroy();
  }

  #read(chunk) {
    this.#buffered += chunk;
    const end = this.#buffered.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#buffered.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 'NaN');
    if (Number.isNaN(length)) throw new Error(`no content-length in ${head}`);
    if (this.#buffered.length < end + HEAD_END.length + length) return;
    const text = this.#buffered.slice(end + HEAD_END.length);
    this.#buffered = '';
    this.#answered({ status: Number(head.slice(9, 12)), text });
  }
}
