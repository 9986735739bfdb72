import { DESK, TELEPHONE, TestOffice, type Visitor } from '../support/browser.js';
import { ServedStory } from '../support/served-story.js';

/** A server, a browser and two hours of traffic, on a machine that may be busy. */
const STORY_WITHIN_MS = 240_000;
let office: TestOffice;
let story: ServedStory;

beforeAll(async () => {
  office = await TestOffice.open();
  story = await ServedStory.tell(office.app);
}, STORY_WITHIN_MS);
afterAll(() => office.close());

const of = (path: string) => path.replace(':pilot', encodeURIComponent(story.pilotId)).replace(':pool', encodeURIComponent(story.market.poolId));

/** Each with what it is not sound without. */
const BUYERS = [
  ['serving', '/app/serving', 'Serving', 'Time to first token'],
  ['serving-hours', '/app/serving?range=day', 'Serving', 'Hour by hour'],
  ['usage', '/app/serving/usage', 'Usage', 'By model'],
  ['routing', '/app/serving/routing', 'Routing', 'Fastest first token'],
  ['keys', '/app/serving/keys', 'Serving keys', 'As every key'],
  ['credits', '/app/serving/credits', 'Credits and disputes', 'of the hour'],
  ['pilots', '/app/pilots', 'Pilots', 'Running'],
  ['pilot', '/app/pilots/:pilot', 'Pilot on llama-3.3-70b@fp16', 'Cost of a million tokens'],
  ['platforms', '/app/platforms', 'Platforms', 'Cerebras'],
] as const;
const PROVIDERS = [
  ['pools', '/app/pools', 'Pools', 'Wafer row 7'],
  ['pool', '/app/pools/:pool', 'Wafer row 7', 'Stream p5, tokens/s'],
  ['list', '/app/pools/:pool/list', 'List capacity', 'Free now:'],
  ['curtail', '/app/pools/:pool/curtail', 'Take capacity back', 'Nothing has happened yet'],
  ['provided', '/app/provided', 'Credits and statements', 'of the hour'],
] as const;

const walk = async (visitor: Visitor, size: string, [name, path, title, shown]: readonly [string, string, string, string]) => {
  const { page } = visitor;
  await page.goto(of(path));
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
  await page.getByRole('main').getByText(shown).first().waitFor();
  await visitor.settled();
  await visitor.expectStill(name);
  await visitor.expectSound(`${size}-${name}`);
};

describe.each([
  ['desk', DESK],
  ['telephone', TELEPHONE],
] as const)('at a %s', (size, options) => {
  let [buyer, provider]: Visitor[] = [];

  beforeAll(async () => {
    buyer = await office.as(story.buyer, options);
    provider = await office.as(story.market.provider, options);
  });

  it.each(BUYERS)('%s is sound in light and dark, and stands still', (...page) => walk(buyer!, size, page));

  it.each(PROVIDERS)('%s is sound for a provider', (...page) => walk(provider!, size, page));
});
