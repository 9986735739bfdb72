import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ hasPages: true });
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { headers });

const assetNames = async () => {
  const html = await (await get('/')).text();
  return [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, name = '']) => name);
};

describe('the web client', () => {
  it.each(['/', '/app', '/app/wallet', '/app/no/such/page', '/app/capacity/%E0%A4%A', '/docs'])('%s is the page, locked down', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]),
    );
    expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
    const html = await response.text();
    expect(html).not.toMatch(/<style|<script>|\son\w+=|\sstyle=|\{\{/);
    expect(html).toContain('name="headroom-payments" content="simulated"');
  });

  it('has assets that are kept for ever, compressed as asked', async () => {
    const names = await assetNames();
    const kinds = names.map((name) => name.replace(/-[\w-]{8}\./, '.'));
    expect(kinds).toEqual(expect.arrayContaining(['/assets/index.js', '/assets/style.css', '/assets/favicon.svg']));
    expect(kinds).toContain('/assets/geist-latin-wght-normal.woff2');
    for (const name of names.filter((one) => !one.endsWith('.woff2'))) {
      const plain = await get(name, { 'accept-encoding': 'identity' });
      expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(plain.headers.get('x-content-type-options')).toBe('nosniff');
      expect(plain.headers.get('content-encoding')).toBeNull();
      const text = await plain.text();
      for (const encoding of ['br', 'gzip']) {
        const packed = await get(name, { 'accept-encoding': `${encoding};q=0.9, x` });
        expect(packed.headers.get('content-encoding')).toBe(encoding);
        expect(await packed.text()).toBe(text);
      }
      const refused = await get(name, { 'accept-encoding': 'br;q=0, gzip;q=0.0' });
      expect(refused.headers.get('content-encoding')).toBeNull();
    }
  });

  it('has its typeface from here, compressed already', async () => {
    const typeface = (await assetNames()).find((name) => name.endsWith('.woff2')) ?? '';
    const response = await get(typeface, { 'accept-encoding': 'br' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('font/woff2');
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  it.each(['/assets/none.js', '/assets/..%2findex.html', '/assets/', '/assets/main.js.br', '/other'])(
    '%s is not there',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    },
  );

  it('leaves the API where it was', async () => {
    expect((await get('/health/live')).headers.get('content-security-policy')).toBeNull();
    expect((await get('/exports/invoice.csv?month=2026-11')).status).toBe(401);
    const { data } = await app.stranger().ask('{ clock { isSimulated } }');
    expect(data).toEqual({ clock: { isSimulated: true } });
  });
});
