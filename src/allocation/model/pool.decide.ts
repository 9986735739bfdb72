import { canonicalJson } from '../../kernel/canonical-json.js';
import { accept, reject, type Decision } from '../../kernel/decider.js';
import {
  equals,
  isNonNegative,
  segmentsOf,
  subtract,
  type StepFunction,
} from '../../kernel/step-function.js';
import type { OpenPool } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { MarketState } from './market.state.js';
import type { PoolFacts } from './market.terms.js';

/**
 * Opens the pool, or follows what its provider changed since. Capacity only grows here: taking it
 * back touches what others hold and has rules of its own.
 */
export function openPool(
  { facts }: OpenPool,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const known = state.pools.get(facts.poolId)?.facts;
  if (known === undefined) {
    return accept({ ...facts, type: 'PoolOpened', nameplate: segmentsOf(facts.nameplate) });
  }
  const what = fixedPartChanged(known, facts);
  if (what !== null) return reject({ code: 'POOL_CHANGED', what });
  return accept(...extension(known, facts.nameplate), ...newTerms(known, facts));
}

function fixedPartChanged(
  known: PoolFacts,
  facts: PoolFacts,
): Extract<MarketRejection, { readonly code: 'POOL_CHANGED' }>['what'] | null {
  if (known.marketId !== facts.marketId) return 'market';
  if (known.providerId !== facts.providerId) return 'provider';
  if (known.grid !== facts.grid) return 'grid';
  return isNonNegative(subtract(facts.nameplate, known.nameplate)) ? null : 'nameplate';
}

function extension(known: PoolFacts, nameplate: StepFunction): readonly MarketEvent[] {
  if (equals(known.nameplate, nameplate)) return [];
  const added = segmentsOf(subtract(nameplate, known.nameplate));
  return [{ type: 'PoolExtended', poolId: known.poolId, added }];
}

function newTerms(known: PoolFacts, facts: PoolFacts): readonly MarketEvent[] {
  const termsOf = ({ resale, cancellation, buyerShareMax }: PoolFacts): string =>
    canonicalJson({ resale, cancellation, buyerShareMax });
  if (termsOf(known) === termsOf(facts)) return [];
  const { poolId, resale, cancellation, buyerShareMax } = facts;
  return [{ type: 'PoolTermsChanged', poolId, resale, cancellation, buyerShareMax }];
}
