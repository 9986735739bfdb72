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
import { SET_SPEND_LIMITS, type Limits } from './controls.documents.js';
import { subjectName, type Names } from './controls.shown.js';

interface Known {
  readonly names: Names;
  readonly limits: readonly Limits[];
}

/** Who may spend how much, and what was spent. */
export function SpendLimitsSection({ names, limits, isKeeper }: Known & { readonly isKeeper: boolean }): ReactNode {
  const [opened, setOpened] = useState<Limits | 'new' | null>(null);
  const columns = columnsOf(names, isKeeper ? setOpened : null);
  return (
    <section className="section" aria-labelledby="spend-limits">
      <header className="card-head"><h2 id="spend-limits">Limits of spending</h2></header>
      {limits.length === 0 ? (
        <EmptyState title="No limits"><p>Whoever trades may spend all that is in the wallet. A limit counts for every way to buy.</p></EmptyState>
      ) : (
        <DataTable caption="Limits of spending" columns={columns} rows={limits} keyOf={({ subject }) => subject} />
      )}
      {isKeeper && <div className="buttons"><button type="button" className="quiet" onClick={() => setOpened('new')}>Set a limit</button></div>}
      {opened !== null && <LimitsDialog {...{ names, limits }} chosen={opened === 'new' ? null : opened} onClose={() => setOpened(null)} />}
    </section>
  );
}

const most = (amount: string | null): ReactNode => (amount === null ? 'no limit' : <Money amount={amount} />);

/** Of a limit, what is spent already. */
const used = (amount: string | null, spent: string): ReactNode => <>{most(amount)}<span className="quiet-note"><Money amount={spent} /> spent</span></>;

function columnsOf(names: Names, open: ((limits: Limits) => void) | null): readonly Column<Limits>[] {
  const columns: Column<Limits>[] = [
    { ...{ id: 'who', title: 'Who', isRowHeader: true }, sortBy: ({ subject }) => subjectName(subject, names), cell: ({ subject }) => <span className="long-name">{subjectName(subject, names)}</span> },
    { id: 'order', title: 'An order', isNumber: true, cell: ({ perOrder }) => most(perOrder) },
    { id: 'day', title: 'A day (UTC)', isNumber: true, cell: ({ perDay, spentToday }) => used(perDay, spentToday) },
    { id: 'month', title: 'A month (UTC)', isNumber: true, cell: ({ perMonth, spentThisMonth }) => used(perMonth, spentThisMonth) },
    { id: 'approval', title: 'Approval above', isNumber: true, cell: ({ approvalAbove }) => (approvalAbove === null ? 'never' : <Money amount={approvalAbove} />) },
  ];
  if (open === null) return columns;
  return [...columns, { ...{ id: 'change', title: 'Change', isTitleHidden: true }, cell: (limits) => <Actions {...{ limits, name: subjectName(limits.subject, names), open }} /> }];
}

function Actions({ limits, name, open }: { readonly limits: Limits; readonly name: string; readonly open: (limits: Limits) => void }): ReactNode {
  const announce = useAnnounce();
  const said = <span className="visually-hidden">{` the limits of: ${name}`}</span>;
  return (
    <div className="row-actions">
      <button type="button" className="quiet" onClick={() => open(limits)}>Change{said}</button>
      <ConfirmButton document={SET_SPEND_LIMITS} input={{ subject: limits.subject, limits: null }} title="Take the limits away" name={<>Remove{said}</>} onAccepted={() => announce('The limits are gone')}>
        <p>{`${name}: no limits of their own any more. Those of the organization and of roles still count.`}</p>
      </ConfirmButton>
    </div>
  );
}

const OTHER_KEY = 'key:';

function choicesOf(names: Names): readonly Choice[] {
  const { members, keys } = names;
  const subjects = [
    ...['organization', 'role:trader', 'role:owner'],
    ...[...members.keys()].map((id) => `member:${id}`),
    ...[...keys.keys()].map((id) => `key:${id}`),
  ];
  return [...subjects.map((value) => ({ value, text: subjectName(value, names) })), { value: OTHER_KEY, text: 'An API key, by its id' }];
}

const FIELDS = [
  ['perOrder', 'An order may cost (USD)'],
  ['perDay', 'In a UTC day (USD)'],
  ['perMonth', 'In a UTC month (USD)'],
  ['approvalAbove', 'Wait for an approval above (USD)'],
] as const;

/** Null: for somebody who has none yet. */
function LimitsDialog({ names, limits, chosen, onClose }: Known & { readonly chosen: Limits | null; readonly onClose: () => void }): ReactNode {
  const announce = useAnnounce();
  const free = choicesOf(names).filter(({ value }) => limits.every(({ subject }) => subject !== value));
  const [subject, setSubject] = useState(chosen?.subject ?? free[0]?.value ?? OTHER_KEY);
  return (
    <Dialog title={chosen === null ? 'Set a limit' : 'Change the limits'} onClose={onClose}>
      <MutationForm
        document={SET_SPEND_LIMITS}
        read={(form) => {
          const amount = (name: string): string | null => form.optional(`limits.${name}`, form.usd);
          const given = { perOrder: amount('perOrder'), perDay: amount('perDay'), perMonth: amount('perMonth'), approvalAbove: amount('approvalAbove') };
          return form.result({ subject: subject === OTHER_KEY ? `key:${form.text('subject')}` : subject, limits: given });
        }}
        onAccepted={() => {
          announce('The limits count from now on');
          onClose();
        }}
        submit="Save the limits"
      >
        {chosen === null ? (
          <SelectField {...{ label: 'Who', name: 'who', value: subject }} choices={free} onChange={({ target }) => setSubject(target.value)} data-begin />
        ) : (
          <p className="long-name">{subjectName(subject, names)}</p>
        )}
        {subject === OTHER_KEY && <TextField label="Id of the key" name="subject" autoComplete="off" required />}
        {FIELDS.map(([name, label]) => (
          <TextField
            key={name}
            {...{ label, name: `limits.${name}`, inputMode: 'decimal', autoComplete: 'off' }}
            hint={name === 'approvalAbove' ? 'Empty: nothing waits. A key is refused instead: nobody waits with it.' : 'Empty: no limit'}
            defaultValue={fieldOf(chosen?.[name] ?? null)}
          />
        ))}
      </MutationForm>
    </Dialog>
  );
}

const fieldOf = (amount: string | null): string => (amount === null ? '' : usdField(amount));
