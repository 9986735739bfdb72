import { hour } from '../../../test/support/market.js';
import { noteConcededCountJob } from './ledger.definition.js';
import { ConcededCountService } from './conceded-count.service.js';

const HOUR = hour(1);
const PAYLOAD = { organizationId: 'org', reservationId: 'R', hour: HOUR, invoiceNumber: 'HR-1', amount: '35', evidence: 'R/usage/2' };
const charge = (amount: bigint): object => ({ kind: 'overage', amount, reservationId: 'R', served: { start: HOUR, end: null }, evidence: null, version: 1 });

/** What the job does where so many invoices count, each with what it charged for the hour: the invoice that it corrects, or that it waits. */
async function noted(invoices: Readonly<Record<string, bigint>>): Promise<readonly string[]> {
  const told: string[] = [];
  const numbers = Object.keys(invoices);
  const register = {
    closings: () => Promise.resolve(numbers.map((number) => ({ number, month: '2999-01' }))),
    issued: ({ number }: { readonly number: string }) => Promise.resolve({ invoice: { number, lines: [charge(invoices[number] ?? 0n)] } }),
    execute: ({ invoiceNumber }: { readonly invoiceNumber: string }) => {
      told.push(invoiceNumber);
      return Promise.resolve({ accepted: true });
    },
  };
  let run: (payload: unknown) => Promise<void> = () => Promise.reject(new Error('nobody runs it'));
  const jobs = {
    register: (job: unknown, handler: typeof run) => {
      expect(job).toBe(noteConcededCountJob);
      run = handler;
    },
  };
  const database = { $executeRaw: () => Promise.resolve(told.push('waits')) };
  const others = [{ count: () => Promise.resolve() }, { fix: () => Promise.resolve({ issuer: 'i', customer: 'c' }) }, { addAudit: () => undefined }];
  const service = Reflect.construct(ConcededCountService, [register, ...others, jobs, database, { now: () => HOUR }]) as ConcededCountService;
  service.onModuleInit();
  await run(PAYLOAD);
  return told;
}

describe('the document of a conceded count', () => {
  it.each<[string, Readonly<Record<string, bigint>>, readonly string[]]>([
    ['is about the invoice that its customer’s books have set it aside on', { 'HR-1': 60n, 'HR-2': 90n }, ['HR-1']],
    ['is about the one that charged the hour in its place, when that is void', { 'HR-2': 60n }, ['HR-2']],
    ['waits where another charged late use of the hour alone: it would be corrected by more than it charged', { 'HR-2': 34n }, ['waits']],
    ['of several takes the one that charged enough', { 'HR-2': 60n, 'HR-3': 34n }, ['HR-2']],
    ['waits where none did', {}, ['waits']],
  ])('%s', async (_what, invoices, told) => {
    expect(await noted(invoices)).toEqual(told);
  });
});
