import type { VariablesOf } from 'gql.tada';
import { useState, type ReactNode } from 'react';
import { HOUR_MS } from '../../src/kernel/time.js';
import { useQuery } from '../api/use-query.js';
import { WALLET } from '../billing/billing.documents.js';
import { useClock } from '../platform/clock.context.js';
import { useAnnounce } from '../ui/announce.js';
import { SelectField, TextField } from '../ui/field.js';
import type { FormReader } from '../ui/form-reader.js';
import { groupDigits, usd, usdRounded } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Link } from '../ui/router.js';
import { Money } from '../ui/values.js';
import type { DepthLevel } from './market.documents.js';
import { ConstraintFields, readConstraints } from './order.constraints.js';
import { PLACE_ORDER } from './order.documents.js';
import { outcomeOf } from './order.outcome.js';
import { issuesOf, previewOf, TIMES_IN_FORCE, type TicketFields, type TimeInForce } from './ticket.js';
import { perMillionTokens, totalOf } from './trade.js';

const NOTHING = {};
const STEP_S = HOUR_MS / 1_000;

export interface TicketProps {
  readonly marketId: string;
  readonly asks: readonly DepthLevel[];
  readonly window: { readonly start: string; readonly end: string };
  readonly onWindow: (window: { readonly start: string; readonly end: string }) => void;
  /** A price that was picked in the book. */
  readonly picked: string | null;
}

/** A bid: what is wrong is said as one types, what it would do is said before it is sent. */
export function OrderTicket({ marketId, asks, window, onWindow, picked }: TicketProps): ReactNode {
  const announce = useAnnounce();
  const clock = useClock();
  const wallet = useQuery(WALLET, NOTHING);
  const balance = wallet.state === 'ready' ? BigInt(wallet.data.wallet.balance) : null;
  const [typed, setTyped] = useState<Omit<TicketFields, 'start' | 'end'>>(BLANK);
  const [lastPicked, setLastPicked] = useState(picked);
  if (picked !== lastPicked) {
    setLastPicked(picked);
    setTyped({ ...typed, price: picked ?? typed.price });
  }
  const fields: TicketFields = { ...typed, ...window };
  const set = (changes: Partial<typeof typed>): void => setTyped({ ...typed, ...changes });
  const nowMs = clock === null ? 0 : Date.parse(clock.now);
  return (
    <MutationForm
      document={PLACE_ORDER}
      read={(form) => form.result({ marketId, ...readTicket(form), timeInForce: fields.timeInForce })}
      found={issuesOf(fields, { nowMs, balance })}
      onAccepted={({ order }) => {
        set({ quantity: '', minimumFill: '' });
        announce(outcomeOf(order));
      }}
      submit="Place the bid"
      help={({ __typename: name }) => name === 'InsufficientFundsRejection' && <Link to="/app/wallet">Top up the wallet</Link>}
    >
      <div>
        <TextField {...{ label: 'Start (UTC)', name: 'window.start', type: 'datetime-local', step: STEP_S }} value={window.start} onChange={({ target }) => onWindow({ ...window, start: target.value })} required />
        <TextField {...{ label: 'End (UTC)', name: 'window.end', type: 'datetime-local', step: STEP_S }} value={window.end} onChange={({ target }) => onWindow({ ...window, end: target.value })} required />
      </div>
      <div className="pair">
        <TextField {...{ label: 'Tokens per second', name: 'quantity', inputMode: 'numeric', autoComplete: 'off' }} value={fields.quantity} onChange={({ target }) => set({ quantity: target.value })} required />
        <TextField {...{ label: 'Limit (USD/token/s·h)', name: 'limitPrice', inputMode: 'decimal', autoComplete: 'off' }} value={fields.price} onChange={({ target }) => set({ price: target.value })} required />
      </div>
      <SelectField
        {...{ label: 'Time in force', name: 'timeInForce', value: fields.timeInForce }}
        choices={Object.entries(TIMES_IN_FORCE).map(([value, text]) => ({ value, text: `${value} · ${text}` }))}
        onChange={({ target }) => set({ timeInForce: target.value as TimeInForce })}
      />
      {fields.timeInForce === 'GTD' && (
        <TextField {...{ label: 'Until (UTC)', name: 'until', type: 'datetime-local' }} value={fields.until} onChange={({ target }) => set({ until: target.value })} required />
      )}
      <Constraints minimumFill={fields.minimumFill} onMinimumFill={(minimumFill) => set({ minimumFill })} />
      <Effect fields={fields} asks={asks} balance={balance} />
    </MutationForm>
  );
}

const BLANK = { quantity: '', price: '', minimumFill: '', timeInForce: 'GTC', until: '' } as const;

function Constraints({ minimumFill, onMinimumFill }: { readonly minimumFill: string; readonly onMinimumFill: (value: string) => void }): ReactNode {
  return (
    <details>
      <summary>Conditions</summary>
      <div className="pair">
        <TextField {...{ label: 'Fill at least (tokens/s)', name: 'minimumFill', inputMode: 'numeric', autoComplete: 'off', placeholder: 'anything' }} value={minimumFill} onChange={({ target }) => onMinimumFill(target.value)} />
        <ConstraintFields />
      </div>
    </details>
  );
}

/** What the bid sets aside, and what the book as it is would make of it. */
function Effect({ fields, asks, balance }: { readonly fields: TicketFields; readonly asks: readonly DepthLevel[]; readonly balance: bigint | null }): ReactNode {
  const total = totalOf(fields);
  const perMillion = perMillionTokens(fields.price);
  const preview = previewOf(fields, asks);
  return (
    <dl className="lines" aria-live="polite">
      <div><dt>Set aside at most</dt><dd>{total === null ? '—' : <Money amount={total} />}</dd></div>
      <div><dt>Per million tokens at full use</dt><dd>{perMillion === null ? '—' : usdRounded(perMillion)}</dd></div>
      <div><dt>In the wallet</dt><dd>{balance === null ? '…' : <Money amount={balance} />}</dd></div>
      <div>
        <dt>The book now</dt>
        <dd>{preview === null ? '—' : previewText(preview)}</dd>
      </div>
    </dl>
  );
}

function previewText({ filled, worst, waits }: NonNullable<ReturnType<typeof previewOf>>): string {
  if (filled === 0n) return 'fills nothing: all of it would wait';
  const at = worst === null ? '' : ` at up to ${usd(worst)}`;
  const rest = waits === 0n ? '' : `; ${groupDigits(waits.toString())} would wait`;
  return `fills ${groupDigits(filled.toString())}${at}${rest}`;
}

function readTicket(form: FormReader): Omit<VariablesOf<typeof PLACE_ORDER>['input'], 'marketId' | 'timeInForce'> {
  return {
    ...{ window: form.window('window'), quantity: form.quantity('quantity'), limitPrice: form.usd('limitPrice') },
    minimumFill: form.optional('minimumFill', form.quantity),
    until: form.optional('until', form.instant),
    constraints: readConstraints(form),
  };
}
