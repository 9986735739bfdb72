import { servedAt } from './web-client.js';

describe('where an address is served', () => {
  it.each([
    ['/', '/'],
    ['/app/capacity/a%20b?at=%2F', '/app/capacity/a%20b?at=%2F'],
    ['/app/capacity/%E0%A4%A', '/app'],
    ['/app/market?model=%', '/app'],
    ['/docs/%ff', '/docs'],
    ['/v1/%E0%A4%A', '/v1/%E0%A4%A'],
    ['/application/%', '/application/%'],
  ])('%s at %s', (url, served) => {
    expect(servedAt({ url })).toBe(served);
  });
});
