import { useState, type ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { SelectField, TextField, type Choice } from '../ui/field.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { CLEAR_FAULTS, FAIL_STAND_IN, type Fault, type FaultInput } from './stand-in.documents.js';

const NOTHING = {};
const ANYTHING = 'Whatever is asked next';

type Effect = Fault['effect'];
type When = Fault['when'];

const EFFECTS: readonly (Choice & { readonly value: Effect })[] = [
  { value: 'STATUS', text: 'Answered with a failure' },
  { value: 'NO_ANSWER', text: 'Not answered' },
  { value: 'CUT', text: 'Connection cut' },
];
const MOMENTS: readonly (Choice & { readonly value: When })[] = [
  { value: 'BEFORE', text: 'Before it was done' },
  { value: 'AFTER', text: 'After it was done' },
];

const textOf = (choices: readonly Choice[], value: string): string => choices.find((choice) => choice.value === value)?.text ?? value;

/** What fails when the exchange asks for it. */
export function StandInFaults({ operations, faults }: { readonly operations: readonly string[]; readonly faults: readonly Fault[] }): ReactNode {
  const announce = useAnnounce();
  return (
    <section className="section" aria-label="What fails">
      <h2>What fails</h2>
      <div className="card"><FaultForm operations={operations} /></div>
      {faults.length === 0 ? (
        <p className="quiet-note">Nothing fails now.</p>
      ) : (
        <>
          <DataTable caption="What fails, in the order in which it was set" columns={COLUMNS} rows={faults} keyOf={(fault) => String(faults.indexOf(fault))} />
          <div className="buttons">
            <MutationButton document={CLEAR_FAULTS} input={NOTHING} className="quiet" onAccepted={() => announce('Nothing fails any more')}>Let nothing fail</MutationButton>
          </div>
        </>
      )}
    </section>
  );
}

function FaultForm({ operations }: { readonly operations: readonly string[] }): ReactNode {
  const announce = useAnnounce();
  const [effect, setEffect] = useState<Effect>('STATUS');
  const choices = [{ value: '', text: ANYTHING }, ...operations.map((name) => ({ value: name, text: name }))];
  return (
    <MutationForm
      document={FAIL_STAND_IN}
      read={(form) => {
        const input: FaultInput = {
          ...{ operation: form.optional('operation', form.text), effect, status: effect === 'STATUS' ? form.whole('status') : null },
          ...{ when: form.text('when') as When, times: form.whole('times') },
        };
        return form.result(input);
      }}
      onAccepted={() => announce('It fails from now on')}
      submit="Let it fail (TEST)"
    >
      <div className="columns">
        <SelectField {...{ label: 'What Stripe is asked for', name: 'operation', choices }} />
        <SelectField {...{ label: 'What goes wrong', name: 'effect', choices: EFFECTS, value: effect }} onChange={({ target }) => setEffect(target.value as Effect)} />
        {effect === 'STATUS' && <TextField {...{ label: 'Status', name: 'status', inputMode: 'numeric', autoComplete: 'off' }} hint="400 to 599; what is below 500, but for 409 and 429, is for good" defaultValue="500" required />}
        <SelectField {...{ label: 'When', name: 'when', choices: MOMENTS }} />
        <TextField {...{ label: 'How many requests', name: 'times', inputMode: 'numeric', autoComplete: 'off' }} hint="1 to 1000; what gets no answer is asked for once more at once" defaultValue="2" required />
      </div>
    </MutationForm>
  );
}

const COLUMNS: readonly Column<Fault>[] = [
  { ...{ id: 'operation', title: 'What', isRowHeader: true }, cell: ({ operation }) => <span className="long-name">{operation ?? ANYTHING}</span> },
  { id: 'effect', title: 'How', cell: ({ effect, status }) => `${textOf(EFFECTS, effect)}${status === null ? '' : `: ${status}`}` },
  { id: 'when', title: 'When', cell: ({ when }) => textOf(MOMENTS, when) },
  { id: 'left', title: 'Requests it still hits', isNumber: true, cell: ({ left }) => left },
];
