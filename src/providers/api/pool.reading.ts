import type { CapacitySegmentInput } from '../../api/graphql/window.types.js';
import { readName } from '../../api/graphql/scalars.js';
import { unless, type Issue } from '../../kernel/issue.js';
import type { MarketId } from '../../kernel/ids.js';
import type { BasisPoints } from '../../kernel/money.js';
import { quantity as toQuantity } from '../../kernel/quantity.js';
import { fromSegments, ZERO, type StepFunction } from '../../kernel/step-function.js';
import { HOUR_MS, MINUTE_MS, type Duration } from '../../kernel/time.js';
import { checkOrder } from '../../kernel/window.rules.js';
import type { PlatformSlug } from '../model/platform.js';
import type { PoolDraft, PoolTerms, ServingProfile } from '../model/pool.js';
import { POOL_LIMITS } from '../model/pool.rules.js';
import { NO_CURTAILMENT_TERMS, type CurtailmentTerms, type SetAside } from '../model/pool.terms.js';
import { OFFERED_EXCLUSIONS, STANDARD_CREDITS, type CreditTerms } from '../model/service-level.terms.js';
import type {
  CreditTermsInput,
  CurtailmentTermsInput,
  EndpointInput,
  PoolTermsInput,
  RegisterPoolInput,
  ServingProfileInput,
  SetAsideInput,
} from './pool.inputs.js';

// Inputs into what the rules speak of, and what cannot even be that.

const CREDENTIAL = /^[\x21-\x7e]{1,4000}$/;
const basisPoints = (value: number): BasisPoints => value as BasisPoints;

export interface Read<Value> {
  readonly value: Value;
  readonly issues: readonly Issue[];
}

export function readSegments(
  field: string,
  segments: readonly CapacitySegmentInput[],
): Read<StepFunction> {
  if (segments.length > POOL_LIMITS.nameplateSegments) {
    const accepted = `at most ${POOL_LIMITS.nameplateSegments} windows`;
    return { value: ZERO, issues: [{ field, reason: 'holds too many windows', accepted }] };
  }
  const issues = segments.flatMap(({ window }, index) =>
    checkOrder(`${field}.${index}.window`, window),
  );
  if (issues.length > 0) return { value: ZERO, issues };
  const value = fromSegments(
    segments.map(({ window: { start, end }, quantity }) => ({
      window: { start, end },
      value: quantity,
    })),
  );
  return { value, issues };
}

export function readProfile(field: string, input: ServingProfileInput): Read<ServingProfile> {
  const runtime = readName(input.runtime, POOL_LIMITS.runtimeLength);
  const { contextLength, tier, weights } = input;
  const value = {
    runtime: runtime ?? '',
    contextLength,
    tier,
    weights: {
      input: basisPoints(weights.input),
      cachedInput: basisPoints(weights.cachedInput),
      reasoning: basisPoints(weights.reasoning),
    },
  };
  const issues = nameIssues(`${field}.runtime`, runtime, POOL_LIMITS.runtimeLength);
  return { value, issues };
}

export function readTerms({ resale, cancellation, ...rest }: PoolTermsInput): PoolTerms {
  const { overagePrice = null, buyerShareMax = null, setAside = null } = rest;
  return {
    resale: {
      isTransferable: resale.isTransferable,
      hopsMax: resale.hopsMax,
      priceCap: (resale.priceCap ?? null) as BasisPoints | null,
      royalty: basisPoints(resale.royalty),
      holdingTimeMin: (resale.holdingTimeMinutes * MINUTE_MS) as Duration,
    },
    cancellation: cancellation.map(({ noticeHours, fee }) => ({
      noticeMin: (noticeHours * HOUR_MS) as Duration,
      fee: basisPoints(fee),
    })),
    curtailment: readCurtailment(rest.curtailment ?? null),
    credits: readCredits(rest.credits ?? null),
    overagePrice,
    buyerShareMax: buyerShareMax as BasisPoints | null,
    setAside: setAside && readSetAside(setAside),
  };
}

function readSetAside({ share, smallBuyerMax, releasedBeforeHours }: SetAsideInput): SetAside {
  const releasedBefore = (releasedBeforeHours * HOUR_MS) as Duration;
  return { share: basisPoints(share), smallBuyerMax, releasedBefore };
}

function readCurtailment(input: CurtailmentTermsInput | null): CurtailmentTerms {
  if (input === null) return NO_CURTAILMENT_TERMS;
  const { reclaimNoticeHours = null, outagePenalty, reclaimPenalty } = input;
  return {
    reclaimNotice: reclaimNoticeHours === null ? null : ((reclaimNoticeHours * HOUR_MS) as Duration),
    penaltyShare: { outage: basisPoints(outagePenalty), reclaim: basisPoints(reclaimPenalty) },
  };
}

/** A promise costs something to break unless its provider says that it does not. */
function readCredits(input: CreditTermsInput | null): CreditTerms {
  if (input === null) return STANDARD_CREDITS;
  const { samplesMin, steps } = input;
  const named = input.exclusions ?? OFFERED_EXCLUSIONS;
  return {
    samplesMin,
    // In one order, each once: the same terms are the same text.
    exclusions: OFFERED_EXCLUSIONS.filter((one) => named.includes(one)),
    steps: steps.map(({ missedBy, credit }) => ({
      missedBy: basisPoints(missedBy),
      credit: basisPoints(credit),
    })),
  };
}

export function readCredential({ credential = null }: EndpointInput): Read<string | null> {
  const issues = unless(credential === null || CREDENTIAL.test(credential), {
    field: 'endpoint.credential',
    reason: 'is empty, too long or has characters that no header can carry',
    accepted: '1 to 4000 visible ASCII characters, or nothing',
  });
  return { value: credential, issues };
}

export function readPool(input: RegisterPoolInput): Read<Omit<PoolDraft, 'poolId' | 'providerId'>> {
  const name = readName(input.name, POOL_LIMITS.nameLength);
  const nameplate = readSegments('nameplate', input.nameplate);
  const profile = readProfile('profile', input.profile);
  const credential = readCredential(input.endpoint);
  const { ttftP95Ms, streamTokensPerSecondMin, availability } = input.serviceLevel;
  const value = {
    marketId: `${input.model}@${input.quantization}` as MarketId,
    name: name ?? '',
    platform: input.platform as PlatformSlug,
    region: input.region,
    residency: [...new Set(input.residency)],
    grid: input.grid,
    lotSize: input.lotSize ?? toQuantity(1n),
    nameplate: nameplate.value,
    profile: profile.value,
    serviceLevel: {
      ttftP95: ttftP95Ms as Duration,
      streamTokensPerSecondMin,
      availability: basisPoints(availability),
    },
    endpoint: { url: input.endpoint.url, hasCredential: credential.value !== null },
    terms: readTerms(input.terms),
  };
  const names = nameIssues('name', name, POOL_LIMITS.nameLength);
  return { value, issues: [...names, ...nameplate.issues, ...profile.issues, ...credential.issues] };
}

function nameIssues(field: string, name: string | null, max: number): readonly Issue[] {
  const accepted = `1 to ${max} visible characters`;
  return unless(name !== null, { field, reason: 'is empty, too long or has hidden marks', accepted });
}
