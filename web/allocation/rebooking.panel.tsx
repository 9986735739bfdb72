import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useAnnounce } from '../ui/announce.js';
import { SelectField, TextField } from '../ui/field.js';
import { percent, usdField, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { Link } from '../ui/router.js';
import { Money, Rate, Span, Time } from '../ui/values.js';
import type { Reservation } from './allocation.documents.js';
import { REBOOKINGS, SET_REBOOKING, type Rebooking } from './capacity.documents.js';
import { ConstraintFields, readConstraints } from './order.constraints.js';

type Terms = NonNullable<Reservation['rebooking']>;
type TimeInForce = 'GTC' | 'IOC';
const TIMES: readonly { readonly value: TimeInForce; readonly text: string }[] = [
  { value: 'GTC', text: 'GTC · what is not filled waits' },
  { value: 'IOC', text: 'IOC · what is not filled at once is let go' },
];

/** Bids by itself for what its provider takes back, the moment it is gone. */
export function RebookingPanel({ reservation }: { readonly reservation: Reservation }): ReactNode {
  const { reservationId, rebooking } = reservation;
  const announce = useAnnounce();
  return (
    <details className="card" open={rebooking !== null}>
      <summary>
        <span className="card-title">Rebook what is taken back</span>
        <span className="badge">{rebooking === null ? 'off' : 'on'}</span>
      </summary>
      <p className="quiet-note">When its provider takes capacity back, a bid for the hours that are lost goes out by itself, paid from the wallet like any other: after the refund has come.</p>
      {rebooking !== null && <InForce terms={rebooking} />}
      <RebookingForm reservation={reservation} />
      {rebooking !== null && (
        <MutationButton document={SET_REBOOKING} input={{ reservationId, rebooking: null }} className="quiet" onAccepted={() => announce('Nothing is bid for by itself any more')}>
          Turn off
        </MutationButton>
      )}
      <Made reservationId={reservationId} />
    </details>
  );
}

function RebookingForm({ reservation: { reservationId, unitPrice, rebooking } }: { readonly reservation: Reservation }): ReactNode {
  const announce = useAnnounce();
  const [timeInForce, setTimeInForce] = useState<TimeInForce>(rebooking?.timeInForce === 'IOC' ? 'IOC' : 'GTC');
  const { platforms, residency, limitPrice } = rebooking ?? { platforms: [], residency: [], limitPrice: unitPrice };
  return (
    <MutationForm
      document={SET_REBOOKING}
      read={(form) =>
        form.result({
          reservationId,
          // Of what there is no field for, what was said by API stays.
          rebooking: { limitPrice: form.usd('rebooking.limitPrice'), timeInForce, constraints: { ...readConstraints(form, 'rebooking.'), platforms, residency } },
        })
      }
      onAccepted={() => announce('Set: what is taken back is bid for by itself')}
      submit={rebooking === null ? 'Turn on' : 'Change'}
    >
      <div className="columns">
        <TextField {...{ label: 'Pay at most (USD per token/s and hour)', name: 'rebooking.limitPrice', inputMode: 'decimal', autoComplete: 'off', required: true }} defaultValue={usdField(limitPrice)} />
        <SelectField {...{ label: 'Time in force', name: 'rebooking.timeInForce', value: timeInForce, choices: TIMES }} onChange={({ target }) => setTimeInForce(target.value as TimeInForce)} />
      </div>
      <details>
        <summary>Conditions</summary>
        <div className="pair"><ConstraintFields under="rebooking." begin={rebooking} /></div>
      </details>
    </MutationForm>
  );
}

function InForce({ terms: { limitPrice, timeInForce, providerShareMax } }: { readonly terms: Terms }): ReactNode {
  return (
    <dl className="lines">
      <div><dt>Pays at most</dt><dd><Money amount={limitPrice} /></dd></div>
      <div><dt>Time in force</dt><dd>{timeInForce}</dd></div>
      {providerShareMax !== null && <div><dt>From one provider at most</dt><dd>{percent(providerShareMax)}</dd></div>}
    </dl>
  );
}

/** What was bid for by itself, newest first, and why it was not where it was refused. */
function Made({ reservationId }: { readonly reservationId: string }): ReactNode {
  const query = useQuery(REBOOKINGS, { reservationId });
  return (
    <Loaded query={query} rows={1}>
      {({ rebookings: { edges } }) =>
        edges.length === 0 ? <p className="quiet-note">Nothing was taken back yet, so nothing was rebooked.</p> : <ul className="plain">{edges.map(({ node }) => <li key={node.orderId}><One rebooking={node} /></li>)}</ul>
      }
    </Loaded>
  );
}

function One({ rebooking: { at, quantity, window, limitPrice, status, refusal } }: { readonly rebooking: Rebooking }): ReactNode {
  return (
    <>
      <Time at={at} />: <Rate quantity={quantity} />, <Span window={window} />, at up to <Money amount={limitPrice} />:{' '}
      {status === 'PLACED' ? <Link to="/app/bid">placed, see your orders</Link> : `not placed: ${words(refusal ?? 'REFUSED').toLowerCase()}`}
    </>
  );
}
