import { hasRunOut } from './invitation.standing.js';

describe('an invitation', () => {
  it.each([
    ['2026-12-01T08:59:59.999Z', false],
    ['2026-12-01T09:00:00.000Z', true],
    ['2026-12-01T10:00:00.000+01:00', true],
    ['2026-12-02T00:00:00.000Z', true],
  ])('until nine has run out at %s: %s', (now, isOver) => {
    expect(hasRunOut('2026-12-01T09:00:00.000Z', now)).toBe(isOver);
  });
});
