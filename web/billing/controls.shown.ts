import { err, ok, type Result } from '../../src/kernel/result.js';
import type { Issue } from '../api/refusal.documents.js';
import type { FormReader } from '../ui/form-reader.js';
import { shortId, usd, utc, words } from '../ui/format.js';

/** By their ids: who of an organization buys, with which keys, and for which teams. */
export interface Names {
  readonly members: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, string>;
  readonly teams: ReadonlyMap<string, string>;
}

/** `role:trader` or `member:<id>` in words; who is not known any more is an id. */
export function subjectName(subject: string, { members, keys, teams }: Names): string {
  const [kind, id = ''] = subject.split(':');
  switch (kind) {
    case 'organization':
      return 'The whole organization';
    case 'role':
      return `Everybody who is ${id}`;
    case 'member':
      return members.get(id) ?? `A member who left, …${shortId(id)}`;
    case 'key':
      return `Key ${keys.get(id) ?? `…${shortId(id)}`}`;
    case 'team':
      return `Team ${teams.get(id) ?? `…${shortId(id)}`}`;
    default:
      return subject;
  }
}

const TITLES: Readonly<Record<string, string>> = {
  perOrder: 'An order',
  perDay: 'A day',
  perMonth: 'A month',
  approvalAbove: 'Approval above',
  limit: 'Line',
  termDays: 'Days to pay',
  from: 'From',
  amount: 'Budget',
  spentAlerts: 'Told at % spent',
  committedAlerts: 'Told at % committed',
};
const AMOUNTS: ReadonlySet<string> = new Set(['perOrder', 'perDay', 'perMonth', 'approvalAbove', 'limit', 'amount']);

/** `A day: none → $5.00 USD`. */
export function changeText({ name, before, after }: { readonly name: string; readonly before: string | null; readonly after: string | null }): string {
  return `${TITLES[name] ?? words(name)}: ${valueText(name, before)} → ${valueText(name, after)}`;
}

/** An empty list of alerts is none, as none is that was never set. */
export function isChanged({ before, after }: { readonly before: string | null; readonly after: string | null }): boolean {
  return (before ?? '') !== (after ?? '');
}

function valueText(name: string, value: string | null): string {
  if (value === null || value === '') return 'none';
  if (AMOUNTS.has(name) && /^\d+$/.test(value)) return usd(value);
  if (name === 'from' && /^\d+$/.test(value)) return `${utc(new Date(Number(value)).toISOString())} UTC`;
  return value.replaceAll(',', ', ');
}

/** `80, 100` as whole percentages; null where it is none. */
export function percentsOf(text: string): number[] | null {
  const parts = text.split(/[\s,;%]+/).filter((part) => part !== '');
  return parts.every((part) => /^\d{1,4}$/.test(part)) ? parts.map(Number) : null;
}

export interface BudgetDraft {
  readonly amount: string;
  readonly spentAlerts: number[];
  readonly committedAlerts: number[];
}

/** What is told of whom: of a team what its reservations cost, of members and keys what was ordered. */
export function measureOf(scope: string): 'spent' | 'committed' {
  return scope.startsWith('team:') ? 'spent' : 'committed';
}

/** Of the organization. */
export function readBudget(form: FormReader): Result<{ readonly budget: BudgetDraft }, readonly Issue[]> {
  return readAlerts(form, ['spent', 'committed']);
}

/** Of a team, a member or a key. */
export function readScopedBudget(form: FormReader, scope: string): Result<{ readonly scope: string; readonly budget: BudgetDraft }, readonly Issue[]> {
  const read = readAlerts(form, [measureOf(scope)]);
  return read.ok ? ok({ scope, ...read.value }) : read;
}

function readAlerts(form: FormReader, measures: readonly string[]): Result<{ readonly budget: BudgetDraft }, readonly Issue[]> {
  const wrong: Issue[] = [];
  const percents = (measure: string): number[] => {
    if (!measures.includes(measure)) return [];
    const field = `budget.${measure}Alerts`;
    const read = percentsOf(form.text(field));
    if (read === null) wrong.push({ field, reason: 'is no list of percentages', accepted: 'whole numbers such as 50, 80, 100' });
    return read ?? [];
  };
  const [spentAlerts, committedAlerts] = [percents('spent'), percents('committed')];
  const result = form.result({ budget: { amount: form.usd('budget.amount'), spentAlerts, committedAlerts } });
  return wrong.length === 0 ? result : err([...(result.ok ? [] : result.error), ...wrong]);
}

/** How much of a budget something is, in whole percent, rounded down: what alerts go by. */
export function percentOf(part: string, whole: string): bigint {
  return (BigInt(part) * 100n) / BigInt(whole);
}
