import { useCallback, useEffect, useRef, useState } from 'react';
import { afterPaint } from './after-paint.js';
import { report } from './connection.js';
import { textOf, type Document } from './graphql.js';
import { keepList, keptList, sameAsKept } from './kept-lists.js';
import type { Answer, Query } from './query.js';
import { onRefresh } from './refresh.js';
import { ask } from './request.js';
import type { Connection } from './use-all-pages.js';

/** The beginning of a list, as far as somebody has looked. */
export interface Read<Result, Node> {
  readonly nodes: readonly Node[];
  readonly hasMore: boolean;
  /** The newest answer: what it says beside the list. */
  readonly answer: Result;
}

export interface Pages<Result, Node> {
  readonly query: Query<Read<Result, Node>>;
  /** What is on show is of an older question. */
  readonly isBehind: boolean;
  /** Somebody is near the end of what is there. */
  readonly more: () => void;
}

/** A list that somebody has read so far into is not asked for again by itself every few seconds. */
const OFTEN_MAX_PAGES = 3;
const EVERY_MS = 5_000;

type Held<Result, Node> = { readonly about: string; readonly text: string; readonly query: Query<Read<Result, Node>> };

/**
 * A list that may be very long: page by page as somebody comes near its end, and kept up to date as far as it was
 * read. Another question leaves the answer to the one before on show until its own is there.
 */
export function usePages<Result, Variables, Node>(
  document: Document<Result, Variables & { after: string | null }>,
  variables: Variables,
  pick: (result: Result) => Connection<Node>,
): Pages<Result, Node> {
  const about = JSON.stringify(variables);
  const [held, setHeld] = useState<Held<Result, Node> | null>(null);
  const reader = useRef<Reader<Result, Variables, Node> | null>(null);
  useEffect(() => {
    const key = keyOf(document, about);
    const show = (answer: Query<Read<Result, Node>>): void => {
      const query = sameAsKept(key, answer);
      if (query.state === 'ready') keepList(key, query);
      const text = JSON.stringify(query);
      setHeld((before) => (before?.about === about && before.text === text ? before : { about, text, query }));
    };
    const own = new Reader<Result, Variables, Node>({ document, variables: JSON.parse(about) as Variables, pick, show });
    reader.current = own;
    const again = (): void => {
      if (globalThis.document.visibilityState === 'visible') void own.again();
    };
    const isKnown = keptList(key) !== undefined;
    // What is known is on the screen before it is asked for again.
    const spare = isKnown ? afterPaint(() => void own.again()) : undefined;
    if (!isKnown) void own.again();
    const timer = setInterval(() => own.pages <= OFTEN_MAX_PAGES && again(), EVERY_MS);
    const forget = onRefresh(again);
    return () => {
      own.stop();
      spare?.();
      clearInterval(timer);
      forget();
    };
  }, [document, about, pick]);
  const more = useCallback(() => void reader.current?.more(), []);
  const kept = keptList(keyOf(document, about)) as Query<Read<Result, Node>> | undefined;
  if (held?.about === about) return { query: held.query, isBehind: false, more };
  if (kept !== undefined) return { query: kept, isBehind: false, more };
  return { query: held?.query ?? LOADING, isBehind: held !== null, more };
}

const LOADING = { state: 'loading' } as const;

function keyOf<Result, Variables>(document: Document<Result, Variables>, about: string): string {
  return `pages ${about} ${textOf(document)}`;
}

interface Reading<Result, Variables, Node> {
  readonly document: Document<Result, Variables & { after: string | null }>;
  readonly variables: Variables;
  readonly pick: (result: Result) => Connection<Node>;
  readonly show: (query: Query<Read<Result, Node>>) => void;
}

/** One list being read; a newer reading ends an older one. */
class Reader<Result, Variables, Node> {
  pages = 0;
  private turn = 0;
  private isReading = false;
  private nodes: readonly Node[] = [];
  /** Where the next page begins; null: there is none. */
  private next: string | null = null;

  constructor(private readonly given: Reading<Result, Variables, Node>) {}

  stop(): void {
    this.turn += 1;
  }

  /** What was read so far, anew: shown when all of it is there. */
  again(): Promise<void> {
    return this.read(Math.max(1, this.pages), null, []);
  }

  /** One more page, unless one is on its way. */
  async more(): Promise<void> {
    if (this.next !== null && !this.isReading) await this.read(1, this.next, this.nodes);
  }

  private async read(count: number, from: string | null, before: readonly Node[]): Promise<void> {
    const turn = (this.turn += 1);
    const { document, variables, pick, show } = this.given;
    this.isReading = true;
    let [after, nodes, pages] = [from, before, from === null ? 0 : this.pages];
    for (let page = 1; page <= count; page += 1) {
      const answer: Answer<Result> = await ask(document, { ...variables, after });
      if (turn !== this.turn) return;
      report(answer);
      if (!answer.ok) return this.fail(answer);
      const { edges, pageInfo } = pick(answer.data);
      nodes = [...nodes, ...edges.map(({ node }) => node)];
      pages += 1;
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      if (page < count && after !== null) continue;
      [this.nodes, this.next, this.pages, this.isReading] = [nodes, after, pages, false];
      show({ state: 'ready', data: { nodes, hasMore: after !== null, answer: answer.data } });
      return;
    }
  }

  /** Silence takes nothing away that is on show, and neither does the end of a session. */
  private fail({ failure }: Extract<Answer<Result>, { ok: false }>): void {
    this.isReading = false;
    const isSilence = failure.kind === 'unreachable' || failure.kind === 'signed-out';
    if (!isSilence || this.pages === 0) this.given.show({ state: 'failed', failure });
  }
}
