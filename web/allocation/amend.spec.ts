import { placeAfter } from './amend.js';

const ORDER = { quantity: '1500', limitPrice: '2100' };

describe('a bid that is changed', () => {
  it.each([
    ['1500', '0.0021', 'same'],
    ['1,500', '$0.002100', 'same'],
    ['1499', '0.0021', 'kept'],
    ['1501', '0.0021', 'lost'],
    ['1500', '0.0022', 'lost'],
    ['1000', '0.002', 'lost'],
    ['', '0.0021', 'unread'],
    ['0', '0.0021', 'unread'],
    ['1500', 'much', 'unread'],
  ])('to %s tokens/s at %s: its place is %s', (quantity, price, place) => {
    expect(placeAfter(ORDER, { quantity, price })).toBe(place);
  });
});
