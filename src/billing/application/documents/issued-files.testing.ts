/**
 * Invoices as the log has them: one from before there were layouts, tiers, taxes and terms, with what its events did not say
 * yet, and one that tells overage by token class and served tier, but not what came back of it. Never changed: what is made
 * of them is what their customers have.
 */
const served = (day: string, hours: number): string => {
  const start = Date.parse(`${day}T10:00:00Z`);
  return `{"start":${start},"end":${start + hours * 3_600_000}}`;
};
const line = (kind: string, amount: number, more: string): string =>
  `{"kind":"${kind}","reservationId":"llama-3.3-70b@fp8~0198","amount":"${amount}","postedAt":${Date.parse('2026-11-20T12:00:00Z')},${more}}`;
const hour = `"served":{"start":${Date.parse('2026-11-11T10:00:00Z')},"end":null}`;
const about = (number: string): string =>
  `"number":"${number}","organizationId":"org-1","month":"2026-11","through":40,"issuedAt":${Date.parse('2026-12-04T00:00:00Z')}`;

const FIRST = `{${about('HR-2026-000007')},"charges":"124690123","credits":"13000005","lines":[${[
  line('delivery', 100_000_120, `"served":${served('2026-11-10', 4)}`),
  line('overage', 24_690_003, hour),
  line('credit', -10_000_005, '"served":null'),
  line('proceeds', -3_000_000, '"served":null'),
].join()}]}`;

const parts = [
  '{"tokenClass":"input","tier":"standard","tokens":"1200000","weight":1000,"amount":"2244545"}',
  '{"tokenClass":"output","tier":"batch","tokens":"700000","weight":10000,"amount":"13094000"}',
  '{"tokenClass":"reasoning","tier":null,"tokens":"500000","weight":10000,"amount":"9351458"}',
].join();
const tax = `{"calculationId":"taxcalc_1","amount":"23690000","items":[{"kind":"delivery","cents":"10000"},{"kind":"overage","cents":"2469"}],"lines":[{"jurisdiction":"Germany","country":"DE","state":null,"taxType":"vat","percentage":"19.0","reason":"standard_rated","taxable":"124690000","amount":"23690000"}]}`;
const SECOND = `{${about('HR-2026-000008')},"charges":"124690123","credits":"13000005","dueAt":${Date.parse('2026-12-18T00:00:00Z')},"onCreditLine":"5000000","statementNumber":"SB-2026-000001","tax":${tax},"layout":2,"lines":[${[
  line('delivery', 100_000_120, `"version":31,"served":${served('2026-11-10', 4)}`),
  line('overage', 24_690_003, `"version":32,"evidence":"m~r/usage/2026-11-11T10:00:00.000Z/1","parts":[${parts}],${hour}`),
  line('credit', -10_000_005, `"version":33,"evidence":"m~r/usage/2026-11-11T10:00:00.000Z/2",${hour}`),
  line('proceeds', -3_000_000, '"version":34,"served":null'),
].join()}]}`;

/** Issued, and due, between two seconds, as most are. */
const THIRD = SECOND.replace('HR-2026-000008', 'HR-2026-000009')
  .replace('"layout":2', '"layout":3')
  .replace(/"(issuedAt|dueAt|postedAt)":(\d+)/g, (_, name: string, at: string) => `"${name}":${Number(at) + 123}`);

const FOURTH = THIRD.replace('HR-2026-000009', 'HR-2026-000010').replace('"layout":3', '"layout":4');

const FIFTH = FOURTH.replace('HR-2026-000010', 'HR-2026-000011').replace('"layout":4', '"layout":5');

/** The data of `InvoiceIssued`, by the layout that it was issued with. */
export const ISSUED = { 1: FIRST, 2: SECOND, 3: THIRD, 4: FOURTH, 5: FIFTH } as const;
