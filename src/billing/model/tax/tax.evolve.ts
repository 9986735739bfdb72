import { assertNever, present } from '../../../kernel/assert.js';
import type { MicroUsd } from '../../../kernel/money.js';
import type { Ledger, OwedTax } from '../ledger.state.js';
import type { TaxEvent } from './tax.events.js';

export function taxChanged(ledger: Ledger, event: TaxEvent): Ledger {
  const { invoiceNumber, amount } = event;
  switch (event.type) {
    case 'TaxCharged': {
      const { chargedAt, collected } = event;
      return keep(ledger, { invoiceNumber, chargedAt, charged: amount, collected });
    }
    case 'TaxCollected': {
      const known = present(ledger.taxes.get(invoiceNumber), `tax of ${invoiceNumber}`);
      return keep(ledger, { ...known, collected: (known.collected + amount) as MicroUsd });
    }
    case 'TaxReturned': {
      const known = ledger.taxes.get(invoiceNumber);
      if (known === undefined) return ledger;
      return keep(ledger, { ...known, charged: (known.charged - event.forgiven) as MicroUsd });
    }
    default:
      return assertNever(event);
  }
}

/** Only what is owed is remembered. */
function keep(ledger: Ledger, tax: OwedTax): Ledger {
  if (tax.charged === tax.collected) ledger.taxes.delete(tax.invoiceNumber);
  else ledger.taxes.set(tax.invoiceNumber, tax);
  return ledger;
}
