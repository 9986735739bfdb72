import type { ReactNode } from 'react';
import { mayBuy, mayTrade } from '../identity/permissions.js';
import { useSession } from '../identity/session.context.js';
import { PoolLine } from '../providers/pool.facts.js';
import { usePools } from '../providers/use-pools.js';
import { useAnnounce } from '../ui/announce.js';
import { tokensPerSecond, usd, usdRounded, utcWindow, words } from '../ui/format.js';
import { MutationButton } from '../ui/mutation-form.js';
import { Link } from '../ui/router.js';
import { StepChart } from '../ui/step-chart.js';
import { WITHDRAW, type Listing } from './allocation.documents.js';
import { most } from './trade.js';

interface Choosing {
  readonly onReserve: (listing: Listing) => void;
}

/** What is offered, in the order in which it came: by price. */
export function ListingTable({
  listings,
  onReserve,
}: { readonly listings: readonly Listing[] } & Choosing): ReactNode {
  const pools = usePools(listings.map(({ poolId }) => poolId));
  return (
    <table className="stacked">
      <caption className="visually-hidden">Listings, best price first</caption>
      <thead>
        <tr>
          <th scope="col">Market</th>
          <th scope="col">Window</th>
          <th scope="col">Remaining</th>
          <th scope="col" className="number">USD per token/s and hour</th>
          <th scope="col" className="number">USD per million tokens</th>
          <th scope="col"><span className="visually-hidden">Action</span></th>
        </tr>
      </thead>
      <tbody>
        {listings.map((listing) => {
          const pool = pools.get(listing.poolId);
          return (
            <tr key={listing.listingId}>
              <th scope="row">
                <span className="market-name">{listing.marketId}</span>
                {listing.isResale && <span className="badge">{`resale, hop ${listing.hops}`}</span>}
                {listing.status !== 'OPEN' && <span className="badge">{words(listing.status)}</span>}
                {pool !== undefined && <PoolLine pool={pool} />}
              </th>
              <td data-label="Window"><WindowText window={listing.window} /></td>
              <td data-label="Remaining"><Remaining listing={listing} /></td>
              <td data-label="Per token/s and hour" className="number">{usd(listing.unitPrice)}</td>
              <td data-label="Per million tokens" className="number">{usdRounded(listing.pricePerMillionTokens)}</td>
              <td className="row-action"><Action {...{ listing, onReserve }} /></td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** A date is never torn apart. */
function WindowText({ window }: { readonly window: Listing['window'] }): ReactNode {
  const [start = '', end = ''] = utcWindow(window).split(' – ');
  return (
    <>
      <span className="unbroken">{`${start} –`}</span> <span className="unbroken">{end}</span>
    </>
  );
}

function Remaining({ listing: { remaining, quantity, window } }: { readonly listing: Listing }): ReactNode {
  return (
    <>
      <span>{remaining.length === 0 ? 'nothing' : `up to ${tokensPerSecond(most(remaining))}`}</span>
      <StepChart segments={remaining} window={window} whole={quantity} />
    </>
  );
}

function Action({ listing, onReserve }: { readonly listing: Listing } & Choosing): ReactNode {
  const session = useSession();
  const announce = useAnnounce();
  const { listingId, sellerId, status, marketId } = listing;
  if (status !== 'OPEN') return null;
  if (session.state !== 'signed-in') return <Link to="/app/sign-in">Sign in to reserve</Link>;
  const { viewer } = session;
  if (sellerId !== viewer.organization.organizationId) {
    if (!mayBuy(viewer)) return null;
    return (
      <button type="button" onClick={() => onReserve(listing)}>
        Reserve<span className="visually-hidden">{` ${marketId}`}</span>
      </button>
    );
  }
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
