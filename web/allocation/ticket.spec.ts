import type { DepthLevel } from './market.documents.js';
import { issuesOf, previewOf, type TicketFields } from './ticket.js';

const fields: TicketFields = {
  start: '2026-12-01T10:00',
  end: '2026-12-01T14:00',
  quantity: '100',
  price: '0.0001',
  minimumFill: '',
  timeInForce: 'GTC',
  until: '',
};
const facts = { nowMs: Date.parse('2026-12-01T09:30:00Z'), balance: 1_000_000n };
const said = (changes: Partial<TicketFields>, changed: Partial<typeof facts> = {}) =>
  issuesOf({ ...fields, ...changes }, { ...facts, ...changed }).map(({ field, reason }) => `${field} ${reason}`);

it.each([
  [{}, []],
  [{ quantity: '', price: '', start: '', end: '' }, []],
  [{ quantity: '1,500' }, []],
  [{ quantity: '1.5' }, ['quantity is no quantity']],
  [{ quantity: '-1' }, ['quantity is no quantity']],
  [{ price: 'cheap' }, ['limitPrice is no amount']],
  [{ price: '0.0000001' }, ['limitPrice is no amount']],
  [{ minimumFill: '101' }, ['minimumFill is more than is wanted']],
  [{ minimumFill: 'all' }, ['minimumFill is no quantity']],
  [{ start: '2026-12-01T09:00' }, ['window.start has begun']],
  [{ end: '2026-12-01T10:00' }, ['window.end is not after the start']],
  [{ timeInForce: 'GTD' as const, until: '2026-12-01T09:00' }, ['until has passed']],
  [{ price: '0.01' }, ['limitPrice sets more aside than the wallet holds']],
])('%j: %j', (changes, issues) => {
  expect(said(changes)).toEqual(issues);
});

it('sets the whole of the wallet aside, and not a millionth more', () => {
  expect(said({}, { balance: 40_000n })).toEqual([]);
  expect(said({}, { balance: 39_999n })).toEqual(['limitPrice sets more aside than the wallet holds']);
  expect(said({ price: '1000' }, { balance: null as never })).toEqual([]);
});

const level = (unitPrice: string, quantity: string) => ({ unitPrice, quantity }) as DepthLevel;
const asks = [level('80', '60'), level('100', '100')];

it.each([
  ['100', '0.00008', { filled: 60n, worst: 80n, waits: 40n }],
  ['100', '0.0001', { filled: 100n, worst: 100n, waits: 0n }],
  ['200', '0.0001', { filled: 160n, worst: 100n, waits: 40n }],
  ['10', '0.00001', { filled: 0n, worst: null, waits: 10n }],
  ['', '0.0001', null],
])('the book would fill %s tokens/s at %s: %j', (quantity, price, preview) => {
  expect(previewOf({ ...fields, quantity, price }, asks)).toEqual(preview);
});
