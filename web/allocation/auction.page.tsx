import { useMemo, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import { useQuery } from '../api/use-query.js';
import type { Viewer } from '../identity/identity.documents.js';
import { mayBuy } from '../identity/permissions.js';
import { useViewer } from '../identity/session.context.js';
import { useClock } from '../platform/clock.context.js';
import type { PageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { TextField } from '../ui/field.js';
import { duration, groupDigits, usd, words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { EmptyState, NoPermission } from '../ui/states.js';
import { Id, Money, Rate, Span, Time } from '../ui/values.js';
import { AUCTION_OF, ORDERS, PLACE_AUCTION_BID, WITHDRAW_AUCTION_BID, type AuctionListing, type Order } from './order.documents.js';

const ordersOf = ({ orders }: { readonly orders: Connection<Order> }): Connection<Order> => orders;

/** One lot: what is known of it before the close, one's own sealed bids, and what came of it. */
export function AuctionPage({ params }: PageProps): ReactNode {
  const listingId = params['auctionId'] ?? '';
  const query = useQuery(AUCTION_OF, { listingId });
  return (
    <Loaded query={query} rows={8} title="Auction">
      {({ listing }) =>
        listing === null || listing.auction === null ? (
          <Page title="Auction"><EmptyState title="There is no such auction" action={<Link className="button" to="/app/auctions">All auctions</Link>} /></Page>
        ) : (
          <Of listing={listing} auction={listing.auction} />
        )
      }
    </Loaded>
  );
}

type Auction = NonNullable<AuctionListing['auction']>;

function Of({ listing, auction }: { readonly listing: AuctionListing; readonly auction: Auction }): ReactNode {
  const viewer = useViewer();
  const { listingId, marketId, quantity, window, lotSize } = listing;
  const { state, reservePrice, closesAt, opensAt, bids, clearingPrice, quantitySold } = auction;
  const lead = (
    <>
      <span className="state" data-state={state}>{words(state)}</span>
      <Id id={listingId} name="this auction" />
    </>
  );
  return (
    <Page title={`Auction of ${marketId}`} lead={lead}>
      <dl className="facts strip">
        <div><dt>Lot</dt><dd><Rate quantity={quantity} /></dd></div>
        <div><dt>Window</dt><dd><Span window={window} /></dd></div>
        <div><dt>Reserve price</dt><dd><Money amount={reservePrice} /></dd></div>
        <div><dt>Bids are taken</dt><dd><Time at={opensAt} /> – <Time at={closesAt} /></dd></div>
        {clearingPrice !== null && <div><dt>Price for everybody</dt><dd><Money amount={clearingPrice} /></dd></div>}
        {quantitySold !== null && <div><dt>Sold</dt><dd><Rate quantity={quantitySold} /></dd></div>}
        {bids !== null && <div><dt>Bids</dt><dd>{bids}</dd></div>}
      </dl>
      <div className="two-columns">
        <section className="card" aria-label="Bid">
          <h2 className="card-title">Your bid</h2>
          <Closing auction={auction} />
          {state === 'OPEN' && <BidForm {...{ viewer, listing }} />}
          {state !== 'OPEN' && <p>{STATES[state]}</p>}
        </section>
        <section className="card" aria-label="Rules">
          <h2 className="card-title">How it is decided</h2>
          <ol className="rules">
            <li>The highest limits win, and of equal ones the earlier; in lots of {groupDigits(lotSize)} tokens/s.</li>
            <li>Everybody who wins pays the same: the highest limit that was refused, or the reserve price.</li>
            <li>Until the close nobody else sees your bid; the most it can cost is set aside in your wallet.</li>
            <li>You can withdraw it until the close, and have at most 20.</li>
          </ol>
        </section>
      </div>
      {viewer !== null && <OwnBids listingId={listingId} isOpen={state === 'OPEN'} />}
    </Page>
  );
}

const STATES = {
  UPCOMING: 'Bids are not taken yet.',
  CLOSED: 'It has closed and is being cleared.',
  CLEARED: 'It is over. Who won holds a reservation.',
  WITHDRAWN: 'Its seller took it back before it opened.',
} as const;

function Closing({ auction: { state, closesAt, opensAt } }: { readonly auction: Auction }): ReactNode {
  const clock = useClock();
  if (clock === null || (state !== 'OPEN' && state !== 'UPCOMING')) return null;
  const until = state === 'OPEN' ? closesAt : opensAt;
  return (
    <p className="countdown">
      <span className="quiet-note">{state === 'OPEN' ? 'Closes in' : 'Opens in'}</span>
      <strong role="timer">{duration(Date.parse(until) - Date.parse(clock.now))}</strong>
    </p>
  );
}

function BidForm({ viewer, listing }: { readonly viewer: Viewer | null; readonly listing: AuctionListing }): ReactNode {
  const announce = useAnnounce();
  if (viewer === null) return <p><Link to="/app/sign-in">Sign in</Link> to bid.</p>;
  if (!mayBuy(viewer)) return <NoPermission>Owners and traders of buyers bid.</NoPermission>;
  return (
    <MutationForm
      document={PLACE_AUCTION_BID}
      read={(form) =>
        form.result({
          ...{ auctionId: listing.listingId, quantity: form.quantity('quantity'), limitPrice: form.usd('limitPrice') },
          minimumFill: form.optional('minimumFill', form.quantity),
        })
      }
      onAccepted={() => announce('Your sealed bid is in')}
      submit="Bid"
      help={({ __typename: name }) => name === 'InsufficientFundsRejection' && <Link to="/app/wallet">Top up the wallet</Link>}
    >
      <TextField {...{ label: 'Tokens per second', name: 'quantity', inputMode: 'numeric', autoComplete: 'off' }} hint={`At most ${groupDigits(listing.quantity)}`} required />
      <TextField {...{ label: 'Limit (USD per token/s·h)', name: 'limitPrice', inputMode: 'decimal', autoComplete: 'off' }} hint={`At least ${usd(listing.auction?.reservePrice ?? '0')}`} required />
      <TextField {...{ label: 'Worth having from (tokens/s)', name: 'minimumFill', inputMode: 'numeric', autoComplete: 'off', placeholder: 'anything' }} />
    </MutationForm>
  );
}

function OwnBids({ listingId, isOpen }: { readonly listingId: string; readonly isOpen: boolean }): ReactNode {
  const variables = useMemo(() => ({ auctionId: listingId }), [listingId]);
  const query = useAllPages(ORDERS, variables, ordersOf);
  const announce = useAnnounce();
  return (
    <section className="section" aria-label="Your bids here">
      <h2>Your bids here</h2>
      <Loaded query={query} rows={2}>
        {({ nodes }) => (
          <>
            {nodes.length === 0 && <p className="quiet-note">None yet.</p>}
            <ul className="plain-list">
              {nodes.map(({ orderId, quantity, limitPrice, status }) => (
                <li key={orderId}>
                  <Rate quantity={quantity} /> at <Money amount={limitPrice} />
                  <span className="state" data-state={status}>{words(status)}</span>
                  {isOpen && status === 'SEALED' && (
                    <MutationButton document={WITHDRAW_AUCTION_BID} input={{ orderId }} className="quiet" onAccepted={({ order }) => announce(`Withdrawn: ${usd(order.unspent)} is free again`)}>
                      Withdraw
                    </MutationButton>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </section>
  );
}
