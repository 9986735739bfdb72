import { operationsOf, titleOf, variablesOf } from './operation.js';

describe('a document in the editor', () => {
  it.each([
    ['{ clock { now } }', ['query clock', null]],
    ['query Now { clock { now } }', ['query Now', null]],
    ['mutation($k: IdempotencyKey!) { signOut(idempotencyKey: $k) { __typename } }', ['mutation signOut', 'k']],
    ['subscription S { marketChanged(marketId: "m") { at } }', ['subscription S', null]],
  ])('%s', (query, [title, keyVariable]) => {
    const read = operationsOf(query as string);
    expect(read).toMatchObject({ ok: true, value: [{ keyVariable }] });
    expect(read.ok && read.value.map(titleOf)).toEqual([title]);
  });

  it.each([
    ['', 'Syntax Error'],
    ['{ clock {', 'Syntax Error'],
    ['fragment A on Clock { now }', 'no query, mutation or subscription'],
  ])('%s is none', (query, message) => {
    expect(operationsOf(query)).toEqual({ ok: false, message: expect.stringContaining(message) });
  });
});

describe('variables', () => {
  it.each([
    ['', { ok: true, value: {} }],
    ['{"a": 1}', { ok: true, value: { a: 1 } }],
    ['[1]', { ok: false, message: expect.stringContaining('are an object') }],
    ['null', { ok: false, message: expect.stringContaining('are an object') }],
    ['{"a": }', { ok: false, message: expect.stringContaining('no JSON') }],
  ])('%s', (text, read) => expect(variablesOf(text)).toEqual(read));
});
