import { FormReader } from '../ui/form-reader.js';
import { changeText, isChanged, percentOf, percentsOf, readBudget, readScopedBudget, subjectName } from './controls.shown.js';

const NAMES = { members: new Map([['m1', 'Ada']]), keys: new Map([['k1', 'nightly']]), teams: new Map([['t1', 'Search']]) };

describe('whose limits they are', () => {
  it.each([
    ['organization', 'The whole organization'],
    ['role:trader', 'Everybody who is trader'],
    ['member:m1', 'Ada'],
    ['member:0000-12345678', 'A member who left, …12345678'],
    ['key:k1', 'Key nightly'],
    ['team:t1', 'Team Search'],
    ['team:0000-12345678', 'Team …12345678'],
    ['system:exchange', 'system:exchange'],
    ['key:0000-12345678', 'Key …12345678'],
  ])('%s is %s', (subject, name) => {
    expect(subjectName(subject, NAMES)).toBe(name);
  });
});

describe('a change', () => {
  it.each([
    ['perDay', null, '5000000', 'A day: none → $5.00 USD'],
    ['approvalAbove', '0', null, 'Approval above: $0.00 USD → none'],
    ['spentAlerts', '50,100', '', 'Told at % spent: 50, 100 → none'],
    ['termDays', '30', '45', 'Days to pay: 30 → 45'],
    ['from', null, '1795824000000', 'From: none → 2026-11-28 00:00 UTC'],
    ['aNewOne', 'x', 'y', 'A new one: x → y'],
  ])('of %s from %s to %s', (name, before, after, text) => {
    expect(changeText({ name, before, after })).toBe(text);
  });
});

it.each([
  [null, '', false],
  ['', null, false],
  ['80', '80', false],
  [null, '80', true],
  ['80', null, true],
])('from %s to %s is told: %s', (before, after, isTold) => {
  expect(isChanged({ before, after })).toBe(isTold);
});

describe('percentages', () => {
  it.each([
    ['', []],
    ['80', [80]],
    ['50, 80,100 %', [50, 80, 100]],
    ['80.5', null],
    ['-1', null],
    ['many', null],
  ])('%j', (text, percents) => {
    expect(percentsOf(text)).toEqual(percents);
  });

  it('are rounded down: 99.99 % has not reached 100', () => {
    expect(percentOf('9999', '10000')).toBe(99n);
  });
});

describe('a budget', () => {
  const read = (fields: Readonly<Record<string, string>>): unknown => readBudget(new FormReader(new Map(Object.entries(fields))));

  it('is read', () => {
    const budget = { amount: '1500000000', spentAlerts: [80], committedAlerts: [] };
    expect(read({ 'budget.amount': '1,500', 'budget.spentAlerts': '80', 'budget.committedAlerts': '' })).toEqual({ ok: true, value: { budget } });
  });

  it.each([
    ['team:t1', 'spent', { spentAlerts: [80], committedAlerts: [] }],
    ['member:m1', 'committed', { spentAlerts: [], committedAlerts: [80] }],
  ])('of %s is read with its one measure', (scope, measure, alerts) => {
    const form = new FormReader(new Map([['budget.amount', '5'], [`budget.${measure}Alerts`, '80']]));
    expect(readScopedBudget(form, scope)).toEqual({ ok: true, value: { scope, budget: { amount: '5000000', ...alerts } } });
  });

  it('is told everything that is wrong with it at once', () => {
    expect(read({ 'budget.amount': 'much', 'budget.spentAlerts': 'x', 'budget.committedAlerts': '1.5' })).toMatchObject({
      ok: false,
      error: [{ field: 'budget.amount' }, { field: 'budget.spentAlerts' }, { field: 'budget.committedAlerts' }],
    });
  });
});
