import type { Lane } from '../model/lane.js';
import { modelOf } from '../model/model.name.js';

/** A model in OpenAI's list, with what is held of it. */
export interface ModelView {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: 'headroom';
  /** Tokens/s of all lanes together. */
  readonly tokens_per_second: string;
  readonly lanes: readonly string[];
}

/** Every name that a request could use now: models, and each at its quantizations. */
export function listModels(
  lanes: readonly Lane[],
  rateOf: (lane: Lane) => bigint,
): readonly ModelView[] {
  const byName = new Map<string, Lane[]>();
  for (const lane of lanes) {
    for (const name of [modelOf(lane.marketId), lane.marketId]) {
      byName.set(name, [...(byName.get(name) ?? []), lane]);
    }
  }
  return [...byName].map(([id, named]) => ({
    id,
    object: 'model',
    created: 0,
    owned_by: 'headroom',
    tokens_per_second: named.reduce((sum, lane) => sum + rateOf(lane), 0n).toString(),
    lanes: named.map(({ reservationId }) => reservationId),
  }));
}
