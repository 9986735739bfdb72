import { Selection } from './selection.js';

describe('a selection', () => {
  it('gives what is wanted, and nothing behind the first that is not', () => {
    const selection = new Selection([1, 2, 3, 1], (one) => `${one}`, (one) => one < 3);
    expect([...selection]).toEqual(['1', '2']);
    expect(selection.next()).toEqual({ done: true, value: undefined });
  });

  it('reads no further than it is asked', () => {
    const source = [1, 2, 3][Symbol.iterator]();
    expect(new Selection(source, (one) => one).next().value).toBe(1);
    expect(source.next().value).toBe(2);
  });
});
