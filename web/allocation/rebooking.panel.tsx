import type { VariablesOf } from 'gql.tada';
import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useAnnounce } from '../ui/announce.js';
import { CheckField, SelectField, TextField } from '../ui/field.js';
import type { FormReader } from '../ui/form-reader.js';
import { percent, usdField, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { Link } from '../ui/router.js';
import { Money, Rate, Span, Time } from '../ui/values.js';
import type { Reservation } from './allocation.documents.js';
import { REBOOKINGS, SET_REBOOKING, type Rebooking } from './capacity.documents.js';
import { ConstraintFields, readConstraints } from './order.constraints.js';

type Terms = NonNullable<Reservation['rebooking']>;
type Wanted = NonNullable<VariablesOf<typeof SET_REBOOKING>['input']['rebooking']>;
type TimeInForce = 'GTC' | 'GTD' | 'IOC' | 'FOK';
const TIMES: readonly { readonly value: TimeInForce; readonly text: string }[] = [
  { value: 'GTC', text: 'GTC · what is not filled waits' },
  { value: 'GTD', text: 'GTD · what is not filled waits for a while' },
  { value: 'IOC', text: 'IOC · what is not filled at once is let go' },
  { value: 'FOK', text: 'FOK · all of a rectangle at once, or nothing of it' },
];

/** As it begins, when none is set. */
const FIRST: Pick<Terms, 'platforms' | 'residency' | 'timeInForce' | 'restMinutes' | 'minimumFill' | 'isAllOrNone'> = { platforms: [], residency: [], timeInForce: 'GTC', restMinutes: null, minimumFill: '1', isAllOrNone: false };

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
  const { platforms, residency, limitPrice, restMinutes, minimumFill, isAllOrNone, ...kept } = rebooking ?? { ...FIRST, limitPrice: unitPrice };
  const [timeInForce, setTimeInForce] = useState(kept.timeInForce as TimeInForce);
  return (
    <MutationForm
      document={SET_REBOOKING}
      read={(form) =>
        form.result({
          reservationId,
          // Of what there is no field for, what was said by API stays.
          rebooking: { ...readTerms(form), timeInForce, constraints: { ...readConstraints(form, 'rebooking.'), platforms, residency } },
        })
      }
      onAccepted={() => announce('Set: what is taken back is bid for by itself')}
      submit={rebooking === null ? 'Turn on' : 'Change'}
    >
      <div className="columns">
        <TextField {...{ label: 'Pay at most (USD per token/s and hour)', name: 'rebooking.limitPrice', inputMode: 'decimal', autoComplete: 'off', required: true }} defaultValue={usdField(limitPrice)} />
        <SelectField {...{ label: 'Time in force', name: 'rebooking.timeInForce', value: timeInForce, choices: TIMES }} onChange={({ target }) => setTimeInForce(target.value as TimeInForce)} />
        {timeInForce === 'GTD' && (
          <TextField {...{ label: 'Waits for (minutes from the loss on)', name: 'rebooking.restMinutes', inputMode: 'numeric', autoComplete: 'off', required: true }} defaultValue={restMinutes ?? ''} />
        )}
      </div>
      <details>
        <summary>Conditions</summary>
        <div className="pair">
          <TextField {...{ label: 'Fill at least (tokens/s)', name: 'rebooking.minimumFill', inputMode: 'numeric', autoComplete: 'off', placeholder: 'anything' }} defaultValue={minimumFill === '1' ? '' : minimumFill} />
          <ConstraintFields under="rebooking." begin={rebooking} />
        </div>
        <CheckField label="All or none: no part of a rectangle that was lost" name="rebooking.isAllOrNone" defaultChecked={isAllOrNone} />
      </details>
    </MutationForm>
  );
}

function readTerms(form: FormReader): Pick<Wanted, 'limitPrice' | 'restMinutes' | 'minimumFill' | 'isAllOrNone'> {
  return {
    limitPrice: form.usd('rebooking.limitPrice'),
    restMinutes: form.optional('rebooking.restMinutes', form.whole),
    minimumFill: form.optional('rebooking.minimumFill', form.quantity),
    isAllOrNone: form.checked('rebooking.isAllOrNone'),
  };
}

function InForce({ terms: { limitPrice, timeInForce, restMinutes, minimumFill, isAllOrNone, providerShareMax } }: { readonly terms: Terms }): ReactNode {
  return (
    <dl className="lines">
      <div><dt>Pays at most</dt><dd><Money amount={limitPrice} /></dd></div>
      <div><dt>Time in force</dt><dd>{restMinutes === null ? timeInForce : `${timeInForce}, ${restMinutes} min`}</dd></div>
      {isAllOrNone && <div><dt>Fills</dt><dd>all or none</dd></div>}
      {minimumFill !== '1' && <div><dt>Fills at least</dt><dd><Rate quantity={minimumFill} /></dd></div>}
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
