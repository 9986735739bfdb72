import { addresseesOf, MAIL_KINDS, recipientsOf } from './mail.rules.js';
import { invitationLetter, letterOf, render } from './letter.js';

const URL = 'https://headroom.example.com';

it.each(MAIL_KINDS)('says nothing undefined of %s, also of data that it does not know', (kind) => {
  const { subject, text, html } = render(letterOf(kind, {}), URL);
  for (const part of [subject, text, html]) expect(part).not.toMatch(/undefined|null|NaN/);
  expect(text).toContain(`${URL}/app/`);
});

it('says what a budget has reached', () => {
  const data = { month: '2026-11', measure: 'spent', percent: 80, amount: '80500000', budget: '100000000' };
  const { subject, text } = render(letterOf('budget.alert', data), URL);
  expect(subject).toBe('Budget alert: 80 % of 2026-11 spent');
  expect(text).toContain('80.50 USD of the budget of 100.00 USD for 2026-11 is spent');
});

it('says whose budget it is, by its id', () => {
  const data = { scope: 'team:t1', month: '2026-11', measure: 'spent', percent: 80, amount: '80500000', budget: '100000000' };
  const { subject, text } = render(letterOf('budget.alert', data), URL);
  expect(subject).toBe('Budget alert: 80 % of 2026-11 spent (team t1)');
  expect(text).toContain('80.50 USD of the budget of 100.00 USD (team t1) for 2026-11 is spent');
});

it('lets no name begin a header, turn text around or be markup', () => {
  const organization = 'Evil\r\nBcc: all@example.com\u202e <img src=x onerror="y">';
  const letter = invitationLetter({ organization, token: 'a b', expiresAt: '2026-11-28T00:00:00.000Z' });
  const { subject, text, html } = render(letter, URL);
  expect(subject).toBe('You were invited to Evil Bcc: all@example.com <img src=x onerror="y">');
  expect(html).toContain('&lt;img src=x onerror=&quot;y&quot;&gt;');
  expect(html).not.toContain('<img');
  expect(text).toContain(`${URL}/app/invite#token=a%20b`);
  expect(text).not.toMatch(/[\r\u202e]/);
});

it('goes to those who did not turn it off', () => {
  expect(recipientsOf(['a', 'b', 'c'], ['b', 'x'])).toEqual(['a', 'c']);
});

it('goes to nobody but who asked for an export, as long as it is their business', () => {
  const asked = { requestedBy: 'member:b' };
  expect(addresseesOf('export.ready', asked, ['a', 'b'])).toEqual(['b']);
  expect(addresseesOf('export.failed', asked, ['a'])).toEqual([]);
  expect(addresseesOf('export.ready', { requestedBy: 'key:b' }, ['a', 'b'])).toEqual([]);
  expect(addresseesOf('approval.requested', asked, ['a', 'b'])).toEqual(['a', 'b']);
});
