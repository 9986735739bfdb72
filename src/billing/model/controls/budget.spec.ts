import { budget, by, KEY, TRADER } from '../../../../test/support/controls.js';
import { capture, fund, LedgerStory, overage, reserve, settle, topUp } from '../../../../test/support/ledger.js';
import { hour, hours, tokens } from '../../../../test/support/market.js';
import type { TeamUse } from '../../../allocation/contract.js';
import type { TeamId } from '../../../kernel/ids.js';
import { rectangle, type StepFunction } from '../../../kernel/step-function.js';
import { DAY_MS, plus } from '../../../kernel/time.js';
import { ledgerCodec } from '../../application/ledger.codec.js';
import { ledgerDefinition } from '../../application/ledger.definition.js';
import { emptyLedger } from '../ledger.state.js';
import { ledgerDecider } from '../ledger.decide.js';
import { BUDGETS_MAX } from './budget.rules.js';
import type { Scope } from './controls.state.js';
import { spentBy, spentByNoTeam } from './month-cost.js';

const SEARCH = 'team-search' as TeamId;
const ADS = 'team-ads' as TeamId;
const MONTH = '2026-12';

const told = ({ events }: LedgerStory): readonly string[] =>
  events.flatMap((event) =>
    event.type === 'BudgetThresholdReached' ? [`${event.scope} ${event.month} ${event.measure} ${event.percent}: ${event.amount}`] : [],
  );
const had = (...teams: readonly (readonly [TeamId, StepFunction])[]): TeamUse => ({
  quantity: tokens(100),
  teams: teams.map(([teamId, use]) => ({ teamId, had: use })),
});
const usedBy = (teamId: TeamId | null, charge: ReturnType<typeof overage>) => ({ ...charge, teamId }) as ReturnType<typeof overage>;
const spent = ({ state }: LedgerStory, ...scopes: readonly Scope[]): readonly bigint[] => {
  const cost = state.controls.charged.get(MONTH);
  return [...scopes.map((scope) => spentBy(cost, scope)), spentByNoTeam(cost)];
};

/** R is 100 tokens/s from hour 24 to 28. */
const rich = (amount = 400): LedgerStory => new LedgerStory().given(topUp(1_000_000_000), fund('R', amount));

describe('what a team’s reservations cost', () => {
  it.each<[string, TeamUse | null, readonly number[]]>([
    ['nothing where nothing was handed over', null, [0, 400]],
    ['its share of what was delivered', had([SEARCH, rectangle(hours(24, 28), 25n)]), [100, 300]],
    ['from when it has it: before, it is the organization’s', had([SEARCH, rectangle(hours(26, 28), 50n)]), [100, 300]],
    ['all of it', had([SEARCH, rectangle(hours(24, 28), 100n)]), [400, 0]],
    ['nothing of what lies outside of it', had([SEARCH, rectangle(hours(30, 31), 50n)]), [0, 400]],
  ])('%s', (_what, use, expected) => {
    const story = rich().at(hour(28)).given(settle('R', use));
    expect(spent(story, `team:${SEARCH}`)).toEqual(expected.map(BigInt));
  });

  it('is what it has of what was not lost, and rounded down: the rest is the organization’s', () => {
    const story = rich(100).at(hour(28));
    const third = rectangle(hours(24, 28), 33n);
    story.given(settle('R', { quantity: tokens(99), teams: [{ teamId: SEARCH, had: third }, { teamId: ADS, had: third }] }));
    expect(spent(story, `team:${SEARCH}`, `team:${ADS}`)).toEqual([33n, 33n, 34n]);
  });

  it('moves with the hours, whenever they are settled', () => {
    const use = had([SEARCH, rectangle(hours(24, 26), 50n)], [ADS, rectangle(hours(26, 28), 50n)]);
    const late = rich().at(hour(28)).given(settle('R', use));
    const hourly = rich();
    for (const at of [25, 26, 27, 28]) hourly.at(hour(at)).given(settle('R', use));
    for (const story of [late, hourly]) expect(spent(story, `team:${SEARCH}`, `team:${ADS}`)).toEqual([100n, 100n, 200n]);
  });

  it('is the overage on its own reservations, and less when that is counted again', () => {
    const story = rich().given(usedBy(SEARCH, overage('T', hour(24), 30)), usedBy(null, overage('R', hour(24), 7)));
    expect(spent(story, `team:${SEARCH}`)).toEqual([30n, 7n]);
    story.given(usedBy(SEARCH, overage('T', hour(24), 10)));
    expect(spent(story, `team:${SEARCH}`)).toEqual([10n, 7n]);
  });
});

