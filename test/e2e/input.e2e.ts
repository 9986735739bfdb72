import type { GraphQLSchema } from 'graphql';
import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { appoint } from '../support/operators.js';
import {
  operationOf,
  placesOf,
  sampleOf,
  schemaOf,
  withValueAt,
  type Place,
} from '../support/schema-walk.js';

let app: TestApp;
let schema: GraphQLSchema;
let owner: ApiClient;
beforeAll(async () => {
  app = await startTestApp();
  schema = schemaOf(app);
  owner = await app.signUp('Owner', { isProvider: true });
  // What is odd would else not come as far as those who run the exchange may go.
  await appoint(app, 'Owner');
});
afterAll(() => app.close());

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly codes: readonly string[];
  readonly messages: readonly string[];
}

/** Asks with a sample of everything but the value in one place. */
async function send(place: Place, value: unknown): Promise<Reply> {
  const { root, field, keys } = place;
  const query = operationOf(schema, root, field);
  const variables = withValueAt(sampleOf(schema, root, field), keys, value);
  const body = JSON.stringify({ query, variables });
  const response = await fetch(`${app.url}/graphql`, { method: 'POST', headers: owner.headers(), body });
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(text);
  const rejection = data?.answer?.code;
  return {
    ...{ status: response.status, text },
    codes: [...errors.map((one: any) => one.extensions.code), ...(rejection === undefined ? [] : [rejection])],
    messages: errors.map((one: any) => one.message),
  };
}

const tell = ({ path }: Place, value: unknown, answer: string): string =>
  `${path} = ${JSON.stringify(value).slice(0, 60)}: ${answer.slice(0, 150)}`;

