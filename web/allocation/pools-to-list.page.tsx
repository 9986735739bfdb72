import type { ReactNode } from 'react';
import type { MemberPageProps } from '../routes.js';
import { PoolsPage } from '../providers/pools.page.js';
import { ListCapacity } from './list-capacity.dialog.js';

/** The pools of a provider, each with the way to the market. */
export function PoolsToListPage({ viewer }: MemberPageProps): ReactNode {
  return <PoolsPage viewer={viewer} actionsOf={(pool) => <ListCapacity pool={pool} />} />;
}
