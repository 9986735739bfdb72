import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../../platform/config/settings.js';
import { titleOf } from './problem.js';

/** What `scripts/build-web.mjs` made of web/. */
const FOLDER = join(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))), 'dist-web');

/** Nothing from elsewhere, nothing inline, nobody may frame it. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  // An invoice is shown by the browser's own viewer.
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

const PAGE_HEADERS = {
  ...HEADERS,
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
} as const;

/** A hash of the content is in the name: what a name once meant it means for ever. */
const ASSET_HEADERS = { ...HEADERS, 'cache-control': 'public, max-age=31536000, immutable' } as const;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

/** By the name of an encoding, best first; the last one is for everybody. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/** Whether anybody is charged: the page says so beside every payment. */
export type PaymentMode = 'live' | 'test' | 'simulated';

export function paymentModeOf({ STRIPE_SECRET_KEY: key }: Settings): PaymentMode {
  if (key === undefined) return 'simulated';
  return /^(sk|rk)_test_/.test(key) ? 'test' : 'live';
}

const BELOW = /^\/(app|docs)\//;

/**
 * Where a request is served that asks for an address: a page whose address is no UTF-8 (`/app/capacity/%E0%A4%A`) is
 * the page all the same, which says that there is nothing there. A router would refuse it before any route is asked.
 */
export function servedAt({ url = '/' }: { readonly url?: string | undefined }): string {
  const [, top] = BELOW.exec(url) ?? [];
  return top === undefined || isDecodable(url) ? url : `/${top}`;
}

function isDecodable(text: string): boolean {
  try {
    decodeURI(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Serves the web client at `/`, `/app/*`, `/docs` and `/assets/*`. Its few files are kept in memory, so no
 * request names a path on disk. Call it before the application listens.
 *
 * @throws Error when the client was not built
 */
export async function serveWebClient(
  application: NestFastifyApplication,
  settings: Settings,
): Promise<void> {
  const page = (await readBuilt('index.html'))
    .toString('utf8')
    .replace('{{payments}}', paymentModeOf(settings));
  const assets = await readAssets();
  const fastify: FastifyInstance = application.getHttpAdapter().getInstance();
  const sendPage = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(page);
  for (const path of ['/', '/app', '/app/*', '/docs', '/docs/*']) fastify.get(path, sendPage);
  fastify.get('/assets/:name', (request: AssetRequest, reply) => sendAsset(assets, request, reply));
}

type AssetRequest = FastifyRequest<{ Params: { readonly name: string } }>;

function sendAsset(
  assets: ReadonlyMap<string, Buffer>,
  { params: { name }, headers }: AssetRequest,
  reply: FastifyReply,
): FastifyReply {
  const type = TYPES[name.split('.').at(-1) ?? ''];
  const plain = assets.get(name);
  if (type === undefined || plain === undefined) {
    const detail = 'there is no such file: load the page again';
    const problem = { type: 'about:blank', title: titleOf(404), status: 404, detail };
    return reply.code(404).headers(HEADERS).type('application/problem+json').send(problem);
  }
  const accepted = acceptedEncodings(headers['accept-encoding'] ?? '');
  const encoding = ENCODINGS.find((one) => accepted.has(one.name) && assets.has(name + one.suffix));
  void reply.headers({ ...ASSET_HEADERS, vary: 'accept-encoding' }).type(type);
  if (encoding === undefined) return reply.send(plain);
  return reply.header('content-encoding', encoding.name).send(assets.get(name + encoding.suffix));
}

/** Names in an Accept-Encoding header that are not refused by `q=0`. */
function acceptedEncodings(header: string): ReadonlySet<string> {
  const parts = header.split(',').map((part) => part.trim().toLowerCase().split(/\s*;\s*/));
  const wanted = parts.filter(([, weight]) => weight === undefined || !/^q=0(\.0*)?$/.test(weight));
  return new Set(wanted.map(([name = '']) => name));
}

async function readAssets(): Promise<ReadonlyMap<string, Buffer>> {
  const names = (await readdir(join(FOLDER, 'assets'))).filter((name) => !name.endsWith('.draft'));
  const files = names.map(async (name) => [name, await readBuilt(join('assets', name))] as const);
  return new Map(await Promise.all(files));
}

async function readBuilt(name: string): Promise<Buffer> {
  try {
    return await readFile(join(FOLDER, name));
  } catch (error) {
    throw new Error('the web client is not built: npm run build', { cause: error });
  }
}