/** The worked example of docs/FINANCE.md. */
describe('400 USD for four hours, half of it handed to Search and a quarter on to Ads', () => {
  const usdOf = (amount: number): number => amount * 1_000_000;
  it('costs Search 155, Ads 25 and no team 250 of 430, and tells Search once', () => {
    const use = had([SEARCH, rectangle(hours(25, 27), 50n)], [SEARCH, rectangle(hours(27, 28), 25n)], [ADS, rectangle(hours(27, 28), 25n)]);
    const story = rich(usdOf(400)).given(budget(usdOf(150), [50, 100], [], `team:${SEARCH}`), budget(usdOf(1_000), [43]));
    const costs = (at: number): readonly bigint[] => {
      story.at(hour(at)).given(settle('R', use));
      return spent(story, `team:${SEARCH}`, `team:${ADS}`).map((amount) => amount / 1_000_000n);
    };
    expect(costs(25)).toEqual([0n, 0n, 100n]);
    expect(costs(26)).toEqual([50n, 0n, 150n]);
    story.given(usedBy(SEARCH, overage('T', hour(26), usdOf(30))));
    expect(costs(27)).toEqual([130n, 0n, 200n]);
    expect(costs(28)).toEqual([155n, 25n, 250n]);
    expect(told(story)).toEqual([
      `team:${SEARCH} ${MONTH} spent 50: 80000000`,
      `organization ${MONTH} spent 43: 430000000`,
      `team:${SEARCH} ${MONTH} spent 100: 155000000`,
    ]);
  });
});

describe('what a member or a key ordered', () => {
  it('is told of each by itself, and of a member with the keys that it made', () => {
    const story = rich().given(budget(100, [], [50, 100], 'member:owner'), budget(100, [], [50], 'key:k'), budget(100, [], [50], 'member:trader'));
    story.given(by(KEY, reserve('O', 60)));
    expect(told(story)).toEqual([
      expect.stringMatching(/^member:trader .* committed 50: 400$/),
      expect.stringMatching(/^member:owner .* committed 50: 60$/),
      expect.stringMatching(/^key:k .* committed 50: 60$/),
    ]);
    story.given(capture('O', 'F', 60), by({ ...TRADER, actor: 'member:owner', memberId: 'owner' }, reserve('P', 40)));
    expect(told(story).slice(3)).toEqual([expect.stringMatching(/^member:owner .* committed 100: 100$/)]);
  });

  it('is no team’s, and what is delivered is no member’s', () => {
    const story = rich().given(budget(1, [], [1], `team:${SEARCH}`), budget(1, [1], [], 'member:trader'));
    story.at(hour(28)).given(settle('R', had([SEARCH, rectangle(hours(24, 28), 100n)])));
    expect(told(story)).toEqual([]);
  });
});

describe('budgets', () => {
  it('of some hundred at most, each of which can be changed and taken away', () => {
    const story = rich();
    for (let index = 0; index < BUDGETS_MAX; index += 1) story.given(budget(1, [], [], `member:${index}`));
    expect(story.ask(budget(1, []))).toEqual({ accepted: false, rejection: { code: 'TOO_MANY_BUDGETS', budgetsMax: BUDGETS_MAX } });
    story.given(budget(2, [], [], 'member:7'), { type: 'SetBudget', scope: 'member:7', budget: null }, budget(1, []));
    expect(story.state.controls.budgets.size).toBe(BUDGETS_MAX);
  });

  it('tell once for each month, also when they are taken away and set again', () => {
    const scope = 'member:trader';
    const story = rich(100).given(budget(100, [], [100], scope), { type: 'SetBudget', scope, budget: null }, budget(100, [], [100], scope));
    expect(told(story)).toHaveLength(1);
    story.given({ type: 'SetBudget', scope, budget: null }, budget(1, [], [100]));
    story.at(plus(hour(0), 62 * DAY_MS)).given(reserve('O', 100));
    expect([...story.state.controls.told.keys()]).toEqual(['organization']);
  });
});

describe('books of before teams had budgets', () => {
  const old = (type: string, data: object) => ledgerCodec.decode({ type, schemaVersion: 1, data: JSON.stringify(data) } as never);

  it('are the organization’s', () => {
    const given = { amount: '100', spentAlerts: [80], committedAlerts: [] };
    const delivered = { reservationId: 'R', window: hours(24, 28), amount: '90', transfers: [], postings: [] };
    const reached = { month: MONTH, measure: 'spent', percent: 80, amount: '90', budget: '100', postings: [] };
    expect(old('BudgetSet', { budget: given, before: null, postings: [] })).toMatchObject({ scope: 'organization' });
    expect(old('BudgetThresholdReached', reached)).toMatchObject({ scope: 'organization' });
    expect(old('DeliverySettled', delivered)).toMatchObject({ teams: [] });
  });

  it('are kept and read back the same', () => {
    const story = rich().given(budget(400, [25], [], `team:${SEARCH}`)).at(hour(28));
    story.given(settle('R', had([SEARCH, rectangle(hours(24, 28), 25n)])));
    const state = emptyLedger();
    for (const event of story.events) ledgerDecider.evolve(state, ledgerCodec.decode(ledgerCodec.encode(event) as never));
    const { encode, decode } = ledgerDefinition.snapshot ?? { encode: String, decode: emptyLedger };
    expect(decode(encode(state))).toEqual(story.state);
    expect(told(story)).toHaveLength(1);
  });
});
