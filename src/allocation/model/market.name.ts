import { isMarketId } from '../../kernel/ids.js';

/** The model that a market trades: what stands before the quantization. */
export function modelOf(marketId: string): string {
  return marketId.slice(0, Math.max(marketId.indexOf('@'), 0));
}

/** Whether markets can be named after it. */
export function isModel(text: string): boolean {
  return isMarketId(`${text}@fp8`);
}
