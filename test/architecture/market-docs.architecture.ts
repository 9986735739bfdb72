import { readdirSync, readFileSync } from 'node:fs';

const API = new URL('../../src/allocation/api/', import.meta.url);
const DOCS = readFileSync(new URL('../../docs/MARKET.md', import.meta.url), 'utf8');

/** From a decorator to the name of its method: what is indented by two and no decorator. */
const OPERATION = /@(?:Query|Mutation|Subscription)\(([\s\S]*?)\n {2}(?:async )?([a-z]\w*)\(/g;

function operationsIn(source: string): readonly string[] {
  return [...source.matchAll(OPERATION)].map(([, decorators = '', method = '']) => /\bname: '(\w+)'/.exec(decorators)?.[1] ?? method);
}

describe('docs/MARKET.md', () => {
  const files = readdirSync(API).filter((name) => name.endsWith('.resolver.ts'));
  const operations = files.flatMap((name) => operationsIn(readFileSync(new URL(name, API), 'utf8')));

  it('names everything that can be asked of the market, where it says what that does', () => {
    expect(operations.length).toBeGreaterThan(50);
    expect(operations.filter((name) => !new RegExp(`\`${name}\\b`).test(DOCS))).toEqual([]);
  });
});
