import type { ReactNode } from 'react';
import type { Pool } from '../providers/providers.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { sentence, tokensPerSecond, utcWindow } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { goTo } from '../ui/router.js';
import type { Segment } from '../ui/segment.js';
import { Id, Money } from '../ui/values.js';
import type { Curtailing } from './curtail.page.js';
import { CURTAIL_POOL, type CurtailmentPreview, type CurtailmentRefusal } from './pool.documents.js';

/** Who loses what, and the way to declare it; or why it cannot be. */
export function CurtailmentResult({
  pool,
  asked,
  told,
  onDone,
}: {
  readonly pool: Pool;
  readonly asked: Curtailing;
  readonly told: CurtailmentPreview | CurtailmentRefusal;
  readonly onDone: () => void;
}): ReactNode {
  const announce = useAnnounce();
  if (told.__typename !== 'CurtailmentPreview') return <Refused told={told} />;
  const done = (): void => {
    announce('Declared: holders are told, and what they paid goes back');
    onDone();
    goTo(`/app/pools/${encodeURIComponent(pool.poolId)}`);
  };
  return (
    <>
      <Bands totals={told.totals} />
      {told.losses.length > 0 && <Losses losses={told.losses} />}
      <dl className="lines">
        <div><dt>Goes back to them</dt><dd><Money amount={told.totals.refund} /></dd></div>
        <div><dt>You owe beside it</dt><dd data-bad={told.totals.penalty !== '0'}><Money amount={told.totals.penalty} /></dd></div>
      </dl>
      <p className="quiet-note">Declared is declared: what is taken back comes back by listing it anew.</p>
      <MutationButton document={CURTAIL_POOL} input={asked} className="danger" onAccepted={done}>
        {told.totals.holders === 0 ? 'Declare it' : `Declare it: ${told.totals.holders} ${told.totals.holders === 1 ? 'holder loses' : 'holders lose'} capacity`}
      </MutationButton>
    </>
  );
}

function Refused({ told }: { readonly told: CurtailmentRefusal }): ReactNode {
  return (
    <div className="refusal" role="alert" data-code={told.code}>
      {told.__typename === 'ValidationRejection' ? <p>Some fields are not as expected.</p> : <p>{sentence(told.message)}</p>}
      {told.__typename === 'CapacityRejection' && <p>{`At most ${tokensPerSecond(told.available)} can be taken back throughout this window.`}</p>}
    </div>
  );
}

const BANDS = [
  ['unoffered', 'Not sold and not offered'],
  ['offered', 'Offered, or held and not paid for'],
  ['sold', 'Sold'],
] as const;

function Bands({ totals }: { readonly totals: CurtailmentPreview['totals'] }): ReactNode {
  return (
    <dl className="lines">
      {BANDS.map(([field, name]) => <div key={field}><dt>{name}</dt><dd><Parts segments={totals[field]} /></dd></div>)}
    </dl>
  );
}

function Parts({ segments }: { readonly segments: readonly Segment[] }): ReactNode {
  if (segments.length === 0) return 'nothing';
  return <ul className="plain-lines">{segments.map(({ quantity, window }) => <li key={window.start}>{`${tokensPerSecond(quantity)}, ${utcWindow(window)}`}</li>)}</ul>;
}

function Losses({ losses }: { readonly losses: CurtailmentPreview['losses'] }): ReactNode {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Holder by holder">
      <table className="schedule losses">
        <caption>Holder by holder</caption>
        <thead><tr><th scope="col">Holder</th><th scope="col">Loses</th><th scope="col" className="number">Gets back</th><th scope="col" className="number">Penalty</th></tr></thead>
        <tbody>
          {losses.map(({ holderId, lost, refund, penalty }) => (
            <tr key={holderId}>
              <th scope="row"><Id id={holderId} name="this holder" /></th>
              <td>{lost.length === 0 ? 'only what it had resold' : <Parts segments={lost} />}</td>
              <td className="number"><Money amount={refund} /></td>
              <td className="number"><Money amount={penalty} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
