import { quantityIn, quoteAddress, windowIn } from './ticket.address.js';

const searchOf = (address: string): URLSearchParams => new URL(address, 'http://of').searchParams;

describe('what is carried along to the order ticket', () => {
  const hours = { start: '2026-12-01T00:00', end: '2026-12-01T04:00' };

  it('arrives as it was chosen', () => {
    const search = searchOf(quoteAddress('llama-3.3-70b@fp8', { ...hours, quantity: ' 1,500 ' }));
    expect(search.get('market')).toBe('llama-3.3-70b@fp8');
    expect(search.get('ticket')).toBe('quote');
    expect(windowIn(search)).toEqual(hours);
    expect(quantityIn(search)).toBe('1,500');
  });

  it('leaves out what was not chosen', () => {
    const address = quoteAddress('m@q', { start: '', end: '', quantity: '' });
    expect(address).toBe('/app/bid?market=m%40q&ticket=quote');
    expect(quantityIn(searchOf(address))).toBe('');
  });

  it.each([
    ['start=2026-12-01T00%3A00', 'no end'],
    ['start=soon&end=2026-12-01T04%3A00', 'no time'],
    ['start=2026-12-01T04%3A00&end=2026-12-01T00%3A00', 'an end before the start'],
    ['start=2026-12-01T04%3A00&end=2026-12-01T04%3A00', 'nothing between'],
  ])('is no window: %s (%s)', (text) => {
    expect(windowIn(new URLSearchParams(text))).toBeNull();
  });
});
