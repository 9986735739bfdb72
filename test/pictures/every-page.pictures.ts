import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { present } from '../../src/kernel/assert.js';
import { DESK, TELEPHONE, type TestOffice, type Visitor } from '../support/browser.js';
import { furnish, pathOf, type Furnished } from '../support/furnished.js';
import { nameOf, roomsOf, type Room } from '../support/page-list.js';
import { goWithin } from '../support/page-rooms.js';
import { openPopulated, POPULATED_WITHIN_MS } from '../support/populated-office.js';
import { ServedStory } from '../support/served-story.js';
import { clockOf, HOUR } from '../support/trading.js';
import { until } from '../support/until.js';

// `SUITE=pictures PICTURES=folder npm test`: every page of the router's list, at a desk and at a telephone, by day and by night, whole.

const SIZES = { desk: DESK, telephone: TELEPHONE } as const;
const SCHEMES = ['light', 'dark'] as const;
/** Traffic is somebody's who buys nothing else. */
const SERVED = /^\/app\/(serving|pilots)\b/;
/** There once the month is over. */
const ISSUED = /^\/app\/(finance|admin)\/invoices\b/;
/** For whoever is nobody yet. */
const OPEN = /^\/app\/(sign-in|sign-up|invite)$/;
const PICTURES_WITHIN_MS = 600_000;

let folder: string;
let office: TestOffice;
let story: ServedStory;
let furnished: Furnished;
let rooms: readonly Room[];

beforeAll(async () => {
  folder = resolve(present(process.env['PICTURES'], 'PICTURES: the folder that the pictures are to be kept in'));
  await mkdir(folder, { recursive: true });
  office = await openPopulated();
  story = await ServedStory.tell(office.app);
  furnished = await furnish(office);
  rooms = await roomsOf();
}, POPULATED_WITHIN_MS);
afterAll(() => office.close());

/** What the browser complained about, by the page. */
async function picture(enter: (size: typeof DESK | typeof TELEPHONE) => Promise<Visitor>, shown: readonly Room[], parts: Furnished['parts']): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [size, options] of Object.entries(SIZES)) {
    const visitor = await enter(options);
    await visitor.page.goto('/');
    for (const room of shown) found.push(...(await pictureOf(visitor, size, room, parts)));
  }
  return found;
}

async function pictureOf({ page, complaints }: Visitor, size: string, { path }: Room, parts: Furnished['parts']): Promise<readonly string[]> {
  await goWithin(page, pathOf(path, parts));
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${nameOf(path)}-${size}-${colorScheme}.png`), fullPage: true });
  }
  return complaints.splice(0).map((text) => `${path}: ${text}`);
}

/** The number of the owner's first invoice, three days after the month's end. */
async function closeMonth(): Promise<string> {
  const began = new Date(story.market.start);
  await clockOf(office.app).advanceTo((Date.UTC(began.getUTCFullYear(), began.getUTCMonth() + 1, 1) + 73 * HOUR) as never);
  const { data } = await until(
    () => furnished.owner.ask('{ invoices { edges { node { number } } } }'),
    (answer) => answer.data?.['invoices'].edges.length > 0,
  );
  return data?.['invoices'].edges[0].node.number as string;
}

it('takes a picture of every page, and no page complains', async () => {
  const { owner, parts } = furnished;
  const of = (which: RegExp) => rooms.filter(({ path }) => which.test(path));
  const [served, issued, open] = [of(SERVED), of(ISSUED), of(OPEN)];
  const own = rooms.filter((room) => ![...served, ...issued, ...open].includes(room));
  const found = [
    ...(await picture((size) => office.visitor(size), open, parts)),
    ...(await picture((size) => office.as(story.buyer, size), served, { ...parts, pilotId: story.pilotId })),
    ...(await picture((size) => office.as(owner, size), own, parts)),
  ];
  const number = await closeMonth();
  found.push(...(await picture((size) => office.as(owner, size), issued, { ...parts, monthOrNumber: number, number })));
  expect(found).toEqual([]);
}, PICTURES_WITHIN_MS);
