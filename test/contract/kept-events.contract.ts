import { z } from 'zod';
import { defineCodec, type EventCodec } from '../../src/eventstore/event-codec.js';
import { allDefinitions } from '../support/definitions.js';
import { complaintOf, missing, readAs, readKept, writeKept, type KeptEvent } from './kept-events.js';

// What is in a log is there for ever: every payload that was ever published is read, and as what it was.

describe('events of logs', () => {
  it('are read as they were read when they were written, those of earlier versions, too', async () => {
    const complaints: string[] = [];
    for (const { definition } of await allDefinitions()) {
      const { category, codec } = definition;
      if (process.env['KEPT_EVENTS'] === 'renew') renew(category, codec);
      const events = readKept(category);
      complaints.push(...missing(codec, events).map((name) => `${category}: add a stored payload of ${name} to kept-events/${category}.tsv`));
      complaints.push(...events.flatMap((event) => complaintOf(codec, event) ?? []));
    }
    expect(complaints.join('\n')).toBe('');
  });
});

/** What is read otherwise than before stays as it was, and goes on failing. */
function renew(category: string, codec: EventCodec<unknown>): void {
  const isNew = (event: KeptEvent): boolean => (complaintOf(codec, event) ?? '').includes('KEPT_EVENTS=renew');
  writeKept(category, readKept(category).map((event) => (isNew(event) ? { ...event, read: readAs(codec, event) } : event)));
}

type Planted = { readonly type: 'Planted'; readonly text: string; readonly more?: string };
const codecOf = (shape: object, upcasts?: [(first: Record<string, unknown>) => Record<string, unknown>]): EventCodec<unknown> =>
  defineCodec<Planted>({ Planted: { schema: z.object({ text: z.string(), ...shape }) as never, ...(upcasts && { upcasts }) } }) as EventCodec<unknown>;

describe('an event that was kept', () => {
  const stored = { type: 'Planted', schemaVersion: 1, data: '{"text":"x"}', read: null };
  const kept = { ...stored, read: readAs(codecOf({}), stored) };

  it('is read as it was, and more beside it is looked at by somebody', () => {
    expect(complaintOf(codecOf({}), kept)).toBeNull();
    expect(complaintOf(codecOf({}), stored)).toContain('is not written down: KEPT_EVENTS=renew npm test -- kept-events');
    expect(complaintOf(codecOf({ more: z.string().default('y') }), kept)).toContain('Planted of version 1 is read with more than before');
  });

  it.each<[string, object, string]>([
    ['a member without a default', { more: z.string() }, 'is not read any more: a new member has a default'],
    ['a member that is read otherwise', { text: z.string().transform((text) => `${text}!`) }, 'is read as something else than before'],
    ['a member that is gone', { text: z.string().transform(() => undefined) }, 'is read as something else than before'],
  ])('%s is refused', (_what, shape, why) => expect(complaintOf(codecOf(shape), kept)).toContain(why));

  it('is wanted of every version', () => {
    expect(missing(codecOf({}), [kept])).toEqual([]);
    expect(missing(codecOf({}, [(first) => first]), [kept])).toEqual(['Planted 2']);
    expect(missing(codecOf({}), [])).toEqual(['Planted 1']);
  });
});
