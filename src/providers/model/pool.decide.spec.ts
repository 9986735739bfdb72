import { hour, hours } from '../../../test/support/market.js';
import { draftOf, NOW, profileOf, share, termsOf } from '../../../test/support/pool-draft.js';
import type { Decision } from '../../kernel/decider.js';
import type { OrganizationId } from '../../kernel/ids.js';
import { QUANTITY_MAX } from '../../kernel/quantity.js';
import { fromSegments, rectangle, valueAt, type StepFunction } from '../../kernel/step-function.js';
import type { Instant } from '../../kernel/time.js';
import { poolCodec } from '../application/pool.codec.js';
import { poolDefinition } from '../application/pool.definition.js';
import type { PoolCommand, PoolRejection } from './pool.commands.js';
import { poolDecider, type PoolState } from './pool.decide.js';
import type { PoolEvent } from './pool.events.js';
import { factsOf, type Endpoint, type Pool, type PoolTerms, type ServingProfile } from './pool.js';
import { POOL_LIMITS } from './pool.rules.js';

const PROVIDER = draftOf().providerId;
const OTHER = 'org-other' as OrganizationId;
type Change = Exclude<PoolCommand, { readonly type: 'RegisterPool' }>;
type Asked<Command> = Command extends unknown ? Omit<Command, 'now' | 'providerId'> : never;

const register = (changes = {}): PoolCommand => ({
  type: 'RegisterPool',
  pool: draftOf(changes),
  now: NOW,
});
const by = (command: Asked<Change>, providerId = PROVIDER): PoolCommand =>
  ({ ...command, providerId, now: NOW }) as PoolCommand;
const extend = (added: StepFunction, ...who: [OrganizationId?]): PoolCommand =>
  by({ type: 'ExtendNameplate', added }, ...who);
const serve = (changes: Partial<ServingProfile>, ...who: [OrganizationId?]): PoolCommand =>
  by({ type: 'ChangeServingProfile', profile: profileOf(changes) }, ...who);
const sell = (changes: Partial<PoolTerms>, ...who: [OrganizationId?]): PoolCommand =>
  by({ type: 'ChangeTerms', terms: termsOf(changes) }, ...who);
const point = (endpoint: Endpoint, ...who: [OrganizationId?]): PoolCommand =>
  by({ type: 'ChangeEndpoint', endpoint }, ...who);

const OPEN = { url: 'https://open.example.com', hasCredential: false };
const KEPT = { url: 'https://inference.example.com/v1', hasCredential: true };

/** What a pool has been told, and what came of it. */
class PoolStory {
  state: PoolState = null;
  readonly events: PoolEvent[] = [];

  send(command: PoolCommand): Decision<PoolEvent, PoolRejection> {
    const decision = poolDecider.decide(command, this.state);
    if (!decision.accepted) return decision;
    for (const event of decision.events) {
      this.state = poolDecider.evolve(this.state, event);
      this.events.push(event);
    }
    return decision;
  }

  given(...commands: readonly PoolCommand[]): this {
    for (const command of commands) {
      const decision = this.send(command);
      if (!decision.accepted) throw new Error(`given ${command.type}: ${decision.rejection.code}`);
    }
    return this;
  }

  get pool(): Pool {
    return this.state!;
  }
}

const registered = (): PoolStory => new PoolStory().given(register());

/** Types of the events, or the code of the rejection, with the fields of its issues. */
const sent = (decision: Decision<PoolEvent, PoolRejection>): string => {
  if (decision.accepted) return decision.events.map(({ type }) => type).join(' ');
  const { rejection } = decision;
  if (rejection.code !== 'VALIDATION_FAILED') return rejection.code;
  return rejection.issues.map(({ field, reason }) => `${field} ${reason}`).join('; ');
};

const hourly = rectangle(hours(0, 240), 500n);
const UNFIT = { contextLength: 0 };
const UNSOLD = { buyerShareMax: share(0) };
const NOWHERE = { url: 'https://169.254.169.254', hasCredential: false };

