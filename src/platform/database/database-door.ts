import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

export const DATABASE_USER = 'headroom';
/** A socket's file is named after a port; nobody else's server is in this folder. */
const SOCKET_PORT = 5432;
/** What the path of a socket may have on every system: macOS allows 104 bytes with the one that ends it, Linux 108. */
const SOCKET_PATH_BYTES_MAX = 103;

/** Where the embedded database is reached. */
export interface DatabaseDoor {
  /** The folder of its Unix socket, or null: TCP on this machine alone. */
  readonly socketFolder: string | null;
  readonly port: number;
  readonly settings: Readonly<Record<'listen_addresses' | 'unix_socket_directories', string>>;
}

/**
 * A Unix socket in the database's own folder, which nobody but its account may enter: it costs both sides less than
 * TCP does, and no port of the machine is taken. TCP where sockets have no such place: on Windows, and where the
 * folder's path is too long, or has a comma, which parts several folders.
 */
export async function doorOf(folder: string): Promise<DatabaseDoor> {
  if (canHoldSocket(folder)) {
    const settings = { listen_addresses: '', unix_socket_directories: folder };
    return { socketFolder: folder, port: SOCKET_PORT, settings };
  }
  return tcpDoor();
}

/** A free port of this machine alone. */
export async function tcpDoor(): Promise<DatabaseDoor> {
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  return { socketFolder: null, port: await freePort(), settings };
}

export function canHoldSocket(folder: string, platform: NodeJS.Platform = process.platform): boolean {
  const path = join(folder, `.s.PGSQL.${SOCKET_PORT}`);
  return platform !== 'win32' && !folder.includes(',') && Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX;
}

/** As libpq reads it: a `host` that is a folder wins over the one before the path. */
export function urlOf({ socketFolder, port }: DatabaseDoor, password: string, database: string): string {
  const start = `postgresql://${DATABASE_USER}:${password}`;
  if (socketFolder === null) return `${start}@127.0.0.1:${port}/${database}`;
  return `${start}@localhost:${port}/${database}?host=${encodeURIComponent(socketFolder)}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
