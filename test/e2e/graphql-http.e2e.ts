import { getIntrospectionQuery } from 'graphql';
import { serverAudits } from 'graphql-http';
import { startTestApp, type TestApp } from '../support/app.js';

const GRAPHQL_TYPE = 'application/graphql-response+json';
const ACCEPTED = ['application/json', GRAPHQL_TYPE];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

async function send(init: RequestInit, search = ''): Promise<Answer> {
  const response = await fetch(`${app.url}/graphql${search}`, init);
  const contentType = response.headers.get('content-type') ?? '';
  return { status: response.status, contentType, text: await response.text() };
}

const post = (body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  send({ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

const ask = (query: string, variables: object = {}, accept = 'application/json'): Promise<Answer> =>
  post(JSON.stringify({ query, variables }), { accept });

const times = (count: number, of: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => of(index)).join(' ');

describe('GraphQL over HTTP', () => {
  it('passes every audit of the specification', async () => {
    const audits = serverAudits({ url: `${app.url}/graphql` });
    const results = await Promise.all(audits.map(({ fn }) => fn()));
    expect(results.length).toBeGreaterThanOrEqual(61);
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  it.each([
    ['application/json', 200],
    [GRAPHQL_TYPE, 400],
  ])('answers variables that do not fit, for %s, with %d', async (accept, status) => {
    const answer = await ask('query($slug: ID!) { platform(slug: $slug) { slug } }', {}, accept);
    expect(answer).toMatchObject({ status, contentType: `${accept}; charset=utf-8` });
    expect(JSON.parse(answer.text)).toEqual({
      errors: [expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } })],
    });
  });

  it.each([
    ['text/html', 406, ''],
    ['application/json; charset=iso-8859-1', 406, ''],
    ['text/html, application/*;q=0.1', 200, 'application/json; charset=utf-8'],
    ['application/graphql-response+json; charset=UTF-8', 200, `${GRAPHQL_TYPE}; charset=utf-8`],
    [`application/json, ${GRAPHQL_TYPE}`, 200, 'application/json; charset=utf-8'],
    [`text/html, ${GRAPHQL_TYPE}, */*`, 200, `${GRAPHQL_TYPE}; charset=utf-8`],
  ])('accepting %s: %d', async (accept, status, contentType) => {
    expect(await ask('{ __typename }', {}, accept)).toMatchObject({ status, contentType });
  });

  it.each([
    ['two operations and no name', 'query A { __typename } query B { __typename }', {}],
    ['a name that no operation has', 'query A { __typename }', { operationName: 'B' }],
    ['a subscription', 'subscription { __typename }', {}],
    ['no document', '', {}],
    ['only a fragment', 'fragment A on Query { __typename }', {}],
  ])('%s: an error with a code, and no data', async (_name, query, more) => {
    const { status, text } = await post(JSON.stringify({ query, ...more }), { accept: GRAPHQL_TYPE });
    const { data, errors } = JSON.parse(text);
    expect([status, data, errors[0].extensions]).toEqual([400, undefined, { code: 'BAD_USER_INPUT' }]);
  });

  it('answers the introspection that tools ask for', async () => {
    const query = getIntrospectionQuery({
      ...{ specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true },
      ...{ inputValueDeprecation: true, oneOf: true },
    });
    const { text } = await ask(query);
    expect(JSON.parse(text).data.__schema.queryType.name).toBe('Query');
  });

  it('gives strangers no names of the schema as suggestions', async () => {
    const { text } = await ask('{ viewe { actor } }');
    expect(text).toContain('Cannot query field');
    expect(text).not.toMatch(/did you mean/i);
  });
});

const PLATFORM = 'query($slug: ID!) { platform(slug: $slug) { slug } }';
const SIGN_IN = `mutation($input: SignInInput!) {
  signIn(idempotencyKey: "k", input: $input) { __typename }
}`;
const CIRCLE = 'fragment A on Query { ...B } fragment B on Query { ...A }';

/** A selection in itself, `depth` times. */
const nested = (open: string, inner: string, close: string, depth: number): string =>
  `{ ${times(depth, () => open)} ${inner} ${times(depth, () => close)} }`;

/** Fragments F0 to F`count`, each spreading the next one. */
const chain = (count: number, body: (next: string) => string): string =>
  `{ ...F0 } ${times(count, (n) => `fragment F${n} on Query { ${body(`...F${n + 1}`)} }`)}
  fragment F${count} on Query { __typename }`;

const ROOTS = times(31, () => 'platforms { slug }');

describe.each(ACCEPTED)('hostile documents, accepting %s', (accept) => {
  it.each([
    ['depth 100', nested('viewer {', 'actor', '}', 100)],
    ['depth 100 of introspection', `{ __type(name: "Query") ${nested('ofType {', 'name', '}', 98)} }`],
    ['depth 100 through fragments', chain(50, (next) => `viewer { organization { ${next} } }`)],
    ['nesting beyond the stack', `{ platform(slug: ${'['.repeat(100_000)}`],
    ['1,000 aliases', `{ ${times(1_000, (n) => `a${n}: __typename`)} }`],
    ['100 aliases', `{ ${times(100, (n) => `a${n}: __typename`)} }`],
    ['root fields behind a fragment', `{ ...F } fragment F on Query { ${ROOTS} }`],
    ['200,000 tokens', `{ ${'a '.repeat(200_000)} }`],
    ['a fragment that contains itself', `{ ...A } ${CIRCLE}`],
    ['such a fragment that is not used', `{ __typename } ${CIRCLE}`],
    ['2^40 fields from 40 fragments', chain(40, (next) => `${next} ${next}`)],
    ['pages in pages of no size', nested('a { edges { node {', 'b', '} } }', 4)],
  ])('%s: refused by 400', async (_name, query) => {
    const { status, contentType, text } = await ask(query, {}, accept);
    expect([status, contentType]).toEqual([400, `${accept}; charset=utf-8`]);
    const { data, errors } = JSON.parse(text);
    expect(data).toBeUndefined();
    expect(errors[0].extensions.code).toBe('DOCUMENT_TOO_LARGE');
  });

  it.each([
    ['U+0000 in a variable', PLATFORM, { slug: 'a\u0000b' }],
    ['U+0000 within an input', SIGN_IN, { input: { email: 'a\u0000@b.com', password: 'p' } }],
    ['U+0000 in a literal', '{ platform(slug: "a\u0000b") { slug } }', {}],
    ['U+0000 as an escape in a literal', '{ platform(slug: "a\\u0000b") { slug } }', {}],
    ['half of a surrogate pair', PLATFORM, { slug: '\ud800' }],
  ])('%s: refused by 400', async (_name, query, variables) => {
    const { status, text } = await ask(query, variables, accept);
    expect(status).toBe(400);
    expect(JSON.parse(text).errors[0]).toMatchObject({
      message: expect.stringMatching(/^strings: expected/),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});

describe.each(ACCEPTED)('hostile requests, accepting %s', (accept) => {
  const mutation = 'mutation { signOut(idempotencyKey: "k") { __typename } }';
  const body = JSON.stringify({ query: mutation });
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const multipart = { 'content-type': 'multipart/form-data; boundary=x' };
  const withVariables = (variables: string): string =>
    `{"query":"{ __typename }","variables":${variables}}`;

  it.each([
    ['a batch of 50', 400, JSON.stringify(Array(50).fill({ query: '{ __typename }' })), {}],
    ['a body over 1 MiB', 413, JSON.stringify({ query: `{ ${'a '.repeat(600_000)} }` }), {}],
    ['a mutation as text/plain', 415, body, { 'content-type': 'text/plain' }],
    ['a mutation as a form', 415, `query=${encodeURIComponent(mutation)}`, form],
    ['a mutation as multipart', 415, '--x--', multipart],
    ['__proto__ in variables', 400, withVariables('{"__proto__":{"slug":"x"}}'), {}],
    ['__proto__ within variables', 400, withVariables('{"a":[{"__proto__":{"isAdmin":true}}]}'), {}],
    ['__proto__ beside the query', 400, '{"query":"{ __typename }","__proto__":{"a":1}}', {}],
    ['constructor.prototype', 400, withVariables('{"constructor":{"prototype":{"a":1}}}'), {}],
    ['variables 100,000 deep', 400, withVariables(`{"a":${deep}}`), {}],
    ['300,000 variables', 400, withVariables(`{"a":[${'1,'.repeat(300_000)}1]}`), {}],
    ['half a JSON', 400, '{"query":', {}],
    ['a body that is null', 400, 'null', {}],
  ])('%s: %d', async (_name, status, text, headers) => {
    const answer = await post(text, { accept, ...headers });
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/"data"|\bat .*\.[jt]s:/);
  });

  it('a mutation by GET: 405, and nothing is done', async () => {
    const owner = await app.signUp(`Get ${accept}`);
    const headers = { ...owner.headers(), accept };
    const search = `?query=${encodeURIComponent(mutation)}`;
    expect((await send({ headers }, search)).status).toBe(405);
    expect((await owner.ask('{ viewer { actor } }')).errors).toBeUndefined();
  });

  it('__proto__ in variables by GET: 400', async () => {
    const variables = encodeURIComponent('{"__proto__":{"a":1}}');
    const search = `?query={__typename}&variables=${variables}`;
    expect((await send({ headers: { accept } }, search)).status).toBe(400);
  });
});

describe('after all of that', () => {
  it('the server answers, and nobody has what was forged', async () => {
    expect(JSON.parse((await ask('{ __typename }')).text)).toEqual({ data: { __typename: 'Query' } });
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });
});
