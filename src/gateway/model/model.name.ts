import type { MarketId } from '../../kernel/ids.js';

/** What a client calls a model: with a quantization it is one market, without one any of them. */
export interface ModelName {
  readonly model: string;
  readonly quantization: string | null;
}

const NAME = /^([a-z0-9][a-z0-9.-]{0,63})(?:@([a-z0-9]{2,8}))?$/;

/** Reads `llama-3.3-70b` or `llama-3.3-70b@fp8`; null when no market can have this name. */
export function parseModelName(text: string): ModelName | null {
  const [, model, quantization = null] = NAME.exec(text) ?? [];
  return model === undefined ? null : { model, quantization };
}

export function modelOf(marketId: MarketId): string {
  return marketId.slice(0, marketId.lastIndexOf('@'));
}

export function isNamed({ model, quantization }: ModelName, marketId: MarketId): boolean {
  return quantization === null ? modelOf(marketId) === model : marketId === `${model}@${quantization}`;
}
