import { forgetLists, keepList, keptList } from './kept-lists.js';

describe('lists that were shown', () => {
  afterEach(forgetLists);

  it('are kept, the newest thirty of them', () => {
    for (let index = 0; index < 30; index += 1) keepList(`list ${index}`, index);
    keepList('list 0', 'again');
    keepList('one more', 30);
    expect(keptList('list 0')).toBe('again');
    expect(keptList('list 1')).toBeUndefined();
    expect(keptList('list 2')).toBe(2);
    expect(keptList('one more')).toBe(30);
  });

  it('are gone with whoever saw them', () => {
    keepList('orders', []);
    forgetLists();
    expect(keptList('orders')).toBeUndefined();
  });
});
