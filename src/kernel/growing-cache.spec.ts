import { LRUCache } from 'lru-cache';
import { growingTo } from './growing-cache.js';

describe('a cache that grows', () => {
  it('holds as many as it may, and forgets what was used least lately', () => {
    const cache = new LRUCache<string, number>(growingTo(3));
    for (const [index, name] of ['a', 'b', 'c'].entries()) cache.set(name, index);
    expect(cache.get('a')).toBe(0);
    cache.set('d', 3);
    cache.set('d', 4);
    expect(['a', 'b', 'c', 'd'].map((name) => cache.get(name))).toEqual([0, undefined, 2, 4]);
    expect(cache.size).toBe(3);
  });
});