const BIG = 'x'.repeat(400);
const cursor = (...key: string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');
const JSON_OTHERS = [null, [], {}, [null], { a: 1 }];

/** By scalar: values that are none, and values that are odd and may be refused by what they mean. */
const FORMS: Readonly<Record<string, { readonly none: readonly unknown[]; readonly odd: readonly unknown[] }>> = {
  TokensPerSecond: {
    none: [0, 1, 1.5, -1, 1e20, true, '', '0', '-1', '1.5', '1e20', '01', '+1', ' 1', '1 ', '0x10', '１', 'NaN', '1000000000001', BIG, ...JSON_OTHERS],
    odd: ['1', '1000000000000'],
  },
  AvailableTokensPerSecond: {
    none: [0, 1, 1.5, -1, 1e20, true, '', '-1', '1.5', '1e20', '01', '+1', ' 1', '0x10', '１', 'NaN', '10000000000000', BIG, ...JSON_OTHERS],
    odd: ['0', '1', '9999999999999'],
  },
  MicroUSD: {
    none: [0, 1, 1.5, -1, 1e20, true, '', '1.5', '1e20', '01', '+1', ' 1', '0x10', '１', '--1', 'NaN', '1000000000000001', '-1000000000000001', BIG],
    odd: ['0', '-0', '-1', '1', '1000000000000000', '-1000000000000000'],
  },
  BigCount: {
    none: [0, 1, 1.5, -1, 1e20, true, '', '-1', '1.5', '1e20', '01', '+1', ' 1', '0x10', '１', 'NaN', '10000000000000000000', BIG, ...JSON_OTHERS],
    odd: ['0', '1', '9999999999999999999'],
  },
  Instant: {
    none: [0, 1_795_269_600_000, true, '', 'now', '2026-11-21', '2026-11-21T14:00:00', '2026-11-21 14:00:00Z', '2026-02-30T00:00:00Z', '2026-11-21T24:00:00Z', '2026-11-21T14:00:60Z', '10000-01-01T00:00:00Z', '-0001-01-01T00:00:00Z', '2026-11-21T14:00:00.1234567890Z', '2026-11-21T14:00Z', '1795269600000', BIG, ...JSON_OTHERS],
    odd: ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999Z', '1970-01-01T00:00:00Z', '2026-11-21T14:00:00-23:59'],
  },
  IdempotencyKey: {
    none: [0, 1.5, true, '', ' ', 'a b', 'ä', '\n', 'k'.repeat(256), ...JSON_OTHERS],
    odd: [],
  },
  Int: {
    none: [1.5, 1e20, '1', '', true, 2_147_483_648, -2_147_483_649, [], {}],
    odd: [0, -1, 2_147_483_647, -2_147_483_648],
  },
  Boolean: { none: ['true', 1, 0, '', [], {}], odd: [true, false] },
  ID: {
    none: [1.5, true, [], {}, { a: 1 }],
    odd: [0, -1, '', ' ', 'x', '~', 'a@b~c', 'a@b2~c', '@fp8~x', '__proto__', '__proto__@fp8~x', 'llama-3.3-70b@fp8~x', "x' OR 1=1 --", '\u202e', '😀', '%00', '\\u0000', BIG],
  },
  String: {
    none: [0, 1.5, true, [], {}],
    odd: ['', ' ', '__proto__', 'constructor', "x' OR 1=1 --", '\u202e', '😀', '\\u0000', '=cmd()', BIG, 'é'.repeat(5_000)],
  },
};

/** What only a cursor can be. */
const FORGED_CURSORS = [
  '',
  'x',
  cursor('x'),
  cursor('', ''),
  cursor('x', 'y'),
  cursor('-1', '-1'),
  cursor('NaN', 'NaN'),
  cursor('99999999999999999999', 'x'),
  cursor('1e400', '1e400'),
  cursor('0000-01-01T00:00:00.000Z', 'x'),
  cursor('-200000-01-01T00:00:00.000Z', 'x'),
  cursor('+275760-09-13T00:00:00.000Z', 'x'),
  cursor('-200000-01-01T00:00:00.000Z'),
  cursor('+275760-09-13T00:00:00.000Z'),
  cursor('9999-12-31T23:59:59.999Z', '~'),
  cursor('\ud800', '\ud800'),
  cursor(BIG, BIG),
];

const OURS = ['INTERNAL', 'BUSY'];
/** Ends the session that asks. */
const ENDS_SESSION = ['signOut'];
const isAbleToGoOn = ({ field }: Place): boolean => !ENDS_SESSION.includes(field);

/** Every place times every form: some thousand requests. */
const TIMEOUT_MS = 300_000;

describe('every scalar that can be given', () => {
  it('has its wrong forms here', () => {
    const scalars = new Set(placesOf(schema).map(({ scalar }) => scalar));
    expect([...scalars].filter((scalar) => !(scalar in FORMS))).toEqual([]);
    expect(placesOf(schema).length).toBeGreaterThan(100);
  });

  it('is refused in a wrong form before anything is done, by its place', async () => {
    const wrong: string[] = [];
    for (const place of placesOf(schema)) {
      const isNone = (value: unknown): boolean =>
        !(place.isList && Array.isArray(value)) && !(place.isNullable && value === null);
      const values = (FORMS[place.scalar]?.none ?? []).filter(isNone);
      const replies = await Promise.all(values.map((value) => send(place, value)));
      replies.forEach(({ status, codes, messages, text }, index) => {
        const names = messages.length > 0 && messages.every((message) => message.includes(place.keys.at(-1)!));
        const isRefused = status === 200 && codes.every((code) => code === 'BAD_USER_INPUT') && !text.includes('"data"');
        if (!isRefused || !names) wrong.push(tell(place, values[index], `${status} ${text}`));
      });
    }
    expect(wrong).toEqual([]);
  }, TIMEOUT_MS);

  it('never fails us where it is odd', async () => {
    const wrong: string[] = [];
    for (const place of placesOf(schema).filter(isAbleToGoOn)) {
      const values = place.keys.at(-1) === 'after' ? FORGED_CURSORS : (FORMS[place.scalar]?.odd ?? []);
      const replies = await Promise.all(values.map((value) => send(place, value)));
      replies.forEach(({ status, codes, text }, index) => {
        const isOurs = status !== 200 || codes.some((code) => OURS.includes(code));
        if (isOurs) wrong.push(tell(place, values[index], `${status} ${text}`));
      });
    }
    expect(wrong).toEqual([]);
  }, TIMEOUT_MS);

  it('is refused with U+0000 or half a surrogate pair in it', async () => {
    const wrong: string[] = [];
    for (const place of placesOf(schema).filter(({ scalar }) => ['ID', 'String'].includes(scalar))) {
      for (const value of ['\u0000', 'llama-3.3-70b@fp8~\u0000', '\ud800', 'a\udfff']) {
        const { status, messages, text } = await send(place, value);
        const isRefused = status === 400 && messages[0]?.startsWith('strings: expected Unicode text');
        if (isRefused !== true) wrong.push(tell(place, value, `${status} ${text}`));
      }
    }
    expect(wrong).toEqual([]);
  });

  it('leaves the product as able as before', async () => {
    expect((await owner.ask('{ viewer { organization { name } } }')).data?.['viewer'].organization.name).toBe('Owner');
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });
});

describe('literals in a document', () => {
  const reserve = (quantity: string, start: string): string =>
    `mutation { reserve(idempotencyKey: "k", input: { listingId: "x", quantity: ${quantity},
      window: { start: ${start}, end: "2026-11-21T14:00:00Z" } }) { ... on Rejection { code } } }`;

  it.each([
    ['a fraction', reserve('1.5', '"2026-11-21T13:00:00Z"'), 'TokensPerSecond: expected a whole number'],
    ['a power of ten', reserve('1e20', '"2026-11-21T13:00:00Z"'), 'TokensPerSecond: expected a whole number'],
    ['zero', reserve('0', '"2026-11-21T13:00:00Z"'), 'TokensPerSecond: expected a whole number'],
    ['below zero', reserve('-1', '"2026-11-21T13:00:00Z"'), 'TokensPerSecond: expected a whole number'],
    ['an enum', reserve('MANY', '"2026-11-21T13:00:00Z"'), 'TokensPerSecond: expected a whole number'],
    ['no zone', reserve('"1"', '"2026-11-21T13:00:00"'), 'Instant: expected an RFC 3339 instant with a zone'],
    ['a number for an instant', reserve('"1"', '1795269600000'), 'Instant: expected an RFC 3339 instant'],
    ['nothing', reserve('null', '"2026-11-21T13:00:00Z"'), 'found null'],
  ])('may not be %s', async (_what, query, message) => {
    const { data, errors } = await owner.ask(query);
    expect(data).toBeUndefined();
    expect(errors?.[0]?.message).toContain(message);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('may be whole numbers where those are exact', async () => {
    const { data } = await owner.ask(reserve('1', '"2026-11-21T13:00:00Z"'));
    expect(data?.['reserve'].code).toBe('NOT_FOUND');
  });
});
