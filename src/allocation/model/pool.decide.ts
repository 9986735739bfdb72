import { canonicalJson } from '../../kernel/canonical-json.js';
import { accept, reject, type Decision } from '../../kernel/decider.js';
import {
  equals,
  isNonNegative,
  segmentsOf,
  subtract,
} from '../../kernel/step-function.js';
import type { OpenPool } from './market.commands.js';
import type { MarketEvent } from './market.events.js';
import type { MarketRejection } from './market.rejections.js';
import type { MarketState } from './market.state.js';
import type { PoolFacts, TermsVersion } from './market.terms.js';
import { poolOf } from './titles.js';
import { afterRuleChange } from './waitlist.decide.js';

/**
 * Opens the pool, or follows what its provider changed since. Capacity only grows here: taking it
 * back touches what others hold and has rules of its own.
 */
export function openPool(
  { facts: registered, ...sent }: OpenPool,
  state: MarketState,
): Decision<MarketEvent, MarketRejection> {
  const pool = state.pools.get(registered.poolId);
  if (pool === undefined) {
    return accept({ ...registered, type: 'PoolOpened', nameplate: segmentsOf(registered.nameplate) });
  }
  const known = pool.facts;
  // What was curtailed is registered and not there: more of it comes by more being registered.
  const nameplate = subtract(registered.nameplate, pool.curtailed);
  const facts = { ...registered, nameplate };
  if (facts.revision <= known.revision) return accept();
  const what = fixedPartChanged(known, facts);
  if (what !== null) return reject({ code: 'POOL_CHANGED', what });
  const { termsVersions } = poolOf(state, facts.poolId);
  return accept<MarketEvent>(
    ...extension(known, facts),
    ...newTerms(known, facts, termsVersions.length + 1),
    // More nameplate is more room for each buyer too.
    ...afterRuleChange(state, sent, facts),
  );
}

function fixedPartChanged(
  known: PoolFacts,
  facts: PoolFacts,
): Extract<MarketRejection, { readonly code: 'POOL_CHANGED' }>['what'] | null {
  if (known.marketId !== facts.marketId) return 'market';
  if (known.providerId !== facts.providerId) return 'provider';
  if (known.grid !== facts.grid) return 'grid';
  if (known.lotSize !== facts.lotSize) return 'lotSize';
  return isNonNegative(subtract(facts.nameplate, known.nameplate)) ? null : 'nameplate';
}

function extension(
  known: PoolFacts,
  { poolId, revision, nameplate }: PoolFacts,
): readonly MarketEvent[] {
  if (equals(known.nameplate, nameplate)) return [];
  const added = segmentsOf(subtract(nameplate, known.nameplate));
  return [{ type: 'PoolExtended', poolId, revision, added }];
}

function newTerms(
  known: PoolFacts,
  { poolId, revision, terms, buyerShareMax, setAside }: PoolFacts,
  termsVersion: TermsVersion,
): readonly MarketEvent[] {
  type Sold = Pick<PoolFacts, 'terms' | 'buyerShareMax' | 'setAside'>;
  const textOf = ({ terms, buyerShareMax, setAside }: Sold): string =>
    canonicalJson({ terms, buyerShareMax, setAside });
  if (textOf(known) === textOf({ terms, buyerShareMax, setAside })) return [];
  const changed = { poolId, revision, termsVersion, terms, buyerShareMax, setAside };
  return [{ type: 'PoolTermsChanged', ...changed }];
}
