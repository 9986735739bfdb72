import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { ConfirmButton } from '../ui/confirm.js';
import { TextField } from '../ui/field.js';
import { usdField } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { SET_BUDGET, type Budget } from './controls.documents.js';
import { percentOf, readBudget } from './controls.shown.js';
import { Figure } from './figure.js';

/** What a month is meant to cost. It refuses nothing: it tells. */
export function BudgetSection({ budget }: { readonly budget: Budget | null }): ReactNode {
  return (
    <section className="card" aria-labelledby="budget">
      <header className="card-head"><h2 id="budget">Budget</h2></header>
      {budget === null ? <p>No budget: nobody is told what a month costs. A budget refuses nothing.</p> : <Month budget={budget} />}
      <BudgetForm key={budget === null ? 'none' : 'some'} budget={budget} />
      {budget !== null && <Remove />}
    </section>
  );
}

function Month({ budget: { amount, month, spent: all, spentByNoTeam, committed: bought, told } }: { readonly budget: Budget }): ReactNode {
  // Of an organization all of it is known.
  const [spent, committed] = [all ?? '0', bought ?? '0'];
  const part = (value: string): string => `${percentOf(value, amount)} % of the budget`;
  return (
    <>
      <dl className="figures">
        <Figure name={`Budget of ${month}`} amount={amount} note="a calendar month, UTC" />
        <Figure name="Spent" amount={spent} note={`${part(spent)}: what was delivered, overage, fees`} />
        {spentByNoTeam !== null && spentByNoTeam !== spent && <Figure name="Of it no team’s" amount={spentByNoTeam} note="what is not for reservations of teams" />}
        <Figure name="Committed" amount={committed} note={`${part(committed)}: bought this month, whenever delivered`} />
      </dl>
      <p className="quiet-note">{told.length === 0 ? 'No alert was given this month.' : `Alerts given: ${told.map(alertText).join(', ')}.`}</p>
    </>
  );
}

/** `2026-11 spent 80` as `spent 80 %`. */
const alertText = (alert: string): string => `${alert.split(' ').slice(1).join(' ')} %`;

function BudgetForm({ budget }: { readonly budget: Budget | null }): ReactNode {
  const announce = useAnnounce();
  const { amount, spentAlerts, committedAlerts } = budget ?? { amount: null, spentAlerts: [80, 100], committedAlerts: [100] };
  return (
    <MutationForm document={SET_BUDGET} read={readBudget} onAccepted={() => announce('The budget counts from now on')} submit={budget === null ? 'Set the budget' : 'Save the budget'}>
      <div className="columns">
        <TextField {...{ label: 'A month may cost (USD)', name: 'budget.amount', inputMode: 'decimal', autoComplete: 'off' }} defaultValue={amount === null ? '' : usdField(amount)} required />
        <TextField {...{ label: 'Tell me at % spent', name: 'budget.spentAlerts', autoComplete: 'off' }} hint="Up to ten, such as 50, 80, 100" defaultValue={spentAlerts.join(', ')} />
        <TextField {...{ label: 'Tell me at % committed', name: 'budget.committedAlerts', autoComplete: 'off' }} hint="Of what was bought in the month" defaultValue={committedAlerts.join(', ')} />
      </div>
    </MutationForm>
  );
}

const NONE = { budget: null };

function Remove(): ReactNode {
  const announce = useAnnounce();
  return (
    <div className="buttons">
      <ConfirmButton document={SET_BUDGET} input={NONE} title="Take the budget away" name="Remove the budget" onAccepted={() => announce('There is no budget any more')}>
        <p>Nobody is told any more what a month costs. Nothing that was bought changes.</p>
      </ConfirmButton>
    </div>
  );
}
