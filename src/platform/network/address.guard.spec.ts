import { lookup } from 'node:dns';
import { assertReachable, guardedLookup, isPublicAddress, mayReach } from './address.guard.js';

describe('addresses that may be called', () => {
  it.each([
    ['93.184.216.34', true],
    ['2606:2800:220:1:248:1893:25c8:1946', true],
    ['127.0.0.1', false],
    ['0.0.0.0', false],
    ['10.0.0.1', false],
    ['172.16.9.9', false],
    ['192.168.1.1', false],
    ['100.64.0.1', false],
    ['169.254.169.254', false],
    ['168.63.129.16', false],
    ['168.63.129.17', true],
    ['::ffff:168.63.129.16', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['fe80::1', false],
    ['fd00:ec2::254', false],
    ['::ffff:169.254.169.254', false],
    ['::ffff:127.0.0.1', false],
    ['64:ff9b::a9fe:a9fe', false],
    ['2002:a9fe:a9fe::1', false],
    ['not an address', false],
  ])('%s: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });

  it('this machine only by its own names, and only if allowed', () => {
    expect(mayReach('localhost', '127.0.0.1', true)).toBe(true);
    expect(mayReach('localhost', '127.0.0.1', false)).toBe(false);
    expect(mayReach('rebound.example.org', '127.0.0.1', true)).toBe(false);
    expect(mayReach('localhost', '10.0.0.1', true)).toBe(false);
  });

  it('addresses that are written out are checked as well', () => {
    expect(() => assertReachable('169.254.169.254', true)).toThrow('not to be called');
    expect(() => assertReachable('[::1]', false)).toThrow('not to be called');
    expect(() => assertReachable('[::1]', true)).not.toThrow();
    expect(() => assertReachable('inference.example.org', false)).not.toThrow();
  });

  it('a name that resolves to this machine is refused while it is being connected to', async () => {
    const look = (isAllowed: boolean): Promise<unknown> =>
      new Promise((done) => {
        guardedLookup(isAllowed)('localhost', { all: false }, (error, address) =>
          done(error ?? address),
        );
      });
    expect(await look(false)).toMatchObject({ name: 'ForbiddenAddressError' });
    const [first] = await new Promise<{ address: string }[]>((done) =>
      lookup('localhost', { all: true }, (_, addresses) => done(addresses)),
    );
    expect(await look(true)).toBe(first?.address);
  });
});
