import { checkFault, checkSending, type PlannedFault } from './stand-in.js';

const OPERATIONS = ['refunds.create', 'transfers.create'];
const FAULT: PlannedFault = { operation: 'transfers.create', effect: 'status', status: 500, when: 'before', times: 1 };

describe('a fault of the stand-in', () => {
  it.each<[Partial<PlannedFault>, readonly string[]]>([
    [{}, []],
    [{ operation: null, status: 400, times: 1_000, when: 'after' }, []],
    [{ effect: 'cut', status: null }, []],
    [{ status: 599 }, []],
    [{ operation: 'transfers.creat' }, ['operation']],
    [{ status: 399 }, ['status']],
    [{ status: 600 }, ['status']],
    [{ status: null }, ['status']],
    [{ effect: 'no_answer' }, ['status']],
    [{ times: 0 }, ['times']],
    [{ times: 1_001 }, ['times']],
    [{ operation: '', status: 200, times: -1 }, ['operation', 'status', 'times']],
  ])('with %j is wrong in %j', (changes, fields) => {
    expect(checkFault({ ...FAULT, ...changes }, OPERATIONS).map(({ field }) => field)).toEqual(fields);
  });

  it('of an unknown operation says which there are', () => {
    const [issue] = checkFault({ ...FAULT, operation: 'charges.create' }, OPERATIONS);
    expect(issue?.accepted).toBe('none, for all, or one of refunds.create, transfers.create');
  });
});

it.each([[0, 1], [1, 0], [5, 0], [6, 1]])('events are sent %i times: %i things are wrong', (times, issues) => {
  expect(checkSending(times)).toHaveLength(issues);
});
