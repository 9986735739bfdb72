import { DAY_MS, type Instant } from '../../kernel/time.js';
import { checkEndpoint, overlapEnd, validSecrets, type EndpointDraft } from './endpoint.rules.js';

const FIT: EndpointDraft = { url: 'https://hooks.example.com/headroom', description: 'Books', kinds: ['invoice.paid'] };
const NOWHERE = { isLoopbackAllowed: false };
const NOW = 1_000 as Instant;

it('takes a public address and at least one kind', () => {
  expect(checkEndpoint(FIT, NOWHERE)).toEqual([]);
});

it.each<[Partial<EndpointDraft>, string]>([
  [{ url: 'http://hooks.example.com/' }, 'url'],
  [{ url: 'https://169.254.169.254/latest' }, 'url'],
  [{ url: 'https://10.0.0.1/' }, 'url'],
  [{ url: 'https://2130706433/' }, 'url'],
  [{ url: 'https://[::ffff:127.0.0.1]/' }, 'url'],
  [{ url: 'https://db.internal/' }, 'url'],
  [{ url: 'http://127.0.0.1:8080/' }, 'url'],
  [{ url: 'https://user:secret@hooks.example.com/' }, 'url'],
  [{ url: 'https://hooks.example.com/?token=secret' }, 'url'],
  [{ url: 'file:///etc/passwd' }, 'url'],
  [{ description: 'a\u202eb' }, 'description'],
  [{ description: 'x'.repeat(201) }, 'description'],
  [{ kinds: [] }, 'kinds'],
])('refuses %j', (change, field) => {
  expect(checkEndpoint({ ...FIT, ...change }, NOWHERE).map((issue) => issue.field)).toEqual([field]);
});

it('lists every field that is wrong', () => {
  const issues = checkEndpoint({ url: 'x', description: '\n', kinds: [] }, NOWHERE);
  expect(issues.map(({ field }) => field)).toEqual(['url', 'description', 'kinds']);
});

it('signs with the secret before for a day after a rotation', () => {
  const keys = { current: 'new', previous: 'old', previousUntil: overlapEnd(NOW) };
  expect(validSecrets(keys, (NOW + DAY_MS - 1) as Instant)).toEqual(['new', 'old']);
  expect(validSecrets(keys, (NOW + DAY_MS) as Instant)).toEqual(['new']);
  expect(validSecrets({ current: 'new', previous: null, previousUntil: null }, NOW)).toEqual(['new']);
});
