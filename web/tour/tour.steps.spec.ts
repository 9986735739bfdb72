import { STEPS, stepOf } from './tour.steps.js';

const numberAt = (path: string, mayBuy: boolean | null): number | undefined => stepOf({ path, mayBuy })?.number;

describe('the tour', () => {
  it('follows whoever goes from the door to a reservation', () => {
    expect(numberAt('/', null)).toBe(1);
    expect(numberAt('/', true)).toBe(2);
    expect(numberAt('/app/reserve/llama~1', true)).toBe(3);
    expect(numberAt('/app/capacity/llama~1', true)).toBe(STEPS);
  });

  it('shows the way back to whoever strays', () => {
    expect(stepOf({ path: '/app/wallet', mayBuy: true })?.go).toEqual({ to: '/', name: 'To the market' });
    expect(stepOf({ path: '/docs', mayBuy: null })).toMatchObject({ go: { to: '/app/sign-up' }, or: { to: '/app/sign-in' } });
    expect(stepOf({ path: '/app/sign-up', mayBuy: null })?.go).toBeUndefined();
    expect(stepOf({ path: '/', mayBuy: true })?.go).toBeUndefined();
  });

  it('has nothing to show to those who do not buy', () => {
    expect(stepOf({ path: '/', mayBuy: false })).toBeNull();
  });
});
