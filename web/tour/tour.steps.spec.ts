import { stepOf, type Guest } from './tour.steps.js';

const countAt = (path: string, guest: Guest): string => {
  const { number, of } = stepOf({ path, guest });
  return `${number} of ${of}`;
};

describe('the tour', () => {
  it('follows whoever goes from the door to a reservation', () => {
    expect(countAt('/', 'stranger')).toBe('1 of 4');
    expect(countAt('/', 'buyer')).toBe('2 of 4');
    expect(countAt('/app/reserve/llama~1', 'buyer')).toBe('3 of 4');
    expect(countAt('/app/capacity/llama~1', 'buyer')).toBe('4 of 4');
  });

  it('shows the way back to whoever strays', () => {
    expect(stepOf({ path: '/app/wallet', guest: 'buyer' }).go).toEqual({ to: '/', name: 'To the market' });
    expect(stepOf({ path: '/docs', guest: 'stranger' })).toMatchObject({ go: { to: '/app/sign-up' }, or: { to: '/app/sign-in' } });
    expect(stepOf({ path: '/app/sign-up', guest: 'stranger' }).go).toBeUndefined();
    expect(stepOf({ path: '/', guest: 'buyer' }).go).toBeUndefined();
  });

  it('follows a provider from a pool to what it earns', () => {
    expect(stepOf({ path: '/', guest: 'provider' })).toMatchObject({ number: 2, go: { to: '/app/pools/register' } });
    expect(stepOf({ path: '/app/pools/register', guest: 'provider' }).go).toBeUndefined();
    expect(countAt('/app/pools/1/list', 'provider')).toBe('3 of 4');
    expect(countAt('/app/provided', 'provider')).toBe('4 of 4');
  });

  it.each([
    ['bookkeeper', '/', '/app/finance'],
    ['bookkeeper', '/app/finance/invoices', undefined],
    ['reader', '/app/capacity', '/'],
    ['reader', '/', undefined],
  ] as const)('has something to say to a %s at %s', (guest, path, to) => {
    expect(stepOf({ path, guest })).toMatchObject({ number: 2, of: 2 });
    expect(stepOf({ path, guest }).go?.to).toBe(to);
  });
});
