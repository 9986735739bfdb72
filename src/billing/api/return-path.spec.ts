import { RETURN_PATH } from './return-path.js';

const BACK = 'https://headroom.example';

describe('a path that somebody is sent back to', () => {
  it.each([
    '/',
    '/app/finance/payment-methods',
    '/app/capacity/llama-3.3-70b%40fp8~01a22330-f0a7-761c-92a8-6e0e308c3e7c',
    '/app/capacity/llama-3.3-70b@fp8~01a22330',
    '/app/bid?market=qwen3-32b%40fp8&ticket=quote',
    '/app/..//elsewhere.example',
  ])('%s is one, and stays on this host', (path) => {
    expect(RETURN_PATH.test(path)).toBe(true);
    expect(new URL(path, BACK).origin).toBe(BACK);
  });

  it.each([
    '',
    'app/finance',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/\t/elsewhere.example',
    '/app\n/finance',
    'https://elsewhere.example/',
    'javascript:alert(1)',
    '/app/finance#checkout',
    `/${'a'.repeat(201)}`,
  ])('%j is none', (path) => {
    expect(RETURN_PATH.test(path)).toBe(false);
  });
});
