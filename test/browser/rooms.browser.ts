import type { Page } from 'playwright-core';
import { DESK, TELEPHONE, TestOffice, type Visitor } from '../support/browser.js';
import { furnish, pathOf, type Furnished } from '../support/furnished.js';
import { DOORS, tryDialog } from '../support/page-dialogs.js';
import { AWKWARD } from '../support/page-hands.js';
import { roomsOf, type Room } from '../support/page-list.js';
import { afterPaint, BROKEN, broken, changed, goWithin, lengthen, multiplied, silence, Wire, type LongList } from '../support/page-rooms.js';

// Every page of the router's list, in every state that a page can be in.

const OPEN_WITHIN_MS = 240_000;
/** WCAG 1.4.10: a desk of 1280 px at 400 %. */
const NARROW = { viewport: { width: 320, height: 640 } } as const;
/** Pages that are looked at side by side, each by the same person. */
const LANES = 3;
/** They ask the exchange nothing until something is typed or pressed there. */
const ASKS_NOTHING = ['/docs', '/app/sign-in', '/app/sign-up', '/app/invite'];

const ROWS = 10_000;
/** So many rows are in the page at most, those of other lists included. */
const SHOWN_MAX = 120;
/** Goes to the end, as often as it takes: heights of rows are known when they were shown. */
const SHOWS_LAST = `(last) => {
  scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
  return document.querySelector('tbody tr[data-index="' + last + '"]') !== null;
}`;
const FAILED_JOB = { __typename: 'FailedJob', queue: 'billing', jobId: 'a', name: 'close-month', payload: '{}', reason: 'no', attempts: 3, stalls: 0, failedAt: '2030-05-15T10:05:00.000Z' };
const ISSUED = {
  ...{ __typename: 'IssuedInvoiceHead', number: 'HR-2030-1', month: '2030-04', organizationId: 'a', organizationName: 'Later', charges: '1', credits: '0', tax: '0' },
  ...{ status: 'PAID', issuedAt: '2030-05-01T00:00:00.000Z' },
};
const USED = { __typename: 'UsageRollup', start: '2030-05-15T10:00:00.000Z', model: 'm', events: 1, inputTokens: '1', cachedInputTokens: '0', outputTokens: '1', reasoningTokens: '0' };
const LONG_LISTS: readonly LongList[] = [
  { path: '/app/capacity', field: 'reservations', key: 'reservationId' },
  { path: '/app/auctions', field: 'listings', key: 'listingId' },
  { path: '/app/pools/:poolId', field: 'listings', key: 'listingId' },
  { path: '/app/serving/usage', field: 'usageRollups', key: 'model', row: USED },
  { path: '/app/finance/ledger', field: 'ledgerEntries', key: 'version' },
  { path: '/app/settings/keys', field: 'apiKeys', key: 'keyId' },
  { path: '/app/settings/audit', field: 'auditEntries', key: 'entryId' },
  { path: '/app/admin', field: 'organizations', key: 'organizationId' },
  { path: '/app/admin/jobs', field: 'failedJobs', key: 'jobId', row: FAILED_JOB },
  { path: '/app/admin/invoices', field: 'issuedInvoices', key: 'number', row: ISSUED },
  { path: '/app/admin/audit', field: 'auditTrail', key: 'entryId' },
];

/** All of it, or what one came there to do, is for others than those who only read. */
const FOR_OTHERS = /^\/app\/(admin|finance|provided|bid|reserve)\b|\/(list|curtail|change|keys|audit|webhooks|:auctionId)$/;
/** As a sentence. */
const BROKEN_SAID = `${BROKEN[0]?.toUpperCase()}${BROKEN.slice(1)}`;

let office: TestOffice;
let furnished: Furnished;
let rooms: readonly Room[];

beforeAll(async () => {
  office = await TestOffice.open();
  furnished = await furnish(office);
  rooms = await roomsOf();
}, OPEN_WITHIN_MS);
afterAll(() => office.close());

type Look = (room: Room & { readonly at: string }) => Promise<readonly string[]>;

