import { readFileSync } from 'node:fs';
import { readSettings, SETTINGS, type SettingsError } from '../../src/platform/config/settings.js';

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
};

describe('the flags of Node.js', () => {
  it.each(['start', 'bench'])('that the product is run with are those of npm %s', async (script) => {
    const { PRODUCT_FLAGS } = (await import('../../scripts/product-flags.mjs' as string)) as { readonly PRODUCT_FLAGS: readonly string[] };
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Readonly<Record<string, string>> };
    expect(scripts[script]).toBe(['node', ...PRODUCT_FLAGS, `scripts/${script}.mjs`].join(' '));
  });
});

describe('settings', () => {
  it('are all in .env.example, and nothing else is', () => {
    const text = readFileSync('.env.example', 'utf8');
    const named = [...text.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  it('default to the embedded product with everything simulated', () => {
    expect(readSettings({})).toMatchObject({
      PORT: 4_000,
      ROLE: 'all',
      isEmbedded: true,
      hasDemoLogin: true,
      hasDemoMarket: true,
      isClockSimulated: true,
    });
  });

  it('default to nothing simulated when connected', () => {
    const connected = { DATABASE_URL: 'postgresql://db/headroom', SECRET_KEY: 'a'.repeat(43) };
    expect(readSettings(connected)).toMatchObject({ hasDemoLogin: false, hasDemoMarket: false, isClockSimulated: false });
    expect(readSettings({ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRETS: 'whsec_1' })).toMatchObject({ hasDemoMarket: false });
  });

  it.each([
    [{ PORT: '70000' }, ['PORT: expected a port number from 0 to 65535']],
    [{ PORT: 'http' }, ['PORT: expected a port number from 0 to 65535']],
    [{ ROLE: 'king' }, ['ROLE: expected one of all, api, worker, gateway']],
    [{ REDIS_URL: 'http://x' }, ['REDIS_URL: expected a URL that starts with redis:// or rediss://']],
    [
      { DATABASE_URL: 'postgresql://db/headroom' },
      ['SECRET_KEY: expected with DATABASE_URL: every process needs the same one'],
    ],
    [
      { STRIPE_SECRET_KEY: 'sk_test_1' },
      ['STRIPE_WEBHOOK_SECRETS: expected with STRIPE_SECRET_KEY: without it no webhook can be trusted'],
    ],
  ])('%p is refused', (environment, problems) => {
    expect(problemsOf(environment as Record<string, string>)).toEqual(problems);
  });

  it('names every wrong one and repeats no value', () => {
    const secret = 'sk_oops_very_secret';
    const problems = problemsOf({ PORT: '-1', LOG_LEVEL: 'loud', STRIPE_SECRET_KEY: secret });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain(secret);
  });
});
