import { DAY_ZERO, hour, hours, tokens } from '../../../test/support/market.js';
import { poolInput } from '../../../test/support/trading.js';
import type { MicroUsd } from '../../kernel/money.js';
import { valueAt, ZERO } from '../../kernel/step-function.js';
import { HOUR_MS, MINUTE_MS } from '../../kernel/time.js';
import type { Window } from '../../kernel/window.js';
import { POOL_LIMITS } from '../model/pool.rules.js';
import type { RegisterPoolInput } from './pool.inputs.js';
import { readCredential, readPool, readSegments, readTerms } from './pool.reading.js';

const segment = (window: Window, quantity: number): ReturnType<typeof segments>[number] =>
  segments([[window, quantity]])[0]!;
const segments = (given: readonly (readonly [Window, number])[]) =>
  given.map(([window, quantity]) => ({ window, quantity: tokens(quantity) }));

const input = (changes: Record<string, unknown> = {}): RegisterPoolInput => ({
  ...(poolInput(DAY_ZERO) as unknown as RegisterPoolInput),
  grid: HOUR_MS,
  nameplate: [segment(hours(0, 240), 1_000)],
  ...changes,
});
const served = (runtime: string): RegisterPoolInput =>
  input({ profile: { ...poolInput(DAY_ZERO).profile, runtime } });
/** Fields that could not be read. */
const unread = (given: RegisterPoolInput): string[] => readPool(given).issues.map(({ field }) => field);
const x = (length: number): string => 'x'.repeat(length);

describe('an input is read', () => {
  it.each([
    // what            input                                                     field
    ['the usual', input(), null],
    ['one letter', input({ name: 'x' }), null],
    ['the longest name', input({ name: x(POOL_LIMITS.nameLength) }), null],
    ['a longer one', input({ name: x(POOL_LIMITS.nameLength + 1) }), 'name'],
    ['blanks around it', input({ name: ` ${x(POOL_LIMITS.nameLength)}\t` }), null],
    ['blanks alone', input({ name: ' \n ' }), 'name'],
    ['no name', input({ name: '' }), 'name'],
    ['a turned name', input({ name: 'a\u202eb' }), 'name'],
    ['the longest runtime', served(x(POOL_LIMITS.runtimeLength)), null],
    ['one letter of runtime', served('x'), null],
    ['a longer one', served(x(POOL_LIMITS.runtimeLength + 1)), 'profile.runtime'],
    ['no runtime', served(''), 'profile.runtime'],
    ['a hidden mark', served('vllm\u200b'), 'profile.runtime'],
  ])('with %s', (_what, given, field) => {
    expect(unread(given)).toEqual(field === null ? [] : [field]);
  });

  it('into what the rules speak of', () => {
    const { value } = readPool(
      input({ name: '  Row\u0065\u0301 ', residency: ['US', 'DE', 'US'], endpoint: { url: 'u' } }),
    );
    expect(value).toMatchObject({
      name: 'Row\u00e9',
      marketId: 'llama-3.3-70b@fp8',
      residency: ['US', 'DE'],
      endpoint: { url: 'u', hasCredential: false },
      serviceLevel: { ttftP95: 400, streamTokensPerSecondMin: 900, availability: 9_990 },
    });
  });

  it('with what is left out as what is null', () => {
    const { resale, cancellation } = poolInput(DAY_ZERO).terms;
    const given = { resale: { ...resale, holdingTimeMinutes: 90 }, cancellation };
    const read = readTerms(given);
    expect(read).toEqual(readTerms({ ...given, overagePrice: null, buyerShareMax: null }));
    expect(read).toMatchObject({
      resale: { priceCap: null, holdingTimeMin: 90 * MINUTE_MS },
      cancellation: [{ noticeMin: 24 * HOUR_MS, fee: 0 }, { noticeMin: 0, fee: 5_000 }],
      overagePrice: null,
      buyerShareMax: null,
    });
    expect(readTerms({ ...given, overagePrice: 0n as MicroUsd }).overagePrice).toBe(0n);
  });
});

describe('capacity', () => {
  it('adds up where windows meet', () => {
    const { value, issues } = readSegments('added', segments([[hours(0, 3), 5], [hours(2, 4), 7]]));
    expect(issues).toEqual([]);
    expect([0, 2, 3, 4].map((at) => valueAt(value, hour(at)))).toEqual([5n, 12n, 7n, 0n]);
  });

  it('is named window by window where one is turned around or empty', () => {
    const turned = segments([[hours(0, 1), 1], [hours(2, 1), 1], [hours(3, 3), 1]]);
    const { value, issues } = readSegments('added', turned);
    expect(issues.map(({ field }) => field)).toEqual(['added.1.window', 'added.2.window']);
    expect(value).toBe(ZERO);
  });

  it.each([
    [POOL_LIMITS.nameplateSegments, []],
    [POOL_LIMITS.nameplateSegments + 1, ['added']],
  ])('may come in %d windows: %j', (count, fields) => {
    const given = segments(Array.from({ length: count }, (_, at) => [hours(at, at + 1), at + 1]));
    expect(readSegments('added', given).issues.map(({ field }) => field)).toEqual(fields);
  });
});

describe('a credential', () => {
  it.each([
    ['left out', undefined, true],
    ['null', null, true],
    ['one character', '!', true],
    ['4,000 characters', x(4_000), true],
    ['4,001 characters', x(4_001), false],
    ['nothing', '', false],
    ['a blank', 'a b', false],
    ['a line break', 'a\n', false],
    ['a letter beyond ASCII', 'ä', false],
    ['DEL', '\u007f', false],
  ])('may be %s: %s', (_what, credential, isFit) => {
    const url = 'https://example.com';
    const read = readCredential(credential === undefined ? { url } : { url, credential });
    expect(read.issues.map(({ field }) => field)).toEqual(isFit ? [] : ['endpoint.credential']);
  });
});
