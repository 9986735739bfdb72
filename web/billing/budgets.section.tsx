import { useState, type ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { ConfirmButton } from '../ui/confirm.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Dialog } from '../ui/dialog.js';
import { SelectField, TextField, type Choice } from '../ui/field.js';
import { usdField } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Money } from '../ui/values.js';
import { SET_BUDGET, type ScopedBudget } from './controls.documents.js';
import { measureOf, percentOf, readScopedBudget, subjectName, type Names } from './controls.shown.js';

interface Known {
  readonly names: Names;
  /** Those of teams, members and keys. */
  readonly budgets: readonly ScopedBudget[];
}

/** What a month of a team, a member or a key is meant to cost. */
export function BudgetsSection({ names, budgets }: Known): ReactNode {
  const [opened, setOpened] = useState<ScopedBudget | 'new' | null>(null);
  return (
    <section className="section" aria-labelledby="budgets">
      <header className="card-head"><h2 id="budgets">Budgets of teams, members and keys</h2></header>
      {budgets.length === 0 ? (
        <EmptyState title="No team, member or key has a budget"><p>A team’s is of what its reservations cost, a member’s or a key’s of what was ordered. They refuse nothing.</p></EmptyState>
      ) : (
        <DataTable caption={`Budgets of ${budgets[0]?.month ?? ''}`} columns={columnsOf(names, setOpened)} rows={budgets} keyOf={({ scope }) => scope} />
      )}
      <div className="buttons"><button type="button" className="quiet" onClick={() => setOpened('new')}>Set a budget for somebody</button></div>
      {opened !== null && <BudgetDialog {...{ names, budgets }} chosen={opened === 'new' ? null : opened} onClose={() => setOpened(null)} />}
    </section>
  );
}

const reached = ({ spent, committed }: ScopedBudget): string => spent ?? committed ?? '0';

function columnsOf(names: Names, open: (budget: ScopedBudget) => void): readonly Column<ScopedBudget>[] {
  return [
    { ...{ id: 'whose', title: 'Whose', isRowHeader: true }, sortBy: ({ scope }) => subjectName(scope, names), cell: ({ scope }) => <span className="long-name">{subjectName(scope, names)}</span> },
    { id: 'budget', title: 'A month (UTC)', isNumber: true, cell: ({ amount }) => <Money amount={amount} /> },
    {
      ...{ id: 'reached', title: 'This month', isNumber: true },
      cell: (budget) => <><Money amount={reached(budget)} /><span className="quiet-note">{`${percentOf(reached(budget), budget.amount)} % ${measureOf(budget.scope)}`}</span></>,
    },
    { id: 'told', title: 'Alerts given', cell: ({ told }) => (told.length === 0 ? 'none' : told.map((alert) => `${alert.split(' ').at(-1) ?? ''} %`).join(', ')) },
    { ...{ id: 'change', title: 'Change', isTitleHidden: true }, cell: (budget) => <Actions {...{ budget, name: subjectName(budget.scope, names), open }} /> },
  ];
}

function Actions({ budget, name, open }: { readonly budget: ScopedBudget; readonly name: string; readonly open: (budget: ScopedBudget) => void }): ReactNode {
  const announce = useAnnounce();
  const said = <span className="visually-hidden">{` the budget of: ${name}`}</span>;
  return (
    <div className="row-actions">
      <button type="button" className="quiet" onClick={() => open(budget)}>Change{said}</button>
      <ConfirmButton document={SET_BUDGET} input={{ scope: budget.scope, budget: null }} title="Take the budget away" name={<>Remove{said}</>} onAccepted={() => announce('The budget is gone')}>
        <p>{`${name}: nobody is told any more. Nothing that was bought changes.`}</p>
      </ConfirmButton>
    </div>
  );
}

const OTHER_KEY = 'key:';

function choicesOf(names: Names): readonly Choice[] {
  const scopes = [
    ...[...names.teams.keys()].map((id) => `team:${id}`),
    ...[...names.members.keys()].map((id) => `member:${id}`),
    ...[...names.keys.keys()].map((id) => `key:${id}`),
  ];
  return [...scopes.map((value) => ({ value, text: subjectName(value, names) })), { value: OTHER_KEY, text: 'An API key, by its id' }];
}

interface Opened extends Known {
  /** Null: for somebody who has none yet. */
  readonly chosen: ScopedBudget | null;
  readonly onClose: () => void;
}

function BudgetDialog({ names, budgets, chosen, onClose }: Opened): ReactNode {
  const announce = useAnnounce();
  const free = choicesOf(names).filter(({ value }) => budgets.every(({ scope }) => scope !== value));
  const [scope, setScope] = useState(chosen?.scope ?? free[0]?.value ?? OTHER_KEY);
  return (
    <Dialog title={chosen === null ? 'Set a budget' : 'Change the budget'} onClose={onClose}>
      <MutationForm
        document={SET_BUDGET}
        read={(form) => readScopedBudget(form, scope === OTHER_KEY ? `key:${form.text('scope')}` : scope)}
        onAccepted={() => {
          announce('The budget counts from now on');
          onClose();
        }}
        submit="Save the budget"
      >
        {chosen === null ? (
          <SelectField {...{ label: 'Whose', name: 'whose', value: scope }} choices={free} onChange={({ target }) => setScope(target.value)} data-begin />
        ) : (
          <p className="long-name">{subjectName(scope, names)}</p>
        )}
        {scope === OTHER_KEY && <TextField label="Id of the key" name="scope" autoComplete="off" required />}
        <BudgetFields scope={scope} chosen={chosen} />
      </MutationForm>
    </Dialog>
  );
}

const HINTS = {
  spent: 'Of what its reservations cost: delivered capacity, and use above it',
  committed: 'Of what was ordered in the month, whenever it is delivered',
} as const;

function BudgetFields({ scope, chosen }: { readonly scope: string; readonly chosen: ScopedBudget | null }): ReactNode {
  const measure = measureOf(scope);
  const amount = chosen === null ? '' : usdField(chosen.amount);
  const alerts = chosen === null ? [80, 100] : [...chosen.spentAlerts, ...chosen.committedAlerts];
  return (
    <>
      <TextField {...{ label: 'A month may cost (USD)', name: 'budget.amount', inputMode: 'decimal', autoComplete: 'off' }} defaultValue={amount} required />
      <TextField {...{ label: `Tell me at % ${measure}`, name: `budget.${measure}Alerts`, autoComplete: 'off' }} hint={HINTS[measure]} defaultValue={alerts.join(', ')} />
    </>
  );
}
