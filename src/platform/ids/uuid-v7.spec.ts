import { uuidV7 } from './uuid-v7.js';

describe('UUID version 7', () => {
  it('has the form of RFC 9562 and carries its millisecond', () => {
    const id = uuidV7(4_102_444_800_000);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(4_102_444_800_000);
  });

  it('grows, also within a millisecond and when the clock falls back', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) =>
      uuidV7(4_102_444_800_000 - (index % 3) * 1_000),
    );
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
