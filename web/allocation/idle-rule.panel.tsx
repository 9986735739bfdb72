import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { TextField } from '../ui/field.js';
import { percent, usdField } from '../ui/format.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { Money, Rate, Time } from '../ui/values.js';
import type { Reservation } from './allocation.documents.js';
import { SET_IDLE_RULE } from './capacity.documents.js';

type IdleRule = NonNullable<Reservation['idleRule']>;

/** Lists by itself, every hour, what is measured not to be needed. */
export function IdleRulePanel({ reservation }: { readonly reservation: Reservation }): ReactNode {
  const { reservationId, idleRule } = reservation;
  const announce = useAnnounce();
  return (
    <details className="card" open={idleRule !== null}>
      <summary>
        <span className="card-title">Auto-list what is idle</span>
        <span className="badge">{idleRule === null ? 'off' : 'on'}</span>
      </summary>
      {idleRule !== null && <Rule rule={idleRule} />}
      <MutationForm
        document={SET_IDLE_RULE}
        read={(form) =>
          form.result({
            reservationId,
            rule: {
              ...{ unitPrice: form.usd('rule.unitPrice'), margin: form.percent('rule.margin') },
              keepMin: form.whole('rule.keepMin').toString(),
            },
          })
        }
        onAccepted={() => announce('What is idle is listed from the next full hour on')}
        submit={idleRule === null ? 'Turn on' : 'Change'}
      >
        <Fields rule={idleRule ?? { unitPrice: reservation.unitPrice, margin: 2_500, keepMin: '0' }} />
      </MutationForm>
      {idleRule !== null && (
        <MutationButton
          document={SET_IDLE_RULE}
          input={{ reservationId, rule: null }}
          className="quiet"
          onAccepted={() => announce('Nothing more is listed by itself')}
        >
          Turn off
        </MutationButton>
      )}
    </details>
  );
}

function Fields({ rule: { unitPrice, margin, keepMin } }: { readonly rule: Pick<IdleRule, 'unitPrice' | 'margin' | 'keepMin'> }): ReactNode {
  return (
    <div className="columns">
      <TextField {...{ label: 'Price (USD per token/s and hour)', name: 'rule.unitPrice', inputMode: 'decimal' }} defaultValue={usdField(unitPrice)} />
      <TextField {...{ label: 'Kept above the peak (%)', name: 'rule.margin', inputMode: 'decimal' }} hint="0 to 100" defaultValue={String(margin / 100)} />
      <TextField {...{ label: 'Kept at least (tokens/s)', name: 'rule.keepMin', inputMode: 'numeric' }} defaultValue={keepMin} />
    </div>
  );
}

function Rule({ rule }: { readonly rule: IdleRule }): ReactNode {
  const { unitPrice, margin, lastReview, nextReviewAt } = rule;
  return (
    <dl className="lines">
      <div><dt>Offered at</dt><dd><Money amount={unitPrice} /></dd></div>
      <div><dt>Kept above the peak</dt><dd>{percent(margin)}</dd></div>
      {lastReview !== null && <div><dt>Idle when last looked at</dt><dd><Rate quantity={lastReview.idle} /></dd></div>}
      {lastReview !== null && lastReview.refusal !== null && <div><dt>Not listed, because</dt><dd>{lastReview.refusal}</dd></div>}
      {nextReviewAt !== null && <div><dt>Looked at next</dt><dd><Time at={nextReviewAt} /></dd></div>}
    </dl>
  );
}