/** What is wrong on any page, by its path; every look is of one page. */
async function walk(lookers: readonly Look[], parts = furnished.parts): Promise<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  const queue = [...rooms];
  const go = async (look: Look): Promise<void> => {
    for (let room = queue.shift(); room !== undefined; room = queue.shift()) {
      const wrong = await look({ ...room, at: pathOf(room.path, parts) }).catch((error: unknown) => [String(error)]);
      if (wrong.length > 0) found[room.path] = wrong;
    }
  };
  await Promise.all(lookers.map(go));
  return found;
}

const people = (open: () => Promise<Visitor>, count = LANES): Promise<readonly Visitor[]> => Promise.all(Array.from({ length: count }, open));

const awkwardness = ({ page }: Visitor): Promise<readonly string[]> => page.evaluate(...AWKWARD);

/** What the browser said since it was last asked, but for what was done to it on purpose. */
const complaintsOf = ({ complaints }: Visitor, isMeant: RegExp = /^$/): readonly string[] =>
  complaints.splice(0).filter((text) => !isMeant.test(text));

describe('every page', () => {
  it('has its heading and lines while nothing is known, says what is wrong and what now, and is whole after that', async () => {
    const visitors = await people(() => office.as(furnished.owner, TELEPHONE));
    const quiet: string[] = [];
    const looks = visitors.map((visitor) => lostAndFound(visitor, quiet));
    expect(await walk(await Promise.all(looks))).toEqual({});
    expect(quiet.sort()).toEqual([...ASKS_NOTHING].sort());
  });

  it('says what a role does not allow, and nothing else', async () => {
    const visitors = await people(() => office.as(furnished.viewer, NARROW));
    const refused: string[] = [];
    const looks = visitors.map((visitor): Look => async ({ path, at }) => {
      const { page } = visitor;
      await goFirst(visitor, at);
      if (await page.getByText('Your role does not allow this').first().isVisible()) refused.push(path);
      const alerts = await alertsOf(visitor);
      return [...alerts, ...(await saysSomething(visitor)), ...(await awkwardness(visitor)), ...(await visitor.seriousIn('main')), ...complaintsOf(visitor)];
    });
    expect(await walk(looks)).toEqual({});
    const isTheirs = ({ path }: Room): boolean => !FOR_OTHERS.test(path) || path === '/app/finance/limits';
    expect(refused.sort()).toEqual(rooms.filter((room) => !isTheirs(room)).map(({ path }) => path).sort());
  });

  it('has something to say where there is nothing yet', async () => {
    const fresh = await office.app.signUp('Fresh', { isProvider: true, isBuyer: true });
    const visitors = await people(() => office.as(fresh, DESK));
    const nothing = { ...furnished.parts, listingId: 'none', auctionId: 'none', reservationId: 'none', poolId: 'none' };
    const looks = visitors.map(async (visitor): Promise<Look> => {
      const wire = await Wire.of(visitor.page, { isTotal: true });
      wire.set(afterPaint(visitor.page, (question) => question.pass()));
      return async ({ at }) => {
        await goFirst(visitor, at);
        const alerts = await alertsOf(visitor);
        return [...alerts, ...(await visitor.movedSince()), ...(await saysSomething(visitor)), ...(await awkwardness(visitor)), ...complaintsOf(visitor)];
      };
    });
    expect(await walk(await Promise.all(looks), nothing)).toEqual({});
  });

  it('has room for names of eighty characters, and keeps nobody out by day or by night', async () => {
    const visitors = await people(() => office.as(furnished.owner, NARROW));
    const looks = visitors.map(async (visitor): Promise<Look> => {
      const wire = await Wire.of(visitor.page, { isTotal: true });
      wire.set(afterPaint(visitor.page, changed(lengthen)));
      return async ({ at }) => {
        await goFirst(visitor, at);
        const found = [...(await visitor.movedSince()), ...(await awkwardness(visitor))];
        return [...found, ...(await visitor.seriousByDayAndNight('main')), ...complaintsOf(visitor)];
      };
    });
    expect(await walk(await Promise.all(looks))).toEqual({});
  });
});

