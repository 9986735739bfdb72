import { Attempt } from './attempt.js';

it('keeps its key while nobody knows what became of it, and never gives it to anything else', () => {
  let count = 0;
  const attempt = new Attempt(() => `key-${(count += 1)}`);
  const input = { amount: '50000000', paymentMethod: 'pm_card_visa' };
  expect([attempt.keyFor(input), attempt.keyFor({ ...input })]).toEqual(['key-1', 'key-1']);
  expect(attempt.keyFor({ ...input, amount: '60000000' })).toBe('key-2');
  attempt.answered();
  expect(attempt.keyFor({ ...input, amount: '60000000' })).toBe('key-3');
});
