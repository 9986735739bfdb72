import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../../platform/config/settings.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/platform.module.js';
import { JobBoard, type BoardRequest, type BoardRoute } from '../../platform/queue/job-board.js';
import { JobQueues } from '../../platform/queue/job-queues.js';
import { isOwnOrigin } from '../graphql/socket-door.js';
import { isAllowed } from '../graphql/access.guard.js';
import { titleOf } from './problem.js';
import { RequestAuthenticator } from './request-authenticator.js';

export const JOB_BOARD_PATH = '/admin/jobs';

/** The one style that Bull Board makes while it runs; a browser test holds it to the version in use. */
const STYLE_HASH = 'sha256-r2N1TB/gHbBtBZFKg7ejmq1acVSREzucTAEw6ga4hoU=';

/** As for our own pages, but for that style, pictures in its files, and the base of its links. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' '${STYLE_HASH}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
};

/**
 * Bull Board at `/admin/jobs`, for platform administrators who are signed in. Call it before the
 * application listens.
 */
export async function serveJobBoard(
  application: NestFastifyApplication,
  settings: Pick<Settings, 'TRUST_PROXY'>,
): Promise<void> {
  const authenticator = application.get(RequestAuthenticator);
  const logger = application.get<Logger>(LOGGER);
  const board = await JobBoard.of(application.get(JobQueues));
  const fastify: FastifyInstance = application.getHttpAdapter().getInstance();
  const guard = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    void reply.headers(HEADERS);
    const principal = await authenticator.authenticate(request);
    if (!isAllowed({ who: 'platform-admin' }, principal)) {
      const isStranger = principal.kind === 'anonymous';
      const detail = isStranger ? 'sign in at /app first' : 'this is for platform administrators';
      return refuse(reply, isStranger ? 401 : 403, detail);
    }
    if (request.method === 'GET') return undefined;
    // The cookie goes with what other sites of this host's domain send, too.
    if (!isOwnOrigin(request.raw, request.cookies, settings.TRUST_PROXY)) {
      return refuse(reply, 403, 'jobs are changed from their own page only');
    }
    const { method, url } = request;
    const memberId = principal.kind === 'member' ? principal.memberId : null;
    logger.warn({ memberId, method, url }, 'an administrator changes jobs by hand');
    return undefined;
  };
  for (const page of board.pages) {
    const url = `${JOB_BOARD_PATH}${page === '/' ? '' : page}`;
    fastify.get(url, { onRequest: guard }, (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(board.html(JOB_BOARD_PATH)),
    );
  }
  fastify.get<{ Params: { readonly '*': string } }>(
    `${JOB_BOARD_PATH}/static/*`,
    { onRequest: guard },
    ({ params: { '*': path } }, reply) => sendFile(board, path, reply),
  );
  for (const route of board.routes) serveRoute(fastify, { board, route, guard });
}

function serveRoute(
  fastify: FastifyInstance,
  {
    board,
    route,
    guard,
  }: {
    readonly board: JobBoard;
    readonly route: BoardRoute;
    readonly guard: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  },
): void {
  const method = [route.method].flat().map((name) => name.toUpperCase() as 'GET' | 'PUT' | 'POST' | 'PATCH');
  for (const path of [route.route].flat()) {
    fastify.route({
      ...{ method, url: `${JOB_BOARD_PATH}${path}`, onRequest: guard },
      handler: async (request, reply) => {
        const { status, body } = await board.answer(route, {
          params: request.params as BoardRequest['params'],
          query: request.query as BoardRequest['query'],
          body: (request.body ?? {}) as BoardRequest['body'],
          headers: request.headers as BoardRequest['headers'],
        });
        return reply.code(status).send(body);
      },
    });
  }
}

function sendFile(board: JobBoard, path: string, reply: FastifyReply): FastifyReply {
  const file = board.files.get(path);
  const type = TYPES[path.split('.').at(-1) ?? ''];
  if (file === undefined || type === undefined) return refuse(reply, 404, 'there is no such file');
  return reply.type(type).send(file);
}

function refuse(reply: FastifyReply, status: number, detail: string): FastifyReply {
  const problem = { type: 'about:blank', title: titleOf(status), status, detail };
  return reply.code(status).type('application/problem+json').send(problem);
}
