import { DAY_MS, formatInstant, MINUTE_MS, plus, type Duration } from '../../src/kernel/time.js';
import { Membership } from '../support/membership.js';
import { makeKey, UsageWorld, type Answer } from '../support/usage.js';

let world: UsageWorld;
let reservationId: string;
beforeAll(async () => {
  world = await UsageWorld.start();
  reservationId = await world.reservation();
});
afterAll(() => world.close());

const issues = ({ body }: Answer): readonly string[] =>
  body.issues.map(({ index, field, reason }: any) => `${index} ${field} ${reason}`);
const told = (answer: Answer): unknown => ({ status: answer.status, issues: issues(answer) });
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };
const UNREAD = 'content-type is not one that is read here';
const SINGLE = { 'content-type': 'application/cloudevents+json' };

describe('usage events', () => {
  it('come alone, in headers, and in batches, as the SDK of CloudEvents sends them', async () => {
    const own = await world.reservation();
    const answers = [
      await world.structured(world.event(own)),
      await world.binary(world.event(own, {}, { id: 'naïve "id"', source: '/a%2520b' })),
      await world.batch([world.event(own), world.event(own, { inputTokens: '7' })]),
      await world.batch([]),
    ];
    expect(answers.map(({ status, body }) => [status, body.accepted, body.duplicates])).toEqual([
      ...[[202, 1, 0], [202, 1, 0], [202, 2, 0]],
      [202, 0, 0],
    ]);
    expect(await world.stored(own)).toBe(4);
  });

  it('have headers that are percent-encoded and may be quoted', async () => {
    const { data, ...attributes } = world.event(reservationId, {}, { id: 'x' });
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)]),
    );
    const post = (id: string, type = 'application/json'): Promise<Answer> =>
      world.request(JSON.stringify(data), { ...headers, 'content-type': type, 'ce-id': id });
    expect((await post('Euro%20%E2%82%AC')).body).toEqual({ accepted: 1, duplicates: 0 });
    expect((await post('"Euro%20%E2%82%AC"')).body).toEqual({ accepted: 0, duplicates: 1 });
    const same = await world.structured({ ...attributes, id: 'Euro €', data });
    expect(same.body).toEqual({ accepted: 0, duplicates: 1 });
    expect(told(await post('%E2%82'))).toEqual({
      status: 422,
      issues: ['0 ce-id is not percent-encoded UTF-8'],
    });
    expect(issues(await post('a%00b'))).toEqual(['0 id has control characters']);
  });

  it('are counted once, however often and however written they come', async () => {
    const own = await world.reservation();
    const event = world.event(own, { cachedInputTokens: 0 });
    const data = { ...(event['data'] as object), inputTokens: '10' };
    const again = { ...event, traceparent: '00-1', data };
    expect((await world.batch([event, again, event])).body).toEqual({ accepted: 1, duplicates: 2 });
    expect((await world.structured(again)).body).toEqual({ accepted: 0, duplicates: 1 });
    const mixed = await world.batch([event, world.event(own)]);
    expect(mixed.body).toEqual({ accepted: 1, duplicates: 1 });
    expect(await world.stored(own)).toBe(2);
  });

  it('that say something else under a name are named, and nothing is stored', async () => {
    const own = await world.reservation();
    const event = world.event(own);
    const other = { ...event, data: { ...(event['data'] as object), inputTokens: 11 } };
    await world.structured(event);
    const answer = await world.batch([world.event(own), other]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const { id } = event;
    const said = `1 id ${String(id)} of /gateway/eu-1 came before with other content`;
    expect(told(answer)).toEqual({ status: 409, issues: [said] });
    const within = world.event(own);
    const twice = { ...within, time: formatInstant(world.at(2)) };
    expect(told(await world.batch([within, twice]))).toMatchObject({ status: 409 });
    expect(await world.stored(own)).toBe(1);
  });

  it('of one organization do not stand in the way of another’s', async () => {
    const event = world.event(reservationId);
    const other = { ...event, data: { ...(event['data'] as object), inputTokens: 11 } };
    expect((await world.structured(event)).body.accepted).toBe(1);
    const theirs = await world.structured(other, world.provider.key);
    expect(theirs.body).toEqual({ accepted: 1, duplicates: 0 });
  });

  it('posted 20 times at once are stored once, in whichever order', async () => {
    const own = await world.reservation();
    const events = Array.from({ length: 50 }, () => world.event(own));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        world.batch(index % 2 === 0 ? events : [...events].reverse()),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    const accepted = answers.reduce((sum, { body }) => sum + body.accepted, 0);
    const duplicates = answers.reduce((sum, { body }) => sum + body.duplicates, 0);
    expect([accepted, duplicates, await world.stored(own)]).toEqual([50, 950, 50]);
    await world.settle();
    expect(await world.totals(own)).toMatchObject({ events: '50', inputTokens: '500' });
  });
});

