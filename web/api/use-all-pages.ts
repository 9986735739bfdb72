import { useEffect, useState } from 'react';
import { afterPaint } from './after-paint.js';
import { askAgain } from './ask-again.js';
import { report } from './connection.js';
import { textOf, type Document } from './graphql.js';
import { keepList, keptList, sameAsKept } from './kept-lists.js';
import type { Answer, Failure, Query } from './query.js';
import { onRefresh } from './refresh.js';
import { ask } from './request.js';

export interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface AllPagesOptions {
  readonly everyMs?: number;
  /** A list of more pages is cut off here; `isWhole` says so. */
  readonly pagesMax?: number;
}

export interface Whole<Node> {
  readonly nodes: readonly Node[];
  readonly isWhole: boolean;
}

/** A list so long that it is not asked for again by itself every few seconds. */
const OFTEN_MAX_PAGES = 3;

/** All of a list that is told page by page: shown as it comes in, then kept up to date as one. */
export function useAllPages<Result, Variables, Node>(
  document: Document<Result, Variables & { after: string | null }>,
  variables: Variables | null,
  pick: (result: Result) => Connection<Node>,
  { everyMs = 5_000, pagesMax = 100 }: AllPagesOptions = {},
): Query<Whole<Node>> {
  const about = JSON.stringify(variables);
  const [held, setHeld] = useState<{ about: string; text: string; query: Query<Whole<Node>> } | null>(null);
  useEffect(() => {
    if (about === 'null') return undefined;
    const walk = new Walk<Result, Variables, Node>(document, JSON.parse(about) as Variables, pick);
    const show = (answer: Query<Whole<Node>>): void => {
      const query = sameAsKept(keyOf(document, about), answer);
      if (query.state === 'ready') keepList(keyOf(document, about), query);
      const text = JSON.stringify(query);
      setHeld((before) => (before?.about === about && before.text === text ? before : { about, text, query }));
    };
    // A list that is on show already is replaced when all of the new one is there.
    let isFirst = keptList(keyOf(document, about)) === undefined;
    const load = async (): Promise<void> => {
      if (globalThis.document.visibilityState !== 'visible' && !isFirst) return;
      await walk.load(pagesMax, (query, isLast) => (isFirst || isLast) && show(query));
      isFirst = false;
    };
    // What is known is on the screen before it is asked for again.
    const spare = isFirst ? undefined : afterPaint(() => void load());
    if (isFirst) void load();
    const again = (): void => {
      if (walk.pages <= OFTEN_MAX_PAGES || walk.isUnanswered) void load();
    };
    const rest = askAgain(everyMs, again, () => walk.isUnanswered);
    const forget = onRefresh(() => void load());
    return () => {
      walk.stop();
      spare?.();
      rest();
      forget();
    };
  }, [document, about, pick, everyMs, pagesMax]);
  if (held?.about === about) return held.query;
  // What was shown before is there with the first paint, and asked for again behind it.
  return (keptList(keyOf(document, about)) as Query<Whole<Node>> | undefined) ?? LOADING;
}

const LOADING = { state: 'loading' } as const;

function keyOf<Result, Variables>(document: Document<Result, Variables>, about: string): string {
  return `${about} ${textOf(document)}`;
}

/** One list being read; a newer reading ends an older one. */
class Walk<Result, Variables, Node> {
  pages = 0;
  /** The exchange did not answer the newest reading. */
  isUnanswered = false;
  private turn = 0;
  private hasShown = false;

  constructor(
    private readonly document: Document<Result, Variables & { after: string | null }>,
    private readonly variables: Variables,
    private readonly pick: (result: Result) => Connection<Node>,
  ) {}

  stop(): void {
    this.turn += 1;
  }

  async load(pagesMax: number, show: (query: Query<Whole<Node>>, isLast: boolean) => void): Promise<void> {
    const turn = (this.turn += 1);
    const nodes: Node[] = [];
    let after: string | null = null;
    for (let page = 1; page <= pagesMax; page += 1) {
      const answer: Answer<Result> = await ask(this.document, { ...this.variables, after });
      if (turn !== this.turn) return;
      report(answer);
      if (!answer.ok) return this.fail(answer.failure, show);
      this.isUnanswered = false;
      const { edges, pageInfo } = this.pick(answer.data);
      nodes.push(...edges.map(({ node }) => node));
      after = pageInfo.endCursor;
      this.pages = page;
      this.hasShown = true;
      show({ state: 'ready', data: { nodes: [...nodes], isWhole: !pageInfo.hasNextPage } }, !pageInfo.hasNextPage || page === pagesMax);
      if (!pageInfo.hasNextPage) return;
    }
  }

  /** Silence takes nothing away that is on show, and neither does the end of a session. */
  private fail(failure: Failure, show: (query: Query<Whole<Node>>, isLast: boolean) => void): void {
    this.isUnanswered = failure.kind === 'unreachable';
    if ((failure.kind === 'unreachable' || failure.kind === 'signed-out') && this.hasShown) return;
    show({ state: 'failed', failure }, true);
  }
}
