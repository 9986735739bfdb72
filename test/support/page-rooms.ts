import type { CDPSession, Page } from 'playwright-core';

/** What the page would learn who one is by, and what time it is: without it there is no page to speak of. */
const ALWAYS_ANSWERED = /query (Viewer|Clock)\b/;

/** A question of a page on its way to the exchange. It ends with one of the first three. */
export interface Question {
  /** As the page asked it. */
  pass(): Promise<void>;
  /** No answer: a request that failed. */
  lose(): Promise<void>;
  answerWith(answer: unknown): Promise<void>;
  /** What the exchange says to it. */
  answer(): Promise<any>;
}

/** What becomes of a question. */
export type Interference = (question: Question) => Promise<void>;

/**
 * Stands between a page and the exchange. By the debugger's own means and for questions alone: what a page is made of comes past it, from the
 * browser's cache as it does for anybody (`page.route` has no cache, and lets every file pass through here).
 */
export class Wire {
  /** How often the page that is looked at has asked. */
  asked = 0;
  private at = '';
  private interference: Interference | null = null;

  private constructor(
    private readonly page: Page,
    private readonly session: CDPSession,
    private readonly isTotal: boolean,
  ) {}

  static async of(page: Page, { isTotal = false } = {}): Promise<Wire> {
    const session = await page.context().newCDPSession(page);
    const wire = new Wire(page, session, isTotal);
    session.on('Fetch.requestPaused', (paused) => void wire.onQuestion(paused));
    await session.send('Fetch.enable', { patterns: [{ urlPattern: '*/graphql' }] });
    return wire;
  }

  /** From now on, and what the page at this address asks is counted; null leaves everything as it is. */
  set(interference: Interference | null, at = ''): void {
    this.asked = 0;
    this.at = at;
    this.interference = interference;
  }

  private async onQuestion({ requestId, request }: Paused): Promise<void> {
    const question = this.questionOf(requestId, request);
    const isSpared = !this.isTotal && ALWAYS_ANSWERED.test(request.postData ?? '');
    // One that was on show before may still ask.
    if (!isSpared && this.interference !== null && new URL(request.headers['Referer'] ?? this.page.url()).pathname === this.at) this.asked += 1;
    const interference = isSpared ? null : this.interference;
    // The page may have gone to another address meanwhile, and nobody waits any more.
    await (interference === null ? question.pass() : interference(question)).catch(() => undefined);
  }

  private questionOf(requestId: string, { url, method, headers, postData }: Paused['request']): Question {
    const { session, page } = this;
    return {
      pass: () => session.send('Fetch.continueRequest', { requestId }).then(noWord),
      lose: () => session.send('Fetch.failRequest', { requestId, errorReason: 'Failed' }).then(noWord),
      answerWith: (answer) => {
        const responseHeaders = [{ name: 'content-type', value: 'application/json' }];
        const body = Buffer.from(JSON.stringify(answer)).toString('base64');
        return session.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body }).then(noWord);
      },
      answer: async () => {
        const response = await page.request.fetch(url, { method, headers, ...(postData === undefined ? {} : { data: postData }) });
        return response.json();
      },
    };
  }
}

interface Paused {
  readonly requestId: string;
  readonly request: { readonly url: string; readonly method: string; readonly headers: Readonly<Record<string, string>>; readonly postData?: string };
}

const noWord = (): void => undefined;

/** Kept back until it is let go, and then lost. */
export function silence(): { readonly interference: Interference; readonly lose: () => void } {
  let lose = (): void => undefined;
  const held = new Promise<void>((done) => {
    lose = done;
  });
  return { interference: async (question) => held.then(() => question.lose()), lose };
}

export const BROKEN = 'the exchange could not answer: try again';

/** What an exchange says that breaks. */
export const broken: Interference = (question) =>
  question.answerWith({ data: null, errors: [{ message: BROKEN, extensions: { code: 'INTERNAL' } }] });

/** Every answer as it would be if something in it were otherwise. */
export const changed = (change: (data: unknown) => unknown): Interference => async (question) => {
  const { data, ...rest } = await question.answer();
  await question.answerWith({ data: change(data), ...rest });
};

/** As slow as can be seen: what stands in the place of an answer has been painted before it comes. */
export const afterPaint = (page: Page, interference: Interference): Interference => async (question) => {
  await page.evaluate(framesPass);
  await interference(question);
};

/** Runs in the page. */
function framesPass(): Promise<void> {
  const { requestAnimationFrame } = globalThis as any;
  const pass = (left: number, done: () => void): void => (left === 0 ? done() : requestAnimationFrame(() => pass(left - 1, done)));
  return new Promise((done) => pass(3, done));
}

/** Nobody is called that, and somebody will be: there is no place in it to break a line at. */
const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const NAMED = new Set(['name', 'organizationName', 'email', 'reason', 'note', 'url', 'failureCode', 'purpose', 'description']);

/** Whatever somebody has named, by a name of eighty characters without a space. */
export function lengthen(data: unknown): unknown {
  let count = 0;
  const long = (name: string, value: unknown): unknown => {
    if (!NAMED.has(name) || typeof value !== 'string') return value;
    count += 1;
    return `${LONG}${count}`;
  };
  return JSON.parse(JSON.stringify(data, long));
}

/** A list that grew: whose it is in an answer, what tells its rows apart, and a row of it should there be none. */
export interface LongList {
  readonly path: string;
  readonly field: string;
  readonly key: string;
  readonly row?: Readonly<Record<string, unknown>>;
}

/** The first row of a list, so often: under ids of their own. */
export const multiplied = ({ field, key, row }: LongList, count: number) => (data: unknown): unknown => {
  const list = (data as Record<string, { edges: { node: Readonly<Record<string, unknown>> }[]; pageInfo: object }> | null)?.[field];
  const node = list?.edges[0]?.node ?? row;
  if (list === undefined || node === undefined) return data;
  const edges = Array.from({ length: count }, (_, index) => ({ node: { ...node, [key]: another(node[key], index) } }));
  return { ...(data as object), [field]: { ...list, edges, pageInfo: { ...list.pageInfo, hasNextPage: false, endCursor: null } } };
};

const another = (value: unknown, index: number): unknown => (typeof value === 'number' ? value + index : `${String(value)}-${index}`);

/** To another page without loading it all again, as a link of the page does it. */
export async function goWithin(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => (globalThis as any).history.pushState(null, '', to), path);
  await page.evaluate(restAtLast);
}

/** Runs in the page: until there is a heading and nothing on its way, for some frames together. */
function restAtLast(): Promise<void> {
  const { document, requestAnimationFrame } = globalThis as any;
  const FRAMES = 4;
  return new Promise((done) => {
    const look = (calm: number): void => {
      const isCalm = document.querySelector('main h1') !== null && document.querySelector('main [aria-busy=true]') === null;
      if (isCalm && calm === FRAMES) done();
      else requestAnimationFrame(() => look(isCalm ? calm + 1 : 0));
    };
    look(0);
  });
}
