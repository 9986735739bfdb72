import '../../../test/support/property-seed.js';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { ReservationId } from '../../kernel/ids.js';
import { MINUTE_MS, type Instant } from '../../kernel/time.js';
import { addUsage, NO_USAGE } from '../model/token-counts.js';
import type { UsageReport } from '../model/usage-report.js';
import { contentHashOf } from './usage-content.js';
import { modelOf, sumByMinute, type TimedUse } from './usage-sums.js';

const tokens = fc.bigInt({ min: -1_000_000_000_000n, max: 1_000_000_000_000n });
const counts = fc.record({ input: tokens, cachedInput: tokens, output: tokens, reasoning: tokens });
const reservationId = fc.constantFrom('llama@fp8~1', 'llama@fp8~2', 'qwen@int4~1').map((id) => id as ReservationId);
const servedAt = fc.integer({ min: 1_800_000_000_000, max: 1_800_000_300_000 }).map((at) => at as Instant);

const use: fc.Arbitrary<TimedUse> = fc.record({
  ...{ reservationId, servedAt },
  sum: fc.record({ events: fc.bigInt({ min: -1n, max: 1n }), counts }),
  model: fc.constantFrom(null, 'llama', 'a model'),
});

describe('use by reservation, model and minute', () => {
  it('comes to what adding up each by itself does', () => {
    fc.assert(
      fc.property(fc.array(use, { maxLength: 60 }), (uses) => {
        const keyOf = ({ reservationId: id, servedAt: at, model }: TimedUse): string =>
          JSON.stringify([id, Math.floor(at / MINUTE_MS) * MINUTE_MS, model ?? modelOf(id)]);
        const naive = new Map(
          uses.map((one) => {
            const same = uses.filter((other) => keyOf(other) === keyOf(one));
            return [keyOf(one), same.reduce((sum, other) => addUsage(sum, other.sum), NO_USAGE)];
          }),
        );
        const sums = sumByMinute(uses);
        const given = new Map(sums.map(({ reservationId: id, minute, model, sum }) => [JSON.stringify([id, minute, model]), sum]));
        expect(given).toEqual(naive);
        expect(sums).toHaveLength(naive.size);
      }),
    );
  });
});

/** As it has been written since the first event: another hash would make conflicts of what is sent again. */
function naiveHash({ reservationId: id, servedAt: at, counts: given, requestId, corrects }: UsageReport): Buffer {
  const when = corrects === null ? at : JSON.stringify([corrects.source, corrects.id]);
  const { input, cachedInput, output, reasoning } = given;
  const named = requestId === null ? [] : [JSON.stringify(requestId)];
  const content = [id, when, input, cachedInput, output, reasoning, ...named].join(' ');
  return createHash('sha256').update(content).digest();
}

describe('the hash of what an event says', () => {
  it('never changes', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const name = fc.record({ source: text, id: text });
    const report: fc.Arbitrary<UsageReport> = fc.record({
      ...{ reservationId, servedAt, counts, source: text, id: text },
      ...{ requestId: fc.option(text), corrects: fc.option(name) },
    });
    fc.assert(fc.property(report, (one) => contentHashOf(one).equals(naiveHash(one))));
    const [sent] = fc.sample(report, 1) as [UsageReport];
    expect(contentHashOf({ ...sent, reservationId: null })).toEqual(naiveHash({ ...sent, reservationId: '' as ReservationId }));
  });
});
