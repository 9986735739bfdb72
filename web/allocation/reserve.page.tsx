import { useState, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { mayBuy } from '../identity/permissions.js';
import { useClock } from '../platform/clock.context.js';
import { Evidence } from '../providers/evidence.js';
import { POOL_EVIDENCE, POOL_FACTS, type Pool } from '../providers/providers.documents.js';
import type { MemberPageProps } from '../routes.js';
import { groupDigits, tokensPerSecond, usdField, utc } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Page } from '../ui/page.js';
import { goTo, Link } from '../ui/router.js';
import { EmptyState, NoPermission, Skeleton } from '../ui/states.js';
import { fieldOf, instantOf } from '../ui/time.js';
import { Id, Money } from '../ui/values.js';
import { WindowPicker } from '../ui/window-picker.js';
import { useAnnounce } from '../ui/announce.js';
import { LISTING_OF, RESERVE, type Listing } from './allocation.documents.js';
import { ReserveTerms } from './reserve.terms.js';
import { quoteAddress } from './ticket.address.js';
import { firstStretch, type TradeFields } from './trade.js';
import { TradeForm } from './trade.form.js';

/** Part of an offer becomes a hold: everything that one agrees to is said before. */
export function ReservePage({ params, viewer }: MemberPageProps): ReactNode {
  const listingId = params['listingId'] ?? '';
  const query = useQuery(LISTING_OF, { listingId });
  if (!mayBuy(viewer)) {
    return <Page title="Reserve"><NoPermission>Owners and traders of buyers reserve.</NoPermission></Page>;
  }
  return (
    <Loaded query={query} rows={10} title="Reserve">
      {({ listing }) => (listing === null ? <Gone /> : <OfListing listing={listing} />)}
    </Loaded>
  );
}

function Gone(): ReactNode {
  return (
    <Page title="Reserve">
      <EmptyState title="There is no such offer" action={<Link className="button" to="/">See the market</Link>}>
        <p>It may have been sold or taken back.</p>
      </EmptyState>
    </Page>
  );
}

function OfListing({ listing }: { readonly listing: Listing }): ReactNode {
  const { poolId, marketId, listingId, unitPrice, pricePerMillionTokens } = listing;
  const clock = useClock();
  const pool = useQuery(POOL_FACTS, { poolId });
  const lead = (
    <>
      <Money amount={unitPrice} /> per token/s and hour, <Money amount={pricePerMillionTokens} isRounded /> per million tokens at full use.
      {' '}Offer <Id id={listingId} name="this offer" />
    </>
  );
  return (
    <Page title={`Reserve ${marketId}`} lead={lead}>
      {clock === null ? (
        <Skeleton rows={10} />
      ) : (
        <Loaded query={pool} rows={10}>
          {({ pool: found }) => (found === null ? <Gone /> : <Form listing={listing} pool={found} now={clock.now} />)}
        </Loaded>
      )}
    </Page>
  );
}

function Form({ listing, pool, now }: { readonly listing: Listing; readonly pool: Pool; readonly now: string }): ReactNode {
  const { listingId, remaining, unitPrice } = listing;
  const announce = useAnnounce();
  const [begun] = useState(() => ({
    ...withinDays(firstStretch(remaining, now, pool.grid)),
    price: usdField(unitPrice),
  }));
  const [fields, setFields] = useState<TradeFields>(begun);
  return (
    <div className="two-columns">
      <section className="card" aria-label="Window and quantity">
        <TradeForm
          document={RESERVE}
          toInput={({ window, quantity }) => ({ listingId, window, quantity })}
          initial={begun}
          {...{ grid: pool.grid, isPriceAsked: false, submit: 'Reserve' }}
          picture={(current, change) => (
            <WindowPicker
              segments={remaining}
              notBefore={Date.parse(now)}
              picked={pickedOf(current)}
              onPick={({ start, end }) => change({ start: fieldOf(start), end: fieldOf(end) })}
            />
          )}
          onChange={setFields}
          footnote={
            <p className="hint">
              Sets it aside for 15 minutes. Nothing is charged until you pay.
              {' '}Or <Link to={quoteAddress(pool.marketId, fields)}>ask for a firm price</Link> from the whole market, for these hours.
            </p>
          }
          onAccepted={({ reservation: { reservationId, expiresAt } }) => {
            announce(`Held for you until ${utc(expiresAt ?? '')} UTC`);
            goTo(`/app/capacity/${encodeURIComponent(reservationId)}`);
          }}
        />
      </section>
      <aside className="stack">
        <ReserveTerms pool={pool} fields={fields} />
        <Speed pool={pool} />
      </aside>
    </div>
  );
}

function Speed({ pool }: { readonly pool: Pool }): ReactNode {
  const query = useQuery(POOL_EVIDENCE, { poolId: pool.poolId });
  const { serviceLevel, profile } = pool;
  return (
    <section className="card" aria-label="Service level">
      <h2 className="card-title">
        Service level <Evidence pool={pool} evidence={query.state === 'ready' ? query.data.poolEvidence : null} />
      </h2>
      <dl className="lines">
        <div><dt>Time to first token, p95</dt><dd>{`≤ ${groupDigits(String(serviceLevel.ttftP95Ms))} ms`}</dd></div>
        <div><dt>One stream</dt><dd>{`≥ ${tokensPerSecond(String(serviceLevel.streamTokensPerSecondMin))}`}</dd></div>
        <div><dt>Availability</dt><dd>{`${serviceLevel.availability / 100} %`}</dd></div>
        <div><dt>Served on</dt><dd>{`${pool.platform}, ${pool.region}`}</dd></div>
        <div><dt>Runtime</dt><dd>{`${profile.runtime}, ${profile.contextLength.toLocaleString('en')} tokens of context`}</dd></div>
      </dl>
    </section>
  );
}

function pickedOf({ start, end }: TradeFields): { readonly start: number; readonly end: number } | null {
  const [from, to] = [instantOf(start), instantOf(end)];
  return from === null || to === null ? null : { start: Date.parse(from), end: Date.parse(to) };
}

/** A day to begin with: whoever wants more says so. */
function withinDays(stretch: Omit<TradeFields, 'price'>): Omit<TradeFields, 'price'> {
  const from = instantOf(stretch.start);
  if (from === null) return stretch;
  const day = fieldOf(Date.parse(from) + 86_400_000);
  return stretch.end > day ? { ...stretch, end: day } : stretch;
}