describe('requests that come at the same moment', () => {
  it('have each an answer of their own, and the sums of what was accepted', async () => {
    const own = await world.reservation();
    const first = world.event(own);
    await world.structured(first);
    const withInput = (event: Record<string, unknown>, inputTokens: number): Record<string, unknown> => ({
      ...event,
      data: { ...(event['data'] as object), inputTokens },
    });
    const type = 'ai.headroom.usage.correction.v1';
    const data = { inputTokens: 4, corrects: { id: first['id'] } };
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, index) => {
        if (index % 8 === 2) return world.batch([world.event(own), withInput(first, 11)]);
        if (index % 8 === 5) return world.batch([world.event(own), first]);
        if (index === 14) return world.batch([world.event(own), world.event(own, data, { type })]);
        if (index === 23) return world.batch([world.event(own), world.event('llama-3.3-70b@fp8~unknown')]);
        return world.batch([world.event(own), world.event(own)]);
      }),
    );
    const counted = { 409: 4, 202: 27, 422: 1 };
    for (const [status, count] of Object.entries(counted)) {
      expect([status, answers.filter((answer) => `${answer.status}` === status).length]).toEqual([status, count]);
    }
    const accepted = answers.reduce((sum, { body }) => sum + (body.accepted ?? 0), 0);
    expect([accepted, await world.stored(own)]).toEqual([22 * 2 + 4 + 2, accepted + 1]);
    await world.settle();
    // The correction is no event of its own, and lowers what it corrects from 10 to 4.
    expect(await world.totals(own)).toMatchObject({ events: `${accepted}`, inputTokens: `${accepted * 10 - 6}` });
  });
});

describe('who may report', () => {
  it('is told apart from who may not', async () => {
    const event = JSON.stringify(world.event(reservationId));
    const stranger = await world.request(event, SINGLE, null);
    expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="headroom"',
    ]);
    const weak = await makeKey(world.holder.client, ['MARKET_READ']);
    expect((await world.request(event, SINGLE, weak)).status).toBe(403);
    const people = new Membership(world.app);
    const byRole = await Promise.all(
      ['TRADER', 'FINANCE', 'VIEWER'].map(async (role) => {
        const { client } = await people.join(world.holder.client, role);
        const headers = { ...SINGLE, cookie: client.cookie ?? '' };
        return (await world.request(event, headers, null)).status;
      }),
    );
    expect(byRole).toEqual([202, 403, 403]);
  });

  it('cannot learn of reservations of others, nor of those not paid', async () => {
    const held = await world.hold();
    const unknown = reservationId.replace(/~.*/, '~unknown');
    const ask = (id: string, key?: string): Promise<Answer> =>
      world.batch([world.event(id, {}, { time: formatInstant(world.at(-100)) })], key);
    const answers = await Promise.all([
      ask(unknown),
      ask('no market at all'),
      ask('evil@fp8~x'),
      ask(held),
      ask(reservationId, world.other.key),
    ]);
    const reason = 'names no paid reservation that your organization holds or provides';
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({ status: 422, body: answers[0]?.body });
    }
    expect(issues(answers[0]!)).toEqual([`0 data.reservationId ${reason}`]);
    expect(await world.stored(held)).toBe(0);
  });

  it('may report in the moment after payment', async () => {
    const fresh = await Promise.all(Array.from({ length: 10 }, () => world.hold()));
    const answers = await Promise.all(
      fresh.map(async (id) => {
        await world.pay(id);
        return world.structured(world.event(id));
      }),
    );
    expect(answers.map(({ body }) => body.accepted)).toEqual(fresh.map(() => 1));
  });
});

