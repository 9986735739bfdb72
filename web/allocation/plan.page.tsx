import type { VariablesOf } from 'gql.tada';
import { useMemo, useState, type FormEvent, type ReactNode } from 'react';
import { HOUR_MS } from '../../src/kernel/time.js';
import { parseUsd } from '../../src/kernel/money.js';
import type { Result } from '../../src/kernel/result.js';
import type { Issue } from '../api/refusal.documents.js';
import { useAnswer } from '../api/use-answer.js';
import { LEVELS } from '../providers/level.js';
import type { Pool } from '../providers/providers.documents.js';
import { usePoolQuery } from '../providers/use-pools.js';
import { SelectField, TextField } from '../ui/field.js';
import { FormReader } from '../ui/form-reader.js';
import { issueSaid, sentence, utc, words } from '../ui/format.js';
import { Issues } from '../ui/issues.context.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { EmptyState, ErrorState, Skeleton } from '../ui/states.js';
import { fieldOf, instantOf } from '../ui/time.js';
import { Rate, Span } from '../ui/values.js';
import { officeHours, segmentsOf, type Demand } from './demand.js';
import { DemandEditor } from './demand.editor.js';
import { PLAN, type InfeasiblePlan, type PlanAnswer } from './plan.documents.js';
import { PlanResult } from './plan.result.js';
import { TotalCostTable } from './total-cost.table.js';
import { useHour } from './use-hour.js';

const NONE: readonly Issue[] = [];
const HOURS = 48;
const MOST = 1_000;

/** From a demand over time to the cheapest mix of offers that covers it, and to owning it. */
export function PlanPage(): ReactNode {
  const hour = useHour();
  const known = usePoolQuery();
  return (
    <Page title="Planner" lead="Draw what you need, hour by hour. The planner finds the cheapest mix of offers that covers it, across providers.">
      <Loaded query={known} rows={10}>{(pools) => (hour === null ? <Skeleton rows={10} /> : <Planner {...{ hour, pools }} />)}</Loaded>
    </Page>
  );
}

function startOf(typed: string, hour: number): number {
  const instant = instantOf(typed);
  return instant === null ? hour + HOUR_MS : Date.parse(instant);
}

function Planner({ hour, pools }: { readonly hour: number; readonly pools: ReadonlyMap<string, Pool> }): ReactNode {
  const [typed, setTyped] = useState(() => fieldOf(hour + HOUR_MS));
  const start = startOf(typed, hour);
  const [demand, setDemand] = useState<Demand>(() => officeHours(HOURS, new Date(hour + HOUR_MS).getUTCHours(), MOST));
  const [answer, run] = useAnswer(PLAN);
  const models = useMemo(() => [...new Set([...pools.values()].map(({ marketId }) => marketId.split('@')[0] ?? ''))].sort(), [pools]);
  const [chosen, setChosen] = useState('');
  const [issues, setIssues] = useState(NONE);
  const model = chosen === '' ? (models[0] ?? '') : chosen;
  const plan = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const cost = readCost(new FormReader(form), demand.length);
    setIssues(cost.ok ? NONE : cost.error);
    if (cost.ok) void run({ input: { ...inputOf(form, { model, demand, start }), totalCost: cost.value } });
  };
  return (
    <>
      <form className="card" onSubmit={plan} noValidate aria-label="Demand">
        <DemandEditor demand={demand} start={start} onChange={setDemand} />
        <div className="plan-fields">
          <TextField {...{ label: 'From (UTC)', name: 'from', type: 'datetime-local', step: 3_600, value: typed }} onChange={({ target }) => setTyped(target.value)} />
          <div className="field">
            <label htmlFor="plan-model">Model</label>
            <select id="plan-model" value={model} onChange={({ target }) => setChosen(target.value)}>
              {models.map((one) => <option key={one} value={one}>{one}</option>)}
            </select>
          </div>
          <TextField {...{ label: 'At most (USD/token/s·h)', name: 'unitPriceMax', inputMode: 'decimal', placeholder: 'any', autoComplete: 'off' }} />
          <TextField {...{ label: 'TTFT p95 ≤ ms', name: 'ttftP95MsMax', inputMode: 'numeric', placeholder: 'any', autoComplete: 'off' }} />
          <TextField {...{ label: 'Stream ≥ tokens/s', name: 'streamTokensPerSecondMin', inputMode: 'numeric', placeholder: 'any', autoComplete: 'off' }} />
          <SelectField label="Evidence" name="evidenceMin" defaultValue="L1" choices={Object.entries(LEVELS).map(([value, text]) => ({ value, text: `${value} · ${text}` }))} />
          <TextField {...{ label: 'Providers at least', name: 'providersMin', inputMode: 'numeric', defaultValue: '1', autoComplete: 'off' }} />
          <Issues value={issues}>
            <TextField {...{ label: 'Of it used (%)', name: 'utilization', inputMode: 'decimal', defaultValue: '60', autoComplete: 'off' }} />
            <TextField {...{ label: 'By the token (USD / M)', name: 'onDemand', inputMode: 'decimal', placeholder: 'not compared', autoComplete: 'off' }} />
          </Issues>
        </div>
        <button type="submit" aria-disabled={answer.state === 'loading'}>
          {answer.state === 'loading' ? 'Looking for the cheapest mix…' : 'Find the cheapest mix'}
        </button>
      </form>
      {answer.state === 'loading' && <Skeleton rows={6} />}
      {answer.state === 'failed' && <ErrorState failure={answer.failure} />}
      {answer.state === 'ready' && <Answered answer={answer.data.answer} pools={pools} demand={demand} start={start} />}
      <TotalCostTable />
    </>
  );
}

