import { readFile } from 'node:fs/promises';
import { TOPIC_IDS, TOPICS } from './topics.js';

const read = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

it('has an anchor for each topic, and each topic has a page that links to it', async () => {
  expect(Object.keys(TOPICS)).toEqual(TOPIC_IDS);
  expect(await read('./topics.section.tsx')).toContain('{TOPIC_IDS.map((id) => (');
  expect(await read('./topics.section.tsx')).toContain('<h3 id={id} tabIndex={-1}>');
  const linked = new Set([...(await read('../routes.tsx')).matchAll(/ docs: '([a-z]+)' \}/g)].map(([, id]) => id));
  expect([...linked].sort()).toEqual([...TOPIC_IDS].sort());
});
