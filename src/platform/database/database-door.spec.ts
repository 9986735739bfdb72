import pg from 'pg';
import { canHoldSocket, doorOf, urlOf } from './database-door.js';

describe('the door of the embedded database', () => {
  it.each([
    ['linux', '/srv/headroom/.headroom/postgres', true],
    ['darwin', '/Users/somebody/headroom/.headroom/postgres', true],
    ['win32', 'C:\\headroom\\.headroom\\postgres', false],
    ['linux', '/srv/one,two/postgres', false],
    ['linux', `/srv/${'a'.repeat(84)}`, true],
    ['linux', `/srv/${'a'.repeat(85)}`, false],
    ['linux', `/srv/${'ä'.repeat(43)}`, false],
  ] as const)('on %s in %s is a socket: %s', (platform, folder, expected) => {
    expect(canHoldSocket(folder, platform)).toBe(expected);
  });

  it('is a socket in the folder of the database, and takes no port', async () => {
    const door = await doorOf('/srv/head room/postgres');
    expect(door.settings).toEqual({ listen_addresses: '', unix_socket_directories: '/srv/head room/postgres' });
    const { host, port, user, password, database } = new pg.Client({ connectionString: urlOf(door, 'secret-word', 'headroom') });
    expect({ host, port, user, password, database }).toEqual({
      host: '/srv/head room/postgres',
      port: 5432,
      user: 'headroom',
      password: 'secret-word',
      database: 'headroom',
    });
  });

  it('is a free port of this machine alone where a socket has no place', async () => {
    const door = await doorOf(`/srv/${'a'.repeat(200)}/postgres`);
    expect(door.settings).toEqual({ listen_addresses: '127.0.0.1', unix_socket_directories: '' });
    expect(urlOf(door, 'secret-word', 'headroom')).toBe(`postgresql://headroom:secret-word@127.0.0.1:${door.port}/headroom`);
  });
});
