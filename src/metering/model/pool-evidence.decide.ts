import { accept, type Decider, type Decision } from '../../kernel/decider.js';
import { assertNever } from '../../kernel/assert.js';
import type { MarketId, OrganizationId, PoolId } from '../../kernel/ids.js';
import type { Instant } from '../../kernel/time.js';
import type {
  Comparison,
  EvidenceCounts,
  EvidenceEvent,
  EvidenceLevel,
} from './pool-evidence.events.js';
import { levelOf, verdictOf } from './pool-evidence.rules.js';

/** A look at all that is known of a pool now. */
export interface AssessPool {
  readonly type: 'AssessPool';
  readonly poolId: PoolId;
  readonly marketId: MarketId;
  readonly providerId: OrganizationId;
  readonly profileVersion: number;
  readonly counts: EvidenceCounts;
  readonly comparisons: readonly Comparison[];
  readonly now: Instant;
}

type Watch = Pick<Comparison, 'source' | 'figure'>;

export interface EvidenceState {
  level: EvidenceLevel;
  changes: number;
  /** Of the newest look that said anything. */
  profileVersion: number;
  readonly alarms: Map<string, Watch>;
}

const nameOf = ({ source, figure }: Watch): string => `${source} ${figure}`;

/** Never refused: a look that finds nothing new says nothing. */
function decide(command: AssessPool, state: EvidenceState): Decision<EvidenceEvent, never> {
  const { profileVersion, counts, now } = command;
  // Somebody looked by a newer profile already.
  if (profileVersion < state.profileVersion) return accept();
  const { poolId, marketId, providerId } = command;
  const pool = { poolId, marketId, providerId, profileVersion };
  const level = levelOf(counts);
  const isVoid = profileVersion > state.profileVersion;
  const change = state.changes + 1;
  const rated: readonly EvidenceEvent[] =
    level === state.level
      ? []
      : [{ type: 'EvidenceLevelChanged', ...pool, change, level, before: state.level, counts }];
  const voided = (isVoid ? [...state.alarms.values()] : []).map(
    (watch): EvidenceEvent => ended(pool, watch, { outcome: 'void', endedAt: now }),
  );
  const watched = command.comparisons.flatMap((comparison): readonly EvidenceEvent[] => {
    const isOpen = !isVoid && state.alarms.has(nameOf(comparison));
    const verdict = verdictOf(comparison);
    if (verdict === 'worse' && !isOpen) {
      return [{ type: 'RegressionRaised', ...pool, ...comparison, raisedAt: now }];
    }
    const recovered = { outcome: 'recovered', endedAt: now } as const;
    return verdict === 'as before' && isOpen ? [ended(pool, comparison, recovered)] : [];
  });
  return accept(...rated, ...voided, ...watched);
}

function ended(
  pool: Pick<AssessPool, 'poolId' | 'marketId' | 'providerId' | 'profileVersion'>,
  { source, figure }: Watch,
  how: { readonly outcome: 'recovered' | 'void'; readonly endedAt: Instant },
): EvidenceEvent {
  return { type: 'RegressionEnded', ...pool, source, figure, ...how };
}

function evolve(state: EvidenceState, event: EvidenceEvent): EvidenceState {
  state.profileVersion = event.profileVersion;
  switch (event.type) {
    case 'EvidenceLevelChanged':
      state.level = event.level;
      state.changes = event.change;
      return state;
    case 'RegressionRaised':
      state.alarms.set(nameOf(event), { source: event.source, figure: event.figure });
      return state;
    case 'RegressionEnded':
      state.alarms.delete(nameOf(event));
      return state;
    default:
      return assertNever(event);
  }
}

export const evidenceDecider: Decider<EvidenceState, AssessPool, EvidenceEvent, never> = {
  initialState: () => ({ level: 'L1', changes: 0, profileVersion: 0, alarms: new Map() }),
  decide,
  evolve,
};