describe('what is refused', () => {
  const before = (): Promise<number> => world.stored(reservationId);

  it('is everything of a request, with each thing that is wrong', async () => {
    const stored = await before();
    const time = (offset: number): string => formatInstant(plus(world.clock.now(), offset));
    const answer = await world.batch([
      world.event(reservationId),
      world.event(reservationId, { inputTokens: 1e18, outputTokens: -1 }),
      world.event(reservationId, { outputTokens: '9007199254740993', reasoningTokens: 3 }),
      world.event(reservationId, { inputTokens: 5, cachedInputTokens: 6 }, { id: 'a\u0000' }),
      'nothing',
    ]);
    expect(told(answer)).toEqual({
      status: 422,
      issues: [
        '1 data.inputTokens is too large',
        '1 data.outputTokens is below zero',
        '2 data.outputTokens is too large',
        '3 id has control characters',
        '3 data.cachedInputTokens is more than inputTokens',
        '4 event is no JSON object',
      ],
    });
    const late = await world.batch([
      world.event(reservationId, {}, { time: time(4 * MINUTE_MS) }),
      world.event(reservationId, {}, { time: time(6 * MINUTE_MS) }),
      world.event(reservationId, {}, { time: formatInstant(world.sold.end) }),
      world.event(reservationId, {}, { time: formatInstant(plus(world.sold.start, -1)) }),
      world.event(reservationId, {}, { time: formatInstant(world.sold.start) }),
    ]);
    expect(issues(late)).toEqual([
      '1 time is in the future',
      '2 time is outside the window of the reservation',
      '3 time is outside the window of the reservation',
    ]);
    expect(late.body.detail).toContain('nothing was stored');
    expect(late.body.issues[1].accepted).toContain(formatInstant(world.sold.start));
    expect(await before()).toBe(stored);
  });

  it.each([
    ['{"specversion":', SINGLE, 400, 'body is not JSON'],
    ['NaN', SINGLE, 400, 'body is not JSON'],
    ['', SINGLE, 400, 'body is not JSON'],
    [Uint8Array.of(0x22, 0xff, 0x22), SINGLE, 400, 'body is not JSON'],
    ['[{"data":{"inputTokens":NaN}}]', BATCH, 400, 'body is not JSON'],
    ['{}', BATCH, 422, 'body is no JSON array'],
    [JSON.stringify(Array.from({ length: 1_001 }, () => 0)), BATCH, 422, 'body holds 1001 events'],
    ['{}', { 'content-type': 'application/json' }, 415, 'content-type comes without ce- headers'],
    ['{}', { 'content-type': 'text/plain' }, 415, UNREAD],
    ['<e/>', { 'content-type': 'application/cloudevents+xml' }, 415, UNREAD],
    [Uint8Array.of(1), {}, 415, UNREAD],
    [`"${'a'.repeat(1_048_576)}"`, SINGLE, 413, 'body is too large'],
  ])('is request %# of those that cannot be read', async (body, headers, status, issue) => {
    const answer = await world.request(body, headers as Record<string, string>);
    expect(told(answer)).toEqual({ status, issues: [`null ${issue}`] });
    expect(answer.body).toMatchObject({ type: 'about:blank', status });
    expect(answer.body.issues[0].accepted).not.toBe('');
  });

  it('is what prototypes would smuggle in', async () => {
    const text = JSON.stringify(world.event(reservationId));
    const smuggled = text.replace('"inputTokens":10', '"__proto__":{"inputTokens":10}');
    expect(told(await world.request(smuggled, SINGLE))).toEqual({
      status: 422,
      issues: ['0 data.__proto__ is not known', '0 data.inputTokens is missing'],
    });
    const constructed = text.replace('"id"', '"constructor":{"prototype":{"x":1}},"id"');
    expect((await world.request(constructed, SINGLE)).status).toBe(422);
  });

  it('is use from before the last 35 days, and of the far future', async () => {
    const old = world.event(reservationId, {}, { id: 'old' });
    await world.clock.advance((35 * DAY_MS) as Duration);
    const answer = await world.batch([old]);
    expect(issues(answer)).toEqual(['0 time is too long ago']);
    const young = { ...old, time: formatInstant(world.at(7.9)) };
    expect((await world.batch([young])).status).toBe(202);
  });
});
