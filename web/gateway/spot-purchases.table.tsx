import type { ReactNode } from 'react';
import { DataTable, type Column } from '../ui/data-table.js';
import { utcWindow, words } from '../ui/format.js';
import { Link } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { Money, Rate, Time } from '../ui/values.js';
import type { SpotPurchase } from './gateway.documents.js';

/** What the gateway bought by itself, or tried to. */
export function SpotPurchases({ purchases, hasMore }: { readonly purchases: readonly SpotPurchase[]; readonly hasMore: boolean }): ReactNode {
  if (purchases.length === 0) return <EmptyState title="No request has found no room yet"><p>Whatever is bought by a rule is listed here, with what it cost.</p></EmptyState>;
  const caption = hasMore ? `Bought by itself, the newest ${purchases.length}` : 'Bought by itself, newest first';
  return <DataTable caption={caption} columns={COLUMNS} rows={purchases} keyOf={({ purchaseId }) => purchaseId} />;
}

const COLUMNS: readonly Column<SpotPurchase>[] = [
  { ...{ id: 'at', title: 'No room at', isRowHeader: true }, sortBy: ({ startedAt }) => startedAt, cell: ({ startedAt }) => <Time at={startedAt} /> },
  { id: 'what', title: 'Wanted', cell: ({ marketId, window, quantity }) => <><span className="market-name">{marketId}</span><span className="quiet-note"><Rate quantity={quantity} />{`, ${utcWindow(window)}`}</span></> },
  { id: 'limit', title: 'Limit', isNumber: true, sortBy: ({ priceMax }) => BigInt(priceMax), cell: ({ priceMax }) => <Money amount={priceMax} /> },
  { id: 'got', title: 'What came of it', cell: (one) => <Got purchase={one} /> },
  { id: 'paid', title: 'Paid', isNumber: true, sortBy: ({ spent }) => BigInt(spent), cell: ({ spent }) => (spent === '0' ? '—' : <Money amount={spent} />) },
];

function Got({ purchase: { endedAt, reservationIds, refusal } }: { readonly purchase: SpotPurchase }): ReactNode {
  if (endedAt === null) return 'under way';
  if (refusal !== null) return `refused: ${words(refusal)}`;
  if (reservationIds.length === 0) return 'nothing was for sale at the limit';
  return reservationIds.map((id, index) => (
    <Link key={id} to={`/app/capacity/${encodeURIComponent(id)}`}>{reservationIds.length === 1 ? 'a reservation' : `reservation ${index + 1} `}</Link>
  ));
}
