import type { Refusal } from '../api/refusal.documents.js';
import { tokensPerSecond, usd, usdField } from '../ui/format.js';
import { fieldOf } from '../ui/time.js';
import type { TradeFields } from './trade.js';

/** What a refusal says would be accepted, to be taken over with one click; null: nothing. */
export function offerOf(refusal: Refusal): { readonly text: string; readonly changes: Partial<TradeFields> } | null {
  switch (refusal.__typename) {
    case 'WindowRejection': {
      if (refusal.accepted === null) return null;
      const { start, end } = refusal.accepted;
      return { text: 'Use this window', changes: { start: fieldOf(start), end: fieldOf(end) } };
    }
    case 'LotRejection': {
      const quantity = refusal.below ?? refusal.above;
      return { text: `Use ${tokensPerSecond(quantity)}`, changes: { quantity } };
    }
    case 'CapacityRejection': {
      const { available } = refusal;
      if (available === '0') return null;
      return { text: `Use ${tokensPerSecond(available)}`, changes: { quantity: available } };
    }
    case 'ResaleTermsRejection': {
      const { unitPriceMax } = refusal;
      if (unitPriceMax === null) return null;
      return { text: `Use ${usd(unitPriceMax)}`, changes: { price: usdField(unitPriceMax) } };
    }
    default:
      return null;
  }
}
