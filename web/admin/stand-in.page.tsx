import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { paymentMode } from '../billing/payment-mode.js';
import type { MemberPageProps } from '../routes.js';
import { Loaded } from '../ui/loaded.js';
import { EmptyState } from '../ui/states.js';
import { AdminShell } from './admin.shell.js';
import { STAND_IN } from './stand-in.documents.js';
import { StandInEvents } from './stand-in-events.section.js';
import { StandInFaults } from './stand-in-faults.section.js';
import { StandInMoney } from './stand-in-money.sections.js';

const NOTHING = {};
const LEAD = 'No money moves: no Stripe key is set, and a stand-in answers in its place. What goes wrong here goes wrong for everybody on this exchange, and is in the audit trail.';

/** Trying what goes wrong with payments, where no money moves. */
export function StandInPage({ viewer }: MemberPageProps): ReactNode {
  return (
    <AdminShell
      viewer={viewer}
      title="TEST: the stand-in for Stripe"
      lead={paymentMode() === 'simulated' ? LEAD : 'Things can be made to go wrong only where no money moves.'}
    >
      <Whole />
    </AdminShell>
  );
}

function Whole(): ReactNode {
  const query = useQuery(STAND_IN, NOTHING);
  return (
    <Loaded query={query} rows={12}>
      {({ stripeStandIn }) =>
        stripeStandIn.isAnswering ? (
          <>
            <StandInFaults operations={stripeStandIn.operations} faults={stripeStandIn.faults} />
            <StandInMoney standIn={stripeStandIn} />
            <StandInEvents standIn={stripeStandIn} />
          </>
        ) : (
          <EmptyState title="Stripe itself answers"><p>A Stripe key is set, so there is no stand-in. Nothing that could be done here reaches Stripe.</p></EmptyState>
        )}
    </Loaded>
  );
}
