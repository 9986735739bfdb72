import type { ReactNode } from 'react';
import type { Refusal } from '../api/refusal.documents.js';
import type { Viewer } from '../identity/identity.documents.js';
import { Link } from '../ui/router.js';

/** Whose address an e-invoice lacks, and what is to be done about each; nothing for any other refusal. */
export function MissingAddress({ refusal, viewer }: { readonly refusal: Refusal; readonly viewer: Viewer }): ReactNode {
  if (refusal.__typename !== 'NoAddressRejection') return null;
  return (
    <>
      {refusal.whose.includes('CUSTOMER') && <p>Your organization’s is missing: <Link to="/app/finance/profile">fill in the billing profile</Link>.</p>}
      {refusal.whose.includes('ISSUER') && (
        <p>
          The exchange’s is missing:{' '}
          {viewer.isPlatformAdmin ? <><Link to="/app/admin/profile">fill in the exchange profile</Link>.</> : 'ask whoever runs the exchange to fill it in.'}
        </p>
      )}
      <p>It counts for invoices that are issued after that.</p>
    </>
  );
}
