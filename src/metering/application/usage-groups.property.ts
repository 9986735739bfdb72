import '../../../test/support/property-seed.js';
import fc from 'fast-check';
import type { OrganizationId, ReservationId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import { TooMuchWaitsError, UsageGroups, type StoreTogether } from './usage-groups.js';
import type { NamedReport, ReportRequest, Stored } from './usage-store.js';

/** What may be sent: events by name and content; one that the database refuses; one with a correction. */
interface Sent {
  readonly organization: 'a' | 'b';
  readonly events: Readonly<Record<string, string>>;
  readonly isPoison: boolean;
  readonly isCorrection: boolean;
  /** Turns of the event loop after the one before. */
  readonly after: number;
}

const NAMES = Array.from({ length: 14 }, (_, index) => `n${index}`);

const sent: fc.Arbitrary<Sent> = fc.record({
  organization: fc.constantFrom('a', 'b'),
  events: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom('x', 'x', 'x', 'y'), {
    minKeys: 1,
    maxKeys: 3,
  }),
  isPoison: fc.integer({ max: 9, min: 0 }).map((n) => n === 0),
  isCorrection: fc.integer({ max: 9, min: 0 }).map((n) => n === 0),
  after: fc.constantFrom(0, 0, 0, 1, 4),
});

const LIMITS = { together: 6, waiting: 1_000 };
const COUNTS = { input: 0n, cachedInput: 0n, output: 1n, reasoning: 0n };
const POISON = Object.assign(new Error('refused by the database'), { code: '22P05' });

function requestOf({ organization, events, isPoison, isCorrection }: Sent): ReportRequest {
  const actor = isPoison ? 'poison' : 'key';
  const corrects = isCorrection ? { source: '/s', id: 'other' } : null;
  const reports = Object.entries(events).map(([name, content]): NamedReport => ({
    name,
    contentHash: Buffer.from(content),
    report: {
      ...{ source: '/s', id: name, counts: COUNTS, requestId: null, corrects },
      ...{ reservationId: 'm~1' as ReservationId, servedAt: 0 as Instant },
    },
  }));
  const reporter = { organizationId: organization as OrganizationId, actor, now: 0 as Instant };
  return { reporter, reports, evidenceOf: () => 'holder' };
}

/** A store that knows names and contents: what the database promises, without one. */
class NamedContents {
  readonly known = new Map<string, string>();

  storeOne({ reporter, reports }: ReportRequest): Stored {
    if (reporter.actor === 'poison') throw POISON;
    const keyOf = ({ name }: NamedReport): string => `${reporter.organizationId} ${name}`;
    const others = reports.filter((one) => {
      const before = this.known.get(keyOf(one));
      return before !== undefined && before !== one.contentHash.toString();
    });
    if (others.length > 0) return { kind: 'conflict', names: new Set(others.map(({ name }) => name)) };
    const fresh = reports.filter((one) => !this.known.has(keyOf(one)));
    for (const one of fresh) this.known.set(keyOf(one), one.contentHash.toString());
    return { kind: 'stored', accepted: fresh.length };
  }

  /** All of them or none. */
  storeTogether(requests: readonly ReportRequest[]): readonly Stored[] {
    const draft = new NamedContents();
    for (const [key, content] of this.known) draft.known.set(key, content);
    const outcomes = requests.map((request) => draft.storeOne(request));
    if (!outcomes.every(({ kind }) => kind === 'stored')) return outcomes;
    for (const [key, content] of draft.known) this.known.set(key, content);
    return outcomes;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const settledAs = (promise: Promise<Stored>): Promise<Stored | unknown> => promise.catch((error: unknown) => error);

describe('requests that are stored together', () => {
  it('are answered as if each had been stored alone, in the order they came', async () => {
    const groups: number[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { maxLength: 30 }), async (all) => {
        const store = new NamedContents();
        const served = new UsageGroups(async (_organizationId, requests) => {
          await turn();
          await turn();
          expectFit(requests);
          groups.push(requests.length);
          return store.storeTogether(requests);
        }, LIMITS);
        const answers: Promise<unknown>[] = [];
        for (const one of all) {
          for (let turns = 0; turns < one.after; turns += 1) await turn();
          answers.push(settledAs(served.store(requestOf(one))));
        }
        const naive = new NamedContents();
        const expected = all.map((one) => {
          try {
            return naive.storeOne(requestOf(one));
          } catch (error) {
            return error;
          }
        });
        expect(await Promise.all(answers)).toEqual(expected);
        expect(store.known).toEqual(naive.known);
      }),
      { numRuns: 120 },
    );
    expect(Math.max(...groups)).toBeGreaterThan(2);
  });

  it('all fail when the database cannot be reached, and what comes later is stored', async () => {
    let fails = true;
    const together: StoreTogether = async (_organizationId, requests) => {
      await turn();
      if (fails) throw new Error('connection lost');
      return requests.map(({ reports }) => ({ kind: 'stored', accepted: reports.length }));
    };
    const served = new UsageGroups(together, LIMITS);
    const events = ['n1', 'n2', 'n3'].map((name) => one({ [name]: 'x' }));
    const failed = await Promise.all(events.map((event) => settledAs(served.store(event))));
    expect(failed).toEqual(events.map(() => new Error('connection lost')));
    fails = false;
    expect(await served.store(one({ n4: 'x' }))).toEqual({ kind: 'stored', accepted: 1 });
  });

  it('are as many as there is room for; then nothing is begun', async () => {
    const held: (() => void)[] = [];
    const together: StoreTogether = async (_organizationId, requests) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return requests.map(({ reports }) => ({ kind: 'stored', accepted: reports.length }));
    };
    const served = new UsageGroups(together, { together: 6, waiting: 2 });
    const taken = ['n1', 'n2', 'n3'].map((name) => served.store(one({ [name]: 'x' })));
    expect(() => served.store(one({ n4: 'x' }))).toThrow(TooMuchWaitsError);
    const other = served.store({ ...one({ n4: 'x' }), reporter: { ...one({}).reporter, organizationId: 'b' as OrganizationId } });
    while (held.length > 0) {
      held.splice(0).forEach((release) => release());
      await turn();
    }
    expect(await Promise.all([...taken, other])).toHaveLength(4);
  });
});

const one = (events: Readonly<Record<string, string>>): ReportRequest =>
  requestOf({ organization: 'a', events, isPoison: false, isCorrection: false, after: 0 });

/** Of one organization, no name twice, corrections alone, no more than may be. */
function expectFit(requests: readonly ReportRequest[]): void {
  const reports = requests.flatMap((request) => request.reports);
  expect(new Set(requests.map(({ reporter }) => reporter.organizationId)).size).toBe(1);
  if (requests.length === 1) return;
  expect(new Set(reports.map(({ name }) => name)).size).toBe(reports.length);
  expect(reports.length).toBeLessThanOrEqual(LIMITS.together);
  expect(reports.every(({ report }) => report.corrects === null)).toBe(true);
}