describe('what a pool is told', () => {
  it.each([
    // what                             command                     before         after
    ['its registration', register(), 'PoolRegistered', 'POOL_EXISTS'],
    ['more capacity', extend(hourly), 'POOL_NOT_FOUND', 'NameplateExtended'],
    ['more capacity by another', extend(hourly, OTHER), 'POOL_NOT_FOUND', 'POOL_NOT_FOUND'],
    ['another way of serving', serve({ tier: 'batch' }), 'POOL_NOT_FOUND', 'ServingProfileChanged'],
    ['… by another', serve({ tier: 'batch' }, OTHER), 'POOL_NOT_FOUND', 'POOL_NOT_FOUND'],
    ['… by another, unfit', serve(UNFIT, OTHER), 'POOL_NOT_FOUND', 'POOL_NOT_FOUND'],
    ['… unfit', serve(UNFIT), 'POOL_NOT_FOUND', 'profile.contextLength is out of range'],
    ['the way it serves', serve({}), 'POOL_NOT_FOUND', ''],
    ['other terms', sell({ buyerShareMax: null }), 'POOL_NOT_FOUND', 'TermsChanged'],
    ['… by another', sell({ buyerShareMax: null }, OTHER), 'POOL_NOT_FOUND', 'POOL_NOT_FOUND'],
    ['… by another, unfit', sell(UNSOLD, OTHER), 'POOL_NOT_FOUND', 'POOL_NOT_FOUND'],
    ['… unfit', sell(UNSOLD), 'POOL_NOT_FOUND', 'terms.buyerShareMax is out of range'],
    ['the terms it has', sell({}), 'POOL_NOT_FOUND', ''],
    ['another endpoint', point(OPEN), 'POOL_NOT_FOUND', 'EndpointChanged'],
    ['… by another', point(OPEN, OTHER), 'POOL_NOT_FOUND', 'POOL_NOT_FOUND'],
    // Only the vault could say whether the credential is the same one.
    ['its endpoint, with a credential', point(KEPT), 'POOL_NOT_FOUND', 'EndpointChanged'],
    // What a URL may be is a setting: whoever sends this has looked at it.
    ['an endpoint that no setting allows', point(NOWHERE), 'POOL_NOT_FOUND', 'EndpointChanged'],
  ])('%s', (_what, command, before, after) => {
    expect(sent(new PoolStory().send(command))).toBe(before);
    expect(sent(registered().send(command))).toBe(after);
  });

  it.each([
    ['another way of serving', serve({ tier: 'batch' }), ''],
    ['other terms', sell({ buyerShareMax: null }), ''],
    ['an endpoint without credential', point(OPEN), ''],
    ['an endpoint with credential', point(KEPT), 'EndpointChanged'],
    // Capacity is added, not set: the same words twice are twice the capacity.
    ['more capacity', extend(hourly), 'NameplateExtended'],
  ])('twice: %s', (_what, command, again) => {
    const story = registered().given(command);
    const { revision } = story.pool;
    expect(sent(story.send(command))).toBe(again);
    expect(story.pool.revision).toBe(again === '' ? revision : revision + 1);
  });
});

describe('a serving profile', () => {
  it('has a new version with each change, also back to what it was', () => {
    const story = registered();
    const versions = [{}, { tier: 'batch' }, {}, { tier: 'batch' }, { runtime: 'vllm 0.13' }].map(
      (changes) => {
        story.given(serve(changes as Partial<ServingProfile>));
        return story.pool.profileVersion;
      },
    );
    expect(versions).toEqual([1, 2, 3, 4, 5]);
    expect(story.pool.profile).toEqual(profileOf({ runtime: 'vllm 0.13' }));
    expect(story.events.at(-1)).toMatchObject({ profileVersion: 5 });
  });

  it('keeps its version when anything else changes', () => {
    const story = registered().given(extend(hourly), sell({ buyerShareMax: null }), point(OPEN));
    expect(story.pool).toMatchObject({ profileVersion: 1, revision: 4 });
  });

  it('is what the market rates by, in its version', () => {
    const weights = { ...profileOf().weights, input: share(2_000) };
    const { pool } = registered().given(serve({ weights }), sell({ overagePrice: null }));
    expect(factsOf(pool)).toMatchObject({
      revision: 3,
      terms: { usage: { profileVersion: 2, weights, overagePrice: null } },
    });
  });
});

