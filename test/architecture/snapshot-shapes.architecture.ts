import type { AnyDefinition } from '../../src/eventstore/definition-registry.js';
import { allDefinitions, type Defined } from '../support/definitions.js';
import { complaint, linesOf, mayRenew, readShape, strangers, writeShape, type KeptShape } from './kept-shapes.js';
import { StateTypes } from './state-shapes.js';

// A snapshot of another shape than the state has now is read as if it were one: nothing fails until somebody is told something wrong.

/** The compiler reads all models, on a machine that may be busy. */
const COMPILED_WITHIN_MS = 180_000;

/** What a snapshot of an empty state has at its top: indexes are left out by their codecs, and made again. */
function writtenBy({ decider, snapshot }: AnyDefinition): (member: string) => boolean {
  const written = JSON.parse(snapshot.encode(decider.initialState())) as Readonly<Record<string, unknown>> | null;
  return (member) => written === null || member in written;
}

function shapesOf(all: readonly Defined[]): ReadonlyMap<string, KeptShape> {
  const types = StateTypes.of(all.map(({ file }) => file));
  return new Map(
    all.map(({ file, name, definition }) => {
      const lines = linesOf(types.shapeOf(types.stateOf(file, name), writtenBy(definition)));
      return [definition.category, { version: definition.snapshot.schemaVersion, lines }];
    }),
  );
}

describe('the shape of a state', () => {
  it('is the one that is written down for the version of its snapshots', async () => {
    const all = await allDefinitions();
    expect(all.map(({ definition }) => definition.category).sort()).toEqual(['evidence', 'invoice', 'ledger', 'market', 'pool', 'slo', 'usage']);
    const shapes = [...shapesOf(all)];
    if (process.env['SNAPSHOT_SHAPES'] === 'renew') {
      for (const [category, now] of shapes) if (mayRenew(readShape(category), now)) writeShape(category, now);
    }
    const complaints = shapes.flatMap(([category, now]) => complaint(category, readShape(category), now) ?? []);
    expect(complaints.join('\n')).toBe('');
  }, COMPILED_WITHIN_MS);
});

const ORDERS = `readonly orders: Map<string & { readonly brand: 1 }, { readonly limit: bigint | null; readonly end: { kind: 'open' } | { kind: 'over'; at?: number } }>`;
const PLANTED = {
  before: ORDERS,
  more: `${ORDERS}; readonly planted: { readonly text: string } | null`,
  ids: 'readonly ids: Set<string>',
  made: 'readonly made: () => void',
  loose: 'readonly loose: unknown',
};
const FILE = 'src/planted.definition.ts';
const text = Object.entries(PLANTED).map(([name, members]) => `export declare const ${name}: Definition<{ ${members} }>;`);
const plantedTypes = StateTypes.of([FILE], { [FILE]: `interface Definition<State> { readonly state: State }\n${text.join('\n')}` });
const planted = (name: keyof typeof PLANTED): readonly string[] => linesOf(plantedTypes.shapeOf(plantedTypes.stateOf(FILE, name)));

describe('a shape', () => {
  it('has every place that a state can have, whether or not anything is ever there', () => {
    expect(planted('before')).toEqual([
      'orders.*.end(kind open).kind: "open"',
      'orders.*.end(kind over).at: absent | number',
      'orders.*.end(kind over).kind: "over"',
      'orders.*.limit: bigint | null',
      'orders.key: string',
    ]);
  });

  it('of what a snapshot cannot hold is refused', () => {
    expect(() => planted('ids')).toThrow('ids is Set<string>, which a snapshot cannot hold');
    expect(() => planted('made')).toThrow('made is () => void, which');
    expect(() => planted('loose')).toThrow('loose is unknown, which');
  });

  it('knows what is written, and what is not a part of it', () => {
    const order = '["O",{"end":{"kind":"over"},"limit":{"bigint":"7"}}]';
    expect(strangers(planted('before'), `{"orders":{"map":[${order}]}}`)).toEqual([]);
    const text = `{"orders":{"map":[${order.replace('over', 'lapsed').replace('"limit"', '"price"')}]}}`;
    expect(strangers(planted('before'), text)).toEqual(['orders.*.end.kind: "lapsed"', 'orders.*.price: bigint']);
  });

  it('that has changed is named, with what to do, until the version is another one and the shape is renewed', () => {
    const before = { version: 3, lines: planted('before') };
    const member = planted('more');
    expect(complaint('market', before, before)).toBeNull();
    const told = complaint('market', before, { version: 3, lines: member });
    expect(told?.split('\n')).toEqual([
      'the state of market has another shape than snapshots of version 3 have, which would be read as if they had it',
      '+ planted.text: string',
      '+ planted: null',
      'raise the schemaVersion of its snapshot above 3, then SNAPSHOT_SHAPES=renew npm test -- snapshot-shapes',
    ]);
    expect(mayRenew(before, { version: 3, lines: member })).toBe(false);
    const raised = { version: 4, lines: member };
    expect(complaint('market', before, raised)).toContain('version 4, and version 3 is written down: SNAPSHOT_SHAPES=renew');
    expect(mayRenew(before, raised)).toBe(true);
    expect(complaint('market', raised, raised)).toBeNull();
    expect(complaint('market', raised, before)).toContain('a version is not taken back');
  });
});