function Answered({
  answer,
  pools,
  demand,
  start,
}: {
  readonly answer: PlanAnswer;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly demand: Demand;
  readonly start: number;
}): ReactNode {
  switch (answer.__typename) {
    case 'Plan':
      return <PlanResult plan={answer} {...{ pools, demand, start }} />;
    case 'InfeasiblePlanRejection':
      return <Infeasible plan={answer} />;
    default:
      return (
        <div className="refusal" role="alert">
          <p>{sentence(answer.message)}</p>
          {answer.__typename === 'ValidationRejection' &&
            answer.issues.map((issue) => <p key={issue.field}>{`${issue.field} ${issueSaid(issue)}`}</p>)}
        </div>
      );
  }
}

/** What is missing and what is in the way: enough to change the demand by. */
function Infeasible({ plan: { message, demanded, availableThen, missing, inTheWay, firstUncoveredAt, window } }: { readonly plan: InfeasiblePlan }): ReactNode {
  return (
    <EmptyState title="The market cannot cover that">
      <p>{sentence(message)}</p>
      {firstUncoveredAt !== null && demanded !== null && (
        <p>
          From {utc(firstUncoveredAt)} UTC on you need <Rate quantity={demanded} />, and <Rate quantity={availableThen ?? '0'} /> can be had: <Rate quantity={missing ?? '0'} /> are missing
          {window !== null && <> over <Span window={window} /></>}.
        </p>
      )}
      {inTheWay.length > 0 && <p>{`Each of these alone, left out, would help: ${inTheWay.map((one) => words(one).toLowerCase()).join(', ')}.`}</p>}
    </EmptyState>
  );
}

type PlanInput = VariablesOf<typeof PLAN>['input'];

/** Of what is drawn, again and again. Null where there is nothing to compare with. */
function readCost(form: FormReader, everyHours: number): Result<NonNullable<PlanInput['totalCost']> | null, readonly Issue[]> {
  const price = form.optional('onDemand', form.usd);
  if (price === null) return form.result(null);
  const onDemand = [{ name: 'On demand', pricePerMillionTokens: price, yearlyChange: 0 }];
  return form.result({ utilization: form.percent('utilization'), onDemand, oneOffCost: null, everyHours });
}

function inputOf(form: FormData, { model, demand, start }: { readonly model: string; readonly demand: Demand; readonly start: number }): Omit<PlanInput, 'totalCost'> {
  const whole = (name: string): number | null => {
    const text = String(form.get(name) ?? '').trim();
    return /^\d{1,9}$/.test(text) ? Number(text) : null;
  };
  const price = parseUsd(String(form.get('unitPriceMax') ?? '').trim());
  return {
    ...{ model, demand: [...segmentsOf(demand, start)] },
    ...{ platforms: [], quantizations: [], regions: [], residency: [], providerShareMax: null },
    unitPriceMax: price.ok ? price.value.toString() : null,
    ttftP95MsMax: whole('ttftP95MsMax'),
    streamTokensPerSecondMin: whole('streamTokensPerSecondMin'),
    evidenceMin: (String(form.get('evidenceMin') ?? '') || 'L1') as keyof typeof LEVELS,
    providersMin: whole('providersMin') ?? 1,
  };
}
