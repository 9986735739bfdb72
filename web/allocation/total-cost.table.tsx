import type { VariablesOf } from 'gql.tada';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { Result } from '../../src/kernel/result.js';
import { useAnswer } from '../api/use-answer.js';
import type { Issue } from '../api/refusal.documents.js';
import { TextField } from '../ui/field.js';
import { FormReader } from '../ui/form-reader.js';
import { percent, sentence, words } from '../ui/format.js';
import { Issues } from '../ui/issues.context.js';
import { ErrorState, Skeleton } from '../ui/states.js';
import { Money } from '../ui/values.js';
import { TOTAL_COST, type TotalCost } from './plan.documents.js';

const NONE: readonly Issue[] = [];

/** What reserved capacity comes to over months, against paying by the token. */
export function TotalCostTable(): ReactNode {
  const [answer, run] = useAnswer(TOTAL_COST);
  const [issues, setIssues] = useState(NONE);
  const compare = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const read = readCost(new FormReader(new FormData(event.currentTarget)));
    setIssues(read.ok ? NONE : read.error);
    if (read.ok) void run({ input: read.value });
  };
  return (
    <section className="card section" aria-label="Total cost of ownership">
      <h2 className="card-title">Reserved round the clock, against paying by the token</h2>
      <form className="plan-fields" onSubmit={compare} noValidate>
        <Issues value={issues}>
          <TextField {...{ label: 'Tokens per second', name: 'quantity', inputMode: 'numeric', defaultValue: '1000', autoComplete: 'off' }} />
          <TextField {...{ label: 'USD per token/s·h', name: 'unitPrice', inputMode: 'decimal', defaultValue: '0.001', autoComplete: 'off' }} />
          <TextField {...{ label: 'Used (%)', name: 'utilization', inputMode: 'decimal', defaultValue: '60', autoComplete: 'off' }} />
          <TextField {...{ label: 'On demand (USD / M tokens)', name: 'onDemand', inputMode: 'decimal', defaultValue: '0.90', autoComplete: 'off' }} />
        </Issues>
        <button type="submit" className="quiet">Compare</button>
      </form>
      {answer.state === 'loading' && <Skeleton rows={3} />}
      {answer.state === 'failed' && <ErrorState failure={answer.failure} />}
      {answer.state === 'ready' && <Compared answer={answer.data.answer} />}
    </section>
  );
}

function readCost(form: FormReader): Result<VariablesOf<typeof TOTAL_COST>['input'], readonly Issue[]> {
  return form.result({
    ...{ quantity: form.quantity('quantity'), unitPrice: form.usd('unitPrice'), utilization: form.percent('utilization') },
    onDemand: [{ name: 'On demand', pricePerMillionTokens: form.usd('onDemand'), yearlyChange: 0 }],
    oneOffCost: null,
  });
}

function Compared({ answer }: { readonly answer: TotalCost | { readonly __typename: 'ValidationRejection'; readonly message: string } }): ReactNode {
  if (answer.__typename !== 'TotalCost') return <p className="refusal" role="alert">{sentence(answer.message)}</p>;
  return <CostPeriods periods={answer.periods} />;
}

/** A row for each number of years, beside the first of the prices it is compared with. */
export function CostPeriods({ periods }: { readonly periods: TotalCost['periods'] }): ReactNode {
  return (
    <table className="stacked">
      <caption className="visually-hidden">Reserved against on demand</caption>
      <thead>
        <tr>
          <th scope="col">Over</th>
          <th scope="col" className="number">Reserved</th>
          <th scope="col" className="number">Per M used tokens</th>
          <th scope="col" className="number">On demand</th>
          <th scope="col" className="number">Saved</th>
          <th scope="col" className="number">Worth it from</th>
        </tr>
      </thead>
      <tbody>
        {periods.map(({ months, amount, perMillionTokens, onDemand: [other] }) => (
          <tr key={months}>
            <th scope="row">{`${months} ${months === 1 ? 'month' : 'months'}`}</th>
            <td data-label="Reserved" className="number"><Money amount={amount} isRounded /></td>
            <td data-label="Per M used tokens" className="number"><Money amount={perMillionTokens} isRounded /></td>
            <td data-label="On demand" className="number">{other !== undefined && <Money amount={other.amount} isRounded />}</td>
            <td data-label="Saved" className="number">{other !== undefined && <Money amount={other.saving} isRounded />}</td>
            <td data-label="Worth it from" className="number">{other === undefined || other.breakEvenUtilization === null ? words('NEVER') : `${percent(other.breakEvenUtilization)} used`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
