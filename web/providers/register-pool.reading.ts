import type { VariablesOf } from 'gql.tada';
import type { Result } from '../../src/kernel/result.js';
import type { Issue } from '../api/refusal.documents.js';
import type { FormReader } from '../ui/form-reader.js';
import { CREDIT_STEPS_MAX } from './register-pool.fields.js';
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
    nameplate: [
      { window: form.window('nameplate.0.window'), quantity: form.quantity('nameplate.0.quantity') },
    ],
    profile: readProfile(form),
    serviceLevel: {
      ttftP95Ms: form.whole('serviceLevel.ttftP95Ms'),
      streamTokensPerSecondMin: form.whole('serviceLevel.streamTokensPerSecondMin'),
      availability: form.percent('serviceLevel.availability'),
    },
    endpoint: {
      url: form.text('endpoint.url'),
      credential: form.optional('endpoint.credential', form.secret),
    },
    terms: readTerms(form),
  });
}

function readProfile(form: FormReader): RegisterPoolInput['profile'] {
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

function readTerms(form: FormReader): RegisterPoolInput['terms'] {
  const noticeHours = form.whole('terms.cancellation.0.noticeHours');
  const late = { noticeHours: 0, fee: form.percent('terms.cancellation.1.fee') };
  return {
    resale: {
      isTransferable: form.checked('terms.resale.isTransferable'),
      hopsMax: form.whole('terms.resale.hopsMax'),
      royalty: form.percent('terms.resale.royalty'),
      priceCap: form.optional('terms.resale.priceCap', form.percent),
    },
    // Free until some notice, then at a fee; without a notice the fee holds from the start.
    cancellation: noticeHours === 0 ? [late] : [{ noticeHours, fee: 0 }, late],
    overagePrice: form.optional('terms.overagePrice', form.usd),
    buyerShareMax: form.optional('terms.buyerShareMax', form.percent),
    setAside: readSetAside(form),
    credits: readCredits(form),
  };
}

type CreditTerms = NonNullable<RegisterPoolInput['terms']['credits']>;
const EXCLUSIONS = ['OVER_LIMIT', 'TOO_LONG', 'BATCH'] as const;

/** Steps up to the first that is left empty. */
function readCredits(form: FormReader): CreditTerms {
  const steps: CreditTerms['steps'][number][] = [];
  for (let index = 0; index < CREDIT_STEPS_MAX; index += 1) {
    const [missedBy, credit] = ['missedBy', 'credit'].map((name) => `terms.credits.steps.${index}.${name}`) as [string, string];
    if (form.text(missedBy) === '' && form.text(credit) === '') break;
    steps.push({ missedBy: form.percent(missedBy), credit: form.percent(credit) });
  }
  const exclusions = EXCLUSIONS.filter((one) => form.checked(`terms.credits.exclusions.${one}`));
  return { samplesMin: form.whole('terms.credits.samplesMin'), exclusions, steps };
}

/** Without a share nothing is set aside. */
function readSetAside(form: FormReader): NonNullable<RegisterPoolInput['terms']['setAside']> | null {
  const share = form.optional('terms.setAside.share', form.percent);
  if (share === null) return null;
  return {
    share,
    smallBuyerMax: form.quantity('terms.setAside.smallBuyerMax'),
    releasedBeforeHours: form.whole('terms.setAside.releasedBeforeHours'),
  };
}