describe('capacity', () => {
  it('only grows', () => {
    const story = registered().given(extend(hourly), extend(rectangle(hours(240, 241), 7n)));
    const at = [hour(0), hour(239), hour(240), hour(241)].map((instant) =>
      valueAt(story.pool.nameplate, instant),
    );
    expect(at).toEqual([1_500n, 1_500n, 7n, 0n]);
    expect(story.events.at(-1)).toEqual({
      type: 'NameplateExtended',
      poolId: story.pool.poolId,
      added: [{ window: hours(240, 241), value: 7n }],
      nameplate: [
        { window: hours(0, 240), value: 1_500n },
        { window: hours(240, 241), value: 7n },
      ],
    });
  });

  const off = { start: hour(1), end: (hour(2) + 1) as Instant };
  const far = { start: hour(0), end: (hour(1) + POOL_LIMITS.horizon) as Instant };
  const every = (from: number, count: number): StepFunction =>
    fromSegments(
      Array.from({ length: count }, (_, index) => ({
        window: hours(from + 2 * index, from + 2 * index + 1),
        value: 1n,
      })),
    );

  it.each([
    // what                          added                                    answer
    ['none', rectangle(hours(0, 1), 0n), 'added is empty'],
    ['less', rectangle(hours(0, 240), -1n), 'added takes capacity away'],
    ['less here and more there', fromSegments([{ window: hours(0, 1), value: -1n }, { window: hours(1, 2), value: 2n }]), 'added takes capacity away'],
    ['in the past', rectangle(hours(-1, 1), 1n), 'added starts in the past'],
    ['off the grid', rectangle(off, 1n), 'added does not start and end on the grid'],
    ['too far ahead', rectangle(far, 1n), 'added reaches too far ahead'],
    ['as much as can be traded', rectangle(hours(0, 240), QUANTITY_MAX - 1_000n), 'NameplateExtended'],
    ['one token more', rectangle(hours(0, 240), QUANTITY_MAX - 999n), 'added adds up to more than can be traded'],
    ['more than that by itself', rectangle(hours(0, 240), QUANTITY_MAX + 1n), 'added adds up to more than can be traded'],
    ['in as many stretches as there may be', every(241, 999), 'NameplateExtended'],
    ['in one stretch more', every(241, 1_000), 'added has too many stretches'],
    [
      'in the past and too much',
      rectangle(hours(-1, 1), QUANTITY_MAX),
      'added starts in the past; added adds up to more than can be traded',
    ],
  ])('is added: %s', (_what, added, answer) => {
    expect(sent(registered().send(extend(added)))).toBe(answer);
  });

  it('that went by does not stand in the way of growth', () => {
    const story = registered();
    const later = { ...extend(rectangle(hours(300, 301), 1n)), now: hour(299) };
    expect(sent(story.send(later))).toBe('NameplateExtended');
  });
});

describe('a pool in the log', () => {
  const everything = (): PoolStory =>
    registered().given(
      extend(hourly),
      serve({ tier: 'batch' }),
      sell({ overagePrice: null, buyerShareMax: null }),
      point(OPEN),
    );

  it('has every type of event read as it was written', () => {
    const { events } = everything();
    expect(events.map(({ type }) => type)).toEqual(poolCodec.types);
    for (const event of events) {
      expect(poolCodec.decode(poolCodec.encode(event))).toEqual(event);
    }
  });

  it('is the same when it is folded from what was written', () => {
    const { events, state } = everything();
    const folded = events
      .map((event) => poolCodec.decode(poolCodec.encode(event)))
      .reduce(poolDecider.evolve, poolDecider.initialState());
    expect(folded).toEqual(state);
  });

  it('is the same out of a snapshot, and goes on from there', () => {
    const { snapshot } = poolDefinition;
    const story = everything();
    const restored = snapshot.decode(snapshot.encode(story.state));
    expect(restored).toEqual(story.state);
    expect(snapshot.encode(restored)).toBe(snapshot.encode(story.state));
    expect(snapshot.decode(snapshot.encode(null))).toBeNull();
    const next = poolDecider.decide(extend(hourly), restored);
    expect(next).toEqual(poolDecider.decide(extend(hourly), story.state));
  });

  it('passes its audit, and not with a negative nameplate', () => {
    const { pool } = everything();
    poolDefinition.audit(null);
    poolDefinition.audit(pool);
    const negative = { ...pool, nameplate: rectangle(hours(0, 1), -1n) };
    expect(() => poolDefinition.audit(negative)).toThrow('never negative');
  });

  it('is answered as JSON can hold it', () => {
    const { state } = everything();
    const answer = poolDefinition.answer(register(), [], state);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  });

  it('does not begin with a change', () => {
    const [, changed] = everything().events;
    expect(() => poolDecider.evolve(null, changed!)).toThrow('NameplateExtended before PoolRegistered');
  });
});
