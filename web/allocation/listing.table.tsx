import { useMemo, type ReactNode } from 'react';
import { mayBuy, mayTrade } from '../identity/permissions.js';
import { useSession } from '../identity/session.context.js';
import { Evidence } from '../providers/evidence.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column, type PagedRows } from '../ui/data-table.js';
import { groupDigits, tokensPerSecond, words } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Link } from '../ui/router.js';
import { StepChart } from '../ui/step-chart.js';
import { Amount, Rate, Span } from '../ui/values.js';
import { WITHDRAW, type Listing } from './allocation.documents.js';
import type { Offer } from './market.filter.js';
import { MarketName } from './market.strip.js';
import { most } from './trade.js';

const COLUMNS: readonly Column<Offer>[] = [
  {
    ...{ id: 'market', title: 'Market', isRowHeader: true },
    cell: (offer) => <What offer={offer} />,
  },
  {
    ...{ id: 'speed', title: 'TTFT p95' },
    sortBy: ({ pool }) => pool?.serviceLevel.ttftP95Ms ?? 0,
    cell: (offer) => <Promised offer={offer} />,
  },
  {
    ...{ id: 'window', title: 'Window (UTC)' },
    sortBy: ({ listing }) => listing.window.start,
    cell: ({ listing }) => <Span window={listing.window} isZoneSaid />,
  },
  {
    ...{ id: 'remaining', title: 'Left' },
    sortBy: ({ listing }) => BigInt(most(listing.remaining)),
    cell: ({ listing }) => <Remaining listing={listing} />,
  },
  {
    ...{ id: 'unitPrice', title: 'USD per token/s·h', isNumber: true },
    sortBy: ({ listing }) => BigInt(listing.unitPrice),
    cell: ({ listing }) => <Amount amount={listing.unitPrice} places={6} />,
  },
  {
    ...{ id: 'perMillion', title: 'USD per M tokens', isNumber: true },
    sortBy: ({ listing }) => BigInt(listing.pricePerMillionTokens),
    cell: ({ listing }) => <Amount amount={listing.pricePerMillionTokens} places={3} />,
  },
  {
    ...{ id: 'action', title: 'Action', isTitleHidden: true },
    cell: ({ listing }) => <Action listing={listing} />,
  },
];

/** What is offered, in the order in which it comes: by price, or as somebody asks for it. */
export function ListingTable({
  offers,
  isOwn,
  paged,
}: {
  readonly offers: readonly Offer[];
  readonly isOwn: boolean;
  readonly paged: PagedRows;
}): ReactNode {
  const caption = useMemo(() => (isOwn ? 'Your listings' : 'Offers, best price first'), [isOwn]);
  return <DataTable {...{ caption, columns: COLUMNS, rows: offers, keyOf, paged }} />;
}

const keyOf = ({ listing }: Offer): string => listing.listingId;

function What({ offer: { listing, pool } }: { readonly offer: Offer }): ReactNode {
  const { marketId, isResale, hops, status } = listing;
  return (
    <>
      <MarketName id={marketId} />
      {isResale && <span className="badge">{`resale, hop ${hops}`}</span>}
      {status !== 'OPEN' && <span className="badge">{words(status)}</span>}
      <span className="quiet-note">{pool === null ? '\u00a0' : `${pool.platform} · ${pool.region}`}</span>
    </>
  );
}

function Promised({ offer: { pool, evidence } }: { readonly offer: Offer }): ReactNode {
  if (pool === null) return <span className="promise"><span>…<span className="quiet-note">{'\u00a0'}</span></span></span>;
  const { ttftP95Ms, streamTokensPerSecondMin } = pool.serviceLevel;
  return (
    <span className="promise">
      <span>
        {`≤ ${groupDigits(String(ttftP95Ms))} ms`}
        <span className="quiet-note">{`≥ ${tokensPerSecond(String(streamTokensPerSecondMin))} a stream`}</span>
      </span>
      <Evidence pool={pool} evidence={evidence} />
    </span>
  );
}

function Remaining({ listing: { remaining, quantity, window } }: { readonly listing: Listing }): ReactNode {
  return (
    <>
      {remaining.length === 0 ? 'nothing' : <Rate quantity={most(remaining)} />}
      <StepChart segments={remaining} window={window} whole={quantity} />
    </>
  );
}

function Action({ listing: { listingId, sellerId, status, marketId } }: { readonly listing: Listing }): ReactNode {
  const session = useSession();
  const announce = useAnnounce();
  if (status !== 'OPEN') return null;
  const reserve = (
    <Link to={`/app/reserve/${encodeURIComponent(listingId)}`} className="button quiet">
      Reserve<span className="visually-hidden">{` ${marketId}`}</span>
    </Link>
  );
  if (session.state !== 'signed-in') return reserve;
  const { viewer } = session;
  if (sellerId !== viewer.organization.organizationId) return mayBuy(viewer) ? reserve : null;
  if (!mayTrade(viewer)) return <span className="badge">yours</span>;
  return (
    <MutationButton
      document={WITHDRAW}
      input={{ listingId }}
      className="quiet"
      onAccepted={() => announce('Withdrawn: nothing more is sold of this listing')}
    >
      Withdraw<span className="visually-hidden">{` your listing of ${marketId}`}</span>
    </MutationButton>
  );
}
