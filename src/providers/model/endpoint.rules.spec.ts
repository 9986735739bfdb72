import { checkEndpointUrl } from './endpoint.rules.js';

const PRODUCTION = { isLoopbackAllowed: false };
const LOCAL = { isLoopbackAllowed: true };

/** Why a URL is refused; null when it is accepted. */
const refusal = (url: string, policy = PRODUCTION): string | null => {
  const issues = checkEndpointUrl(url, policy);
  expect(issues.length).toBeLessThanOrEqual(1);
  return issues[0]?.reason ?? null;
};

const NO_URL = 'is not an absolute URL';
const EXTRAS = 'holds a user, a password, a query or a fragment';
const NO_HTTPS = 'is not https';
const NOT_PUBLIC = 'does not name a public host';
const THIS_MACHINE = 'names this machine';

const label = (length: number): string => 'a'.repeat(length);
const hostOf = (length: number): string => {
  const labels = `${label(63)}.`.repeat(3);
  return `${labels}${label(length - labels.length - 4)}.com`;
};

describe('an endpoint', () => {
  it.each([
    ['the usual', 'https://inference.example.com/v1'],
    ['no path', 'https://inference.example.com'],
    ['any case', 'HTTPS://Inference.EXAMPLE.com/V1'],
    ['another port', 'https://example.com:8443/v1'],
    ['the highest port', 'https://example.com:65535/v1'],
    ['digits and dashes', 'https://0-1.a-1.example.com'],
    ['an international name', 'https://bücher.example.com/v1'],
    ['the same as punycode', 'https://xn--bcher-kva.example.com/v1'],
    ['an international top level', 'https://example.xn--p1ai/v1'],
    ['an @ in the path', 'https://example.com/@team/v1'],
    ['what is escaped in the path', 'https://example.com/a%3Fb%23c'],
    ['63 characters between dots', `https://${label(63)}.com`],
    ['253 characters of name', `https://${hostOf(253)}`],
    ['2,000 characters', `https://example.com/${label(1_980)}`],
    ['a name that only contains internal ones', 'https://localhost.example.com'],
    ['a name that only ends like one', 'https://notlocal.mycorp.com'],
  ])('may be %s', (_what, url) => {
    expect(refusal(url)).toBeNull();
    expect(refusal(url, LOCAL)).toBeNull();
  });

  it.each([
    ['nothing', '', NO_URL],
    ['words', 'not a url', NO_URL],
    ['no scheme', 'example.com/v1', NO_URL],
    ['no scheme, two slashes', '//example.com/v1', NO_URL],
    ['no slashes', 'https:example.com/v1', NO_URL],
    ['one slash', 'https:/example.com/v1', NO_URL],
    ['three slashes', 'https:///example.com/v1', NO_URL],
    ['backslashes', 'https:\\\\example.com\\v1', NO_URL],
    ['a backslash behind the host', 'https://example.com\\@evil.example.com', NO_URL],
    ['no host', 'https://', NO_URL],
    ['a port alone', 'https://:443/v1', NO_URL],
    ['a space before', ' https://example.com/v1', NO_URL],
    ['a space within', 'https://example.com/v 1', NO_URL],
    ['a line break in the host', 'https://exam\nple.com/v1', NO_URL],
    ['a tab in the path', 'https://example.com/\tv1', NO_URL],
    ['a line break and a header', 'https://example.com/v1\r\nhost: evil', NO_URL],
    ['U+0000', 'https://example.com/\u0000', NO_URL],
    ['an invisible mark in the host', 'https://exam\u200bple.com/v1', NO_URL],
    ['a mark that turns the text around', 'https://example.com/\u202e1v', NO_URL],
    ['a port that is none', 'https://example.com:65536/v1', NO_URL],
    ['a port of letters', 'https://example.com:https/v1', NO_URL],
    ['broken punycode', 'https://xn--a.example.com/\u00ad', NO_URL],
    ['2,001 characters', `https://example.com/${label(1_981)}`, NO_URL],
    ['100,000 characters', `https://${label(100_000)}.com`, NO_URL],
    ['a script', 'javascript:alert(1)', NO_URL],
    ['a script that looks like an address', 'javascript://example.com/%0aalert(1)', NO_HTTPS],
    ['data', 'data:text/plain,hello', NO_URL],
    ['a file', 'file:///etc/passwd', NO_URL],
    ['ftp', 'ftp://example.com/v1', NO_HTTPS],
    ['a web socket', 'wss://example.com/v1', NO_HTTPS],
    ['gopher', 'gopher://example.com/v1', NO_HTTPS],
    ['http', 'http://inference.example.com/v1', NO_HTTPS],
    ['http at the port of https', 'http://example.com:443/v1', NO_HTTPS],
    ['a user', 'https://user@example.com/v1', EXTRAS],
    ['a password', 'https://user:secret@example.com/v1', EXTRAS],
    ['a password alone', 'https://:secret@example.com/v1', EXTRAS],
    ['an empty user', 'https://@example.com/v1', EXTRAS],
    ['an empty user and password', 'https://:@example.com/v1', EXTRAS],
    ['another host as user', 'https://example.com@169.254.169.254/v1', EXTRAS],
    ['a query', 'https://example.com/v1?key=secret', EXTRAS],
    ['an empty query', 'https://example.com/v1?', EXTRAS],
    ['a fragment', 'https://example.com/v1#part', EXTRAS],
    ['an empty fragment', 'https://example.com/v1#', EXTRAS],
  ])('may not be %s', (_what, url, reason) => {
    expect(refusal(url)).toBe(reason);
    expect(refusal(url, LOCAL)).toBe(reason);
  });

  it.each([
    ['the address of cloud metadata', '169.254.169.254'],
    ['… in decimal', '2852039166'],
    ['… in hexadecimal', '0xA9FEA9FE'],
    ['… in hexadecimal parts', '0xa9.0xfe.0xa9.0xfe'],
    ['… in octal', '0251.0376.0251.0376'],
    ['… in two parts', '169.16689662'],
    ['… with a dot behind', '169.254.169.254.'],
    ['… in full-width digits', '１６９.２５４.１６９.２５４'],
    ['… with ideographic dots', '169。254。169。254'],
    ['… within IPv6', '[::ffff:169.254.169.254]'],
    ['… within IPv6, in hexadecimal', '[::ffff:a9fe:a9fe]'],
    ['… through NAT64', '[64:ff9b::a9fe:a9fe]'],
    ['a private address, 10/8', '10.0.0.1'],
    ['a private address, 172.16/12', '172.16.0.1'],
    ['a private address, 192.168/16', '192.168.1.1'],
    ['a shared address, 100.64/10', '100.64.0.1'],
    ['no address', '0.0.0.0'],
    ['no address, short', '0'],
    ['everybody', '255.255.255.255'],
    ['a public address', '8.8.8.8'],
    ['no address of IPv6', '[::]'],
    ['this machine as IPv4 within IPv6', '[::ffff:127.0.0.1]'],
    ['a unique local address', '[fd00::1]'],
    ['a link-local address', '[fe80::1]'],
    ['a public address of IPv6', '[2606:4700::1111]'],
    ['this machine with a dot behind', 'localhost.'],
    ['below this machine', 'api.localhost'],
    ['metadata by name', 'metadata.google.internal'],
    ['metadata by name with a dot behind', 'metadata.google.internal.'],
    ['a container’s host', 'host.docker.internal'],
    ['a service of a cluster', 'kubernetes.default.svc.cluster.local'],
    ['a printer', 'printer.LOCAL'],
    ['a name of an intranet', 'wiki.intranet'],
    ['a router', 'router.lan'],
    ['a home network', 'nas.home'],
    ['a home network by RFC 8375', 'nas.home.arpa'],
    ['a company network', 'db.corp'],
    ['the default domain of Linux', 'db.localdomain'],
    ['an address turned around', '1.0.0.127.in-addr.arpa'],
    ['a hidden service', 'example.onion'],
    ['a single word', 'inference'],
    ['a top level', 'com'],
    ['a public name with a dot behind', 'example.com.'],
    ['an empty part', 'example..com'],
    ['a dash at the start', '-a.example.com'],
    ['a dash at the end', 'a-.example.com'],
    ['an underscore', 'a_b.example.com'],
    ['a top level of one letter', 'example.c'],
    ['64 characters between dots', `${label(64)}.com`],
    ['254 characters of name', hostOf(254)],
  ])('is not at %s', (_what, host) => {
    expect(refusal(`https://${host}/v1`)).toBe(NOT_PUBLIC);
    expect(refusal(`https://${host}/v1`, LOCAL)).toBe(NOT_PUBLIC);
  });

  it.each([
    ['by name', 'https://localhost:9000/v1'],
    ['without https', 'http://localhost:9000/v1'],
    ['by address', 'http://127.0.0.1:9000/v1'],
    ['by another of its addresses', 'http://127.250.0.3/v1'],
    ['by address in decimal', 'http://2130706433/v1'],
    ['by address in octal', 'http://0177.0.0.1/v1'],
    ['by a short address', 'http://127.1/v1'],
    ['by address with a dot behind', 'http://127.0.0.1./v1'],
    ['by address of IPv6', 'http://[::1]:9000/v1'],
    ['by address of IPv6 in full', 'http://[0:0:0:0:0:0:0:1]/v1'],
    ['in full-width letters', 'http://ｌｏｃａｌｈｏｓｔ/v1'],
  ])('is on this machine, %s, for simulators only', (_how, url) => {
    expect(refusal(url)).toBe(THIS_MACHINE);
    expect(refusal(url, LOCAL)).toBeNull();
  });

  it('is nothing but http and https even on this machine', () => {
    expect(refusal('ftp://localhost/v1', LOCAL)).toBe(THIS_MACHINE);
    expect(refusal('http://user@localhost/v1', LOCAL)).toBe(EXTRAS);
  });

  it('is told what would be accepted', () => {
    expect(checkEndpointUrl('https://10.0.0.1', PRODUCTION)).toEqual([
      {
        field: 'url',
        reason: NOT_PUBLIC,
        accepted: 'https://, a public host name, and a path; no user, query or fragment',
      },
    ]);
  });
});
