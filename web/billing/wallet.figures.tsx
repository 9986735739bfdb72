import type { ReactNode } from 'react';
import type { Wallet } from './billing.documents.js';
import { Figure } from './figure.js';

/** What an organization has here, under the same names wherever it is shown. */
export function WalletFigures({ wallet: { balance, reserved, inEscrow, owed } }: { readonly wallet: Wallet }): ReactNode {
  return (
    <dl className="figures" aria-live="polite">
      <Figure name="Available" amount={balance} note="to spend" />
      <Figure name="Reserved" amount={reserved} note="set aside for bids" />
      <Figure name="In escrow" amount={inEscrow} note="paid, not delivered yet" />
      <Figure name="Owed" amount={owed} note="taken from the next money that comes in" />
    </dl>
  );
}
