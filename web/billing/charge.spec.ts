import { chargeFor } from './charge.js';

it.each([
  [1n, 500_000n],
  [500_000n, 500_000n],
  [500_001n, 510_000n],
  [12_340_000n, 12_340_000n],
])('what is missing, %s, is charged as %s', (missing, charged) => {
  expect(chargeFor(missing)).toBe(charged);
});
