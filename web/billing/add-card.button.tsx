import type { ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { MutationButton } from '../ui/mutation-form.js';
import { paymentMode } from './payment-mode.js';
import { START_CARD_CHECKOUT } from './payment-method.documents.js';

/** To Stripe's own page, where a card is given, and back to `returnPath`. */
export function AddCardButton({ returnPath, className = '', children = 'Add a card' }: { readonly returnPath: string; readonly className?: string; readonly children?: string }): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationButton
      document={START_CARD_CHECKOUT}
      input={{ returnPath }}
      className={className}
      onAccepted={({ url }) => {
        if (url === null) announce('Stripe does not answer yet: try it again in a minute');
        else location.assign(url);
      }}
    >
      {`${children}${paymentMode() === 'live' ? '' : ' (TEST)'}`}
    </MutationButton>
  );
}
