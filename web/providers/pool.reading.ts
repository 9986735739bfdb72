import type { VariablesOf } from 'gql.tada';
import type { Result } from '../../src/kernel/result.js';
import type { Issue } from '../api/refusal.documents.js';
import type { FormReader } from '../ui/form-reader.js';
import type { REGISTER_POOL } from './providers.documents.js';

type RegisterPoolInput = VariablesOf<typeof REGISTER_POOL>['input'];

/** The form's fields are named as the API names them, so that a refusal finds its field. */
export function readPool(form: FormReader): Result<RegisterPoolInput, readonly Issue[]> {
  return form.result({
    name: form.text('name'),
    model: form.text('model'),
    quantization: form.text('quantization'),
    platform: form.text('platform'),
    region: form.text('region'),
    residency: form.text('residency').toUpperCase().split(/[\s,]+/).filter((one) => one !== ''),
    grid: form.text('grid') as NonNullable<RegisterPoolInput['grid']>,
    lotSize: form.quantity('lotSize'),
    nameplate: [readSegment(form, 'nameplate.0')],
    profile: readProfile(form),
    serviceLevel: {
      ttftP95Ms: form.whole('serviceLevel.ttftP95Ms'),
      streamTokensPerSecondMin: form.whole('serviceLevel.streamTokensPerSecondMin'),
      availability: form.percent('serviceLevel.availability'),
    },
    endpoint: readEndpoint(form),
    terms: readTerms(form),
  });
}

export function readSegment(form: FormReader, field: string): RegisterPoolInput['nameplate'][number] {
  return { window: form.window(`${field}.window`), quantity: form.quantity(`${field}.quantity`) };
}

export function readEndpoint(form: FormReader): RegisterPoolInput['endpoint'] {
  return { url: form.text('endpoint.url'), credential: form.optional('endpoint.credential', form.secret) };
}

export function readProfile(form: FormReader): RegisterPoolInput['profile'] {
  return {
    runtime: form.text('profile.runtime'),
    contextLength: form.whole('profile.contextLength'),
    tier: form.text('profile.tier') as RegisterPoolInput['profile']['tier'],
    weights: {
      input: form.percent('profile.weights.input'),
      cachedInput: form.percent('profile.weights.cachedInput'),
      reasoning: form.percent('profile.weights.reasoning'),
    },
  };
}

type Terms = RegisterPoolInput['terms'];

export function readTerms(form: FormReader): Terms {
  return {
    resale: {
      isTransferable: form.checked('terms.resale.isTransferable'),
      hopsMax: form.whole('terms.resale.hopsMax'),
      royalty: form.percent('terms.resale.royalty'),
      priceCap: form.optional('terms.resale.priceCap', form.percent),
      holdingTimeMinutes: form.whole('terms.resale.holdingTimeMinutes'),
    },
    cancellation: readSteps(form, 'terms.cancellation', ['noticeHours', 'fee']).map(([noticeHours, fee]) => ({
      noticeHours: form.whole(noticeHours),
      fee: form.percent(fee),
    })),
    curtailment: {
      outagePenalty: form.percent('terms.curtailment.outagePenalty'),
      reclaimNoticeHours: form.optional('terms.curtailment.reclaimNoticeHours', form.whole),
      reclaimPenalty: form.percent('terms.curtailment.reclaimPenalty'),
    },
    overagePrice: form.optional('terms.overagePrice', form.usd),
    buyerShareMax: form.optional('terms.buyerShareMax', form.percent),
    setAside: readSetAside(form),
    credits: readCredits(form),
  };
}

/** The fields of each step, up to the first that is left empty. */
function readSteps(form: FormReader, field: string, [one, other]: readonly [string, string]): readonly (readonly [string, string])[] {
  const steps: (readonly [string, string])[] = [];
  for (let index = 0; ; index += 1) {
    const step = [`${field}.${index}.${one}`, `${field}.${index}.${other}`] as const;
    if (step.every((name) => form.text(name) === '')) return steps;
    steps.push(step);
  }
}

const EXCLUSIONS = ['OVER_LIMIT', 'TOO_LONG', 'BATCH'] as const;

function readCredits(form: FormReader): NonNullable<Terms['credits']> {
  const steps = readSteps(form, 'terms.credits.steps', ['missedBy', 'credit']).map(([missedBy, credit]) => ({
    missedBy: form.percent(missedBy),
    credit: form.percent(credit),
  }));
  const exclusions = EXCLUSIONS.filter((one) => form.checked(`terms.credits.exclusions.${one}`));
  return { samplesMin: form.whole('terms.credits.samplesMin'), exclusions, steps };
}

/** Without a share nothing is set aside. */
function readSetAside(form: FormReader): NonNullable<Terms['setAside']> | null {
  const share = form.optional('terms.setAside.share', form.percent);
  if (share === null) return null;
  return {
    share,
    smallBuyerMax: form.quantity('terms.setAside.smallBuyerMax'),
    releasedBeforeHours: form.whole('terms.setAside.releasedBeforeHours'),
  };
}
