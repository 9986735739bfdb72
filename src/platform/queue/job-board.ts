import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { present } from '../../kernel/assert.js';
import type { JobQueues } from './job-queues.js';

type BullBoard = Parameters<typeof createBullBoard>[0];
type Server = BullBoard['serverAdapter'];
type Given<Method extends keyof Server> = Parameters<Server[Method]>[0];
export type BoardRoute = Given<'setApiRoutes'>[number];
export interface BoardAnswer {
  readonly status: number;
  readonly body: unknown;
}
export interface BoardRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const UI = dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json'));
const TITLE = 'Headroom: jobs';

/**
 * Jobs are rows first, and what a row says is not for a page to change: nothing is added here, and no
 * job is given other content.
 */
const CLOSED = /\/(add|update-data|obliterate|job-schedulers\/.*)$/;

/** Bull Board without a web server: its pages, its files, and what its pages ask for. */
export class JobBoard {
  readonly pages: readonly string[];
  readonly routes: readonly BoardRoute[];
  /** By path below the board; read at start, so that no request names a path on disk. */
  private constructor(
    private readonly parts: BoardParts,
    private readonly queues: JobQueues,
    private readonly setQueues: (queues: readonly BullMQAdapter[]) => void,
    readonly files: ReadonlyMap<string, Buffer>,
    private readonly page: string,
  ) {
    this.pages = [parts.entry.route].flat();
    this.routes = parts.routes.filter(({ method, route }) => {
      return method === 'get' || ![route].flat().some((path) => CLOSED.test(path));
    });
  }

  static async of(queues: JobQueues): Promise<JobBoard> {
    const parts = new BoardParts();
    const options = { uiBasePath: UI, uiConfig: { boardTitle: TITLE } };
    const { setQueues } = createBullBoard({ queues: [], serverAdapter: parts, options });
    const files = await readFiles(join(UI, 'dist', 'static'));
    const page = await readFile(join(UI, 'dist', 'index.ejs'), 'utf8');
    return new JobBoard(parts, queues, setQueues, files, page);
  }

  /** Its one page: the same files, with nothing inline and nothing from elsewhere. */
  html(basePath: string): string {
    const { params } = this.parts.entry.handler({ basePath, uiConfig: this.parts.config });
    const styles = [...this.page.matchAll(/href="(static\/css\/[^"]+)"/g)].map(([, path]) => path);
    const scripts = [...this.page.matchAll(/src="(static\/js\/[^"]+)"/g)].map(([, path]) => path);
    return [
      '<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8">',
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      `<base href="${params['basePath']}"><title>${TITLE}</title>`,
      '<link rel="icon" type="image/svg+xml" id="fav-logo" href="static/images/logo.svg">',
      ...styles.map((path) => `<link rel="stylesheet" href="${path}">`),
      '</head><body class="preload">',
      `<script id="__UI_CONFIG__" type="application/json">${params['uiConfig']}</script>`,
      '<div id="root"></div>',
      ...scripts.map((path) => `<script defer src="${path}"></script>`),
      '</body></html>',
    ].join('');
  }

  async answer(route: BoardRoute, request: BoardRequest): Promise<BoardAnswer> {
    const { board, config: uiConfig } = this.parts;
    if (board.size === 0) {
      this.setQueues([...(await this.queues.open()).values()].map((queue) => new BullMQAdapter(queue)));
    }
    try {
      const { status = 200, body } = await route.handler({ ...request, queues: board, uiConfig });
      return { status, body };
    } catch (error) {
      const told = this.parts.explain(error instanceof Error ? error : new Error(String(error)));
      return { status: told.status ?? 500, body: told.body };
    }
  }
}

/** What Bull Board hands to a web server. */
class BoardParts implements Server {
  routes: Given<'setApiRoutes'> = [];
  board: Given<'setQueues'> = new Map();
  config: Given<'setUIConfig'> = {};
  private entryRoute: Given<'setEntryRoute'> | null = null;
  private handler: Given<'setErrorHandler'> | null = null;

  get entry(): Given<'setEntryRoute'> {
    return present(this.entryRoute, 'entry route of the board');
  }

  explain(error: Error): ReturnType<Given<'setErrorHandler'>> {
    return present(this.handler, 'error handler of the board')(error);
  }

  setQueues(queues: Given<'setQueues'>): this {
    this.board = queues;
    return this;
  }

  setViewsPath(): this {
    return this;
  }

  setStaticPath(): this {
    return this;
  }

  setEntryRoute(route: Given<'setEntryRoute'>): this {
    this.entryRoute = route;
    return this;
  }

  setErrorHandler(handler: Given<'setErrorHandler'>): this {
    this.handler = handler;
    return this;
  }

  setApiRoutes(routes: Given<'setApiRoutes'>): this {
    this.routes = routes;
    return this;
  }

  setUIConfig(config: Given<'setUIConfig'>): this {
    this.config = config;
    return this;
  }
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path), await readFile(path)] as const;
    });
  return new Map(await Promise.all(files));
}
