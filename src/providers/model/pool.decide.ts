import { assertNever } from '../../kernel/assert.js';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { accept, reject, type Decider, type Decision } from '../../kernel/decider.js';
import { within, type Issue } from '../../kernel/issue.js';
import { add, fromSegments, segmentsOf } from '../../kernel/step-function.js';
import type {
  ChangeEndpoint,
  ChangeServingProfile,
  ChangeTerms,
  ExtendNameplate,
  PoolCommand,
  PoolRejection,
  RegisterPool,
} from './pool.commands.js';
import type { PoolEvent, PoolRegistered } from './pool.events.js';
import type { Pool } from './pool.js';
import { checkCapacity, checkIncoming, checkProfile, checkTerms } from './pool.rules.js';

/** One stream, one pool; null before it is registered. */
export type PoolState = Pool | null;

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
const invalid = (issues: readonly Issue[]): Decision<PoolEvent, PoolRejection> =>
  reject({ code: 'VALIDATION_FAILED', issues });

function decide(command: PoolCommand, pool: PoolState): Decision<PoolEvent, PoolRejection> {
  if (command.type === 'RegisterPool') return register(command, pool);
  if (pool?.providerId !== command.providerId) return reject({ code: 'POOL_NOT_FOUND' });
  switch (command.type) {
    case 'ExtendNameplate':
      return extend(command, pool);
    case 'ChangeServingProfile':
      return changeProfile(command, pool);
    case 'ChangeTerms':
      return changeTerms(command, pool);
    case 'ChangeEndpoint':
      return changeEndpoint(command, pool);
    default:
      return assertNever(command);
  }
}

/** Its fields were checked where they came in: what a URL may be is a setting, not a rule. */
function register({ pool }: RegisterPool, known: PoolState): Decision<PoolEvent, PoolRejection> {
  if (known !== null) return reject({ code: 'POOL_EXISTS' });
  return accept({ ...pool, type: 'PoolRegistered', nameplate: segmentsOf(pool.nameplate) });
}

function changeProfile(
  { profile }: ChangeServingProfile,
  { poolId, ...pool }: Pool,
): Decision<PoolEvent, PoolRejection> {
  const issues = within('profile', checkProfile(profile));
  if (issues.length > 0) return invalid(issues);
  if (same(profile, pool.profile)) return accept();
  const profileVersion = pool.profileVersion + 1;
  return accept({ type: 'ServingProfileChanged', poolId, profileVersion, profile });
}

function changeTerms(
  { terms }: ChangeTerms,
  { poolId, ...pool }: Pool,
): Decision<PoolEvent, PoolRejection> {
  const issues = within('terms', checkTerms(terms, pool.lotSize));
  if (issues.length > 0) return invalid(issues);
  return same(terms, pool.terms) ? accept() : accept({ type: 'TermsChanged', poolId, terms });
}

/** Where there is a credential it may be another one, which is not seen here. */
function changeEndpoint(
  { endpoint }: ChangeEndpoint,
  pool: Pool,
): Decision<PoolEvent, PoolRejection> {
  if (!endpoint.hasCredential && same(endpoint, pool.endpoint)) return accept();
  return accept({ type: 'EndpointChanged', poolId: pool.poolId, endpoint });
}

function extend(
  { added, now }: ExtendNameplate,
  pool: Pool,
): Decision<PoolEvent, PoolRejection> {
  const nameplate = add(pool.nameplate, added);
  const issues = [
    ...checkIncoming('added', added, pool, now),
    ...checkCapacity('added', nameplate),
  ];
  if (issues.length > 0) return invalid(issues);
  return accept({
    type: 'NameplateExtended',
    poolId: pool.poolId,
    added: segmentsOf(added),
    nameplate: segmentsOf(nameplate),
  });
}

function evolve(pool: PoolState, event: PoolEvent): PoolState {
  if (event.type === 'PoolRegistered') {
    const { type: _type, nameplate, ...rest } = event;
    return { ...rest, nameplate: fromSegments(nameplate), profileVersion: 1, revision: 1 };
  }
  if (pool === null) throw new Error(`${event.type} before PoolRegistered`);
  return { ...changed(pool, event), revision: pool.revision + 1 };
}

function changed(pool: Pool, event: Exclude<PoolEvent, PoolRegistered>): Pool {
  switch (event.type) {
    case 'NameplateExtended':
      return { ...pool, nameplate: fromSegments(event.nameplate) };
    case 'ServingProfileChanged':
      return { ...pool, profile: event.profile, profileVersion: event.profileVersion };
    case 'TermsChanged':
      return { ...pool, terms: event.terms };
    case 'EndpointChanged':
      return { ...pool, endpoint: event.endpoint };
    default:
      return assertNever(event);
  }
}

/** The rules of one pool. */
export const poolDecider: Decider<PoolState, PoolCommand, PoolEvent, PoolRejection> = {
  initialState: () => null,
  decide,
  evolve,
};
