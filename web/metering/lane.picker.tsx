import type { ReactNode } from 'react';
import type { Reservation } from '../allocation/allocation.documents.js';
import { MarketName } from '../allocation/market.strip.js';
import type { Pool } from '../providers/providers.documents.js';
import { words } from '../ui/format.js';
import { Rate, Span } from '../ui/values.js';

/** Beyond these one chooses from a list. */
const CARDS_MAX = 4;

/** Which lane one looks at. */
export function LanePicker({
  lanes,
  pools,
  chosen,
  onChoose,
}: {
  readonly lanes: readonly Reservation[];
  readonly pools: ReadonlyMap<string, Pool>;
  readonly chosen: string;
  readonly onChoose: (reservationId: string) => void;
}): ReactNode {
  const shown = lanes.slice(0, CARDS_MAX);
  const others = lanes.slice(CARDS_MAX);
  return (
    <>
      <ul className="lane-cards" aria-label="Lanes">
        {shown.map((lane) => (
          <li key={lane.reservationId}>
            <button type="button" className="market-card" aria-pressed={lane.reservationId === chosen} onClick={() => onChoose(lane.reservationId)}>
              <MarketName id={lane.marketId} />
              <span className="lane-size"><Rate quantity={lane.quantity} /><span className="state" data-state={lane.status}>{words(lane.status)}</span></span>
              <span className="quiet-note">{placeOf(pools.get(lane.poolId))}</span>
              <span className="quiet-note"><Span window={lane.window} /></span>
            </button>
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <div className="field narrow-field">
          <label htmlFor="other-lane">Other lanes</label>
          <select id="other-lane" value={others.some(({ reservationId }) => reservationId === chosen) ? chosen : ''} onChange={({ target }) => target.value !== '' && onChoose(target.value)}>
            <option value="">{`${others.length} more`}</option>
            {others.map((lane) => (
              <option key={lane.reservationId} value={lane.reservationId}>{`${lane.marketId}, ${lane.quantity} tokens/s, from ${lane.window.start.slice(0, 10)}, ${words(lane.status).toLowerCase()}`}</option>
            ))}
          </select>
        </div>
      )}
    </>
  );
}

function placeOf(pool: Pool | undefined): string {
  return pool === undefined ? '\u00a0' : `${pool.name} · ${pool.platform} · ${pool.region}`;
}
