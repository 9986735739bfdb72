import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Principal } from '../../identity/contract.js';
import { titleOf } from '../http/problem.js';
import { SESSION_COOKIE } from '../http/request-authenticator.js';

/** Who counts as one towards a limit. */
export function countedAs(principal: Principal, address: string): string {
  switch (principal.kind) {
    case 'anonymous':
      return `address:${address}`;
    case 'member':
      return `member:${principal.memberId}`;
    case 'api-key':
      return `key:${principal.keyId}`;
  }
}

export function addressOf(request: IncomingMessage, isProxyTrusted: boolean): string {
  const forwarded = isProxyTrusted ? firstOf(request.headers['x-forwarded-for']) : undefined;
  return forwarded ?? request.socket.remoteAddress ?? 'unknown';
}

export function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a page of ours opened the socket. Browsers send cookies with sockets that any page opens, and
 * the page's origin too: a cookie counts only beside an origin that is this host's.
 */
export function isOwnOrigin(
  { headers }: IncomingMessage,
  cookies: Readonly<Record<string, string | undefined>>,
  isProxyTrusted: boolean,
): boolean {
  const { origin } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  const { protocol, host, hostname } = new URL(origin);
  // A page that was loaded in plain text may be somebody else's.
  const isSafe = protocol === 'https:' || LOOPBACK.has(hostname);
  if (cookies[SESSION_COOKIE] !== undefined && !isSafe) return false;
  const forwarded = isProxyTrusted ? firstOf(headers['x-forwarded-host']) : undefined;
  return host === hostOf(forwarded ?? headers.host, protocol);
}

/** Without the port that the protocol has anyway. */
function hostOf(given: string | undefined, protocol: string): string | null {
  const url = `${protocol}//${given ?? ''}`;
  return URL.canParse(url) ? new URL(url).host : null;
}

function firstOf(header: string | readonly string[] | undefined): string | undefined {
  const text = typeof header === 'string' ? header : header?.[0];
  const first = text?.split(',', 1)[0]?.trim();
  return first === '' ? undefined : first;
}

export function wantsWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

const OF_THE_UPGRADE = new Set(['upgrade', 'http2-settings', 'connection']);

/**
 * Has the server read a request again as if it asked for no upgrade. Node takes every `Upgrade` header
 * for ours once there is one that we take, and some clients offer `h2c` with whatever they ask: what is
 * not understood is to be ignored (RFC 9110, 7.8).
 */
export function ignoreUpgrade(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { method, url, httpVersion, headers, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  if (/\bclose\b/i.test(headers.connection ?? '')) lines.push('Connection: close');
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!OF_THE_UPGRADE.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[at + 1] ?? ''}`);
  }
  socket.unshift(head);
  socket.unshift(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  server.emit('connection', socket);
}

/** Answers a request for a socket in plain HTTP, as problem details, and hangs up. */
export function refuseUpgrade(socket: Duplex, status: number, detail: string): void {
  if (socket.destroyed) return;
  const title = titleOf(status);
  const body = JSON.stringify({ type: 'about:blank', title, status, detail });
  const lines = [
    `HTTP/1.1 ${status} ${title}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 429 || status === 503 ? ['Retry-After: 5'] : []),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** How many of something each one has, up to a limit. */
export class Counts {
  private readonly counts = new Map<string, number>();

  constructor(private readonly max: number) {}

  take(who: string): boolean {
    const count = this.counts.get(who) ?? 0;
    if (count >= this.max) return false;
    this.counts.set(who, count + 1);
    return true;
  }

  give(who: string): void {
    const count = this.counts.get(who) ?? 0;
    if (count <= 1) this.counts.delete(who);
    else this.counts.set(who, count - 1);
  }
}