describe('a list', () => {
  let reader: Visitor;
  let wire: Wire;

  beforeAll(async () => {
    reader = await office.as(furnished.owner, DESK);
    wire = await Wire.of(reader.page);
  });

  it('that got no answer is asked for again by itself, however seldom it is otherwise', async () => {
    const { page } = reader;
    wire.set(broken);
    await page.goto('/app/pools');
    const alert = page.getByRole('main').getByRole('alert').filter({ hasText: BROKEN_SAID }).first();
    await alert.waitFor();
    wire.set(null);
    await alert.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Pools', level: 1 }).waitFor();
    expect(complaintsOf(reader)).toEqual([]);
  });

  it.each(LONG_LISTS)('has few rows of ten thousand: $path', async (list) => {
    const { page, complaints } = reader;
    wire.set(changed(multiplied(list, ROWS)));
    await page.goto(pathOf(list.path, furnished.parts));
    await page.locator(`table[aria-rowcount="${ROWS + 1}"]`).waitFor();
    expect(await page.locator('main tr, main .timeline rect').count()).toBeLessThan(SHOWN_MAX);
    await page.waitForFunction(SHOWS_LAST, ROWS - 1);
    expect(complaints).toEqual([]);
  });
});

describe('every dialog', () => {
  it('begins where one types, says what is wrong there, is sound, and gives the focus back', async () => {
    const visitor = await office.as(furnished.owner, NARROW);
    const found: Record<string, readonly string[]> = {};
    for (const door of DOORS) {
      await goFirst(visitor, pathOf(door.path, furnished.parts));
      const wrong = await tryDialog(visitor, door).catch((error: unknown) => [String(error)]);
      if (wrong.length > 0) found[`${door.path} ${door.name.source}`] = wrong;
    }
    expect(found).toEqual({});
    expect(complaintsOf(visitor)).toEqual([]);
  });
});

/** The first page is loaded, the others are gone to as by a link. */
async function goFirst({ page }: Visitor, at: string): Promise<void> {
  if (page.url() === 'about:blank') await page.goto(at);
  await goWithin(page, at);
}

/** A form has a place for what may be wrong with it. */
const alertsOf = async ({ page }: Visitor): Promise<readonly string[]> =>
  (await page.locator('main [role=alert]').allTextContents()).filter((text) => text !== '');

/** A heading alone is no page. */
async function saysSomething({ page }: Visitor): Promise<readonly string[]> {
  const { length } = (await page.locator('main').innerText()).replace(await page.locator('main h1').innerText(), '').trim();
  return length > 20 ? [] : ['it has nothing to say'];
}

async function lostAndFound(visitor: Visitor, quiet: string[]): Promise<Look> {
  const { page } = visitor;
  const wire = await Wire.of(page);
  const main = page.getByRole('main');
  const alert = (said: string): ReturnType<Page['locator']> => main.getByRole('alert').filter({ hasText: said }).first();
  return async ({ path, at }) => {
    const { interference, lose } = silence();
    wire.set(interference, at);
    await page.goto(at);
    await main.getByRole('heading', { level: 1 }).waitFor();
    if (ASKS_NOTHING.includes(path)) {
      await goWithin(page, at);
      if (wire.asked === 0) quiet.push(path);
      return complaintsOf(visitor);
    }
    await main.locator('[aria-busy=true]').first().waitFor();
    const moved = (await visitor.shifts()).map(({ what }) => `moves while nothing has come yet: ${what}`);
    const waiting = [...moved, ...(await awkwardness(visitor))];
    lose();
    await alert('does not answer').waitFor();
    wire.set(broken);
    await alert('does not answer').getByRole('button', { name: 'Try again' }).click();
    await alert(BROKEN_SAID).waitFor();
    const failed = [...(await awkwardness(visitor)), ...(await visitor.seriousIn('main'))];
    wire.set(null);
    // It may be here already: whatever is on show asks again by itself.
    await alert(BROKEN_SAID).getByRole('button', { name: 'Try again' }).evaluateAll((buttons) => buttons.forEach((button: any) => button.click()));
    await main.getByRole('button', { name: 'Try again' }).first().waitFor({ state: 'detached' });
    await visitor.settled();
    return [...waiting, ...failed, ...complaintsOf(visitor, /ERR_FAILED/)];
  };
}
