import { Fragment, type ReactNode } from 'react';
import { CheckField, SelectField, TextField } from '../ui/field.js';
import type { Platform } from './providers.documents.js';

const GRIDS = [
  { value: 'HOUR', text: 'hours' },
  { value: 'QUARTER_HOUR', text: 'quarters of an hour' },
  { value: 'DAY', text: 'days' },
] as const;

const TIERS = [
  { value: 'FAST', text: 'Fast: people and agents wait for every token' },
  { value: 'PRIORITY', text: 'Priority: interactive, before standard traffic' },
  { value: 'STANDARD', text: 'Standard: the usual' },
  { value: 'BATCH', text: 'Batch: when there is room' },
] as const;

/** A share or a count is short, and no browser knows it better. */
const SHORT = { inputMode: 'decimal', autoComplete: 'off', required: true } as const;
const FREE = { autoComplete: 'off', required: true } as const;

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <fieldset className="card">
      <legend>{title}</legend>
      <div className="columns">{children}</div>
    </fieldset>
  );
}

export function DeploymentFields({ platforms }: { readonly platforms: readonly Platform[] }): ReactNode {
  const choices = platforms.map(({ slug, vendor, name }) => ({ value: slug, text: `${vendor} ${name}` }));
  return (
    <Part title="Deployment">
      <TextField {...FREE} label="Name" name="name" />
      <SelectField label="Platform" name="platform" choices={choices} />
      <TextField {...FREE} label="Model" name="model" hint="such as llama-3.3-70b" />
      <TextField {...FREE} label="Quantization" name="quantization" hint="such as fp8: another one is another market" />
      <TextField {...FREE} label="Region" name="region" hint="such as us-west-2" />
      <TextField
        label="Prompts stay in"
        name="residency"
        autoComplete="off"
        hint="Countries, such as US, DE; empty: no promise"
      />
      <TextField {...FREE} label="Endpoint" name="endpoint.url" type="url" hint="https base URL of an OpenAI-compatible API" />
      <TextField
        label="Its credential"
        name="endpoint.credential"
        type="password"
        autoComplete="off"
        hint="Kept encrypted, never shown again; may be empty"
      />
    </Part>
  );
}

export function CapacityFields({ start, end }: { readonly start: string; readonly end: string }): ReactNode {
  const dates = { type: 'datetime-local', required: true } as const;
  return (
    <Part title="Capacity">
      <TextField {...SHORT} label="Tokens per second" name="nameplate.0.quantity" hint="weighted output tokens" />
      <SelectField label="Its time is cut in" name="grid" choices={GRIDS} />
      <TextField {...SHORT} label="Traded in lots of" name="lotSize" defaultValue="1" hint="tokens/s; never changes" />
      <TextField {...dates} label="From (UTC)" name="nameplate.0.window.start" defaultValue={start} />
      <TextField {...dates} label="To (UTC)" name="nameplate.0.window.end" defaultValue={end} />
    </Part>
  );
}

export function ServingFields(): ReactNode {
  return (
    <Part title="Serving profile">
      <TextField {...FREE} label="Runtime" name="profile.runtime" hint="such as vllm 0.11" />
      <TextField {...SHORT} label="Context length" name="profile.contextLength" defaultValue="131072" hint="tokens in one request" />
      <SelectField label="Tier" name="profile.tier" choices={TIERS} />
      <TextField {...SHORT} label="Input weighs (%)" name="profile.weights.input" defaultValue="10" hint="of an output token" />
      <TextField {...SHORT} label="Cached input weighs (%)" name="profile.weights.cachedInput" defaultValue="1" hint="of an output token" />
      <TextField {...SHORT} label="Reasoning weighs (%)" name="profile.weights.reasoning" defaultValue="100" hint="of an output token" />
    </Part>
  );
}

export function PromiseFields(): ReactNode {
  return (
    <Part title="Promise">
      <TextField {...SHORT} label="First token within (ms)" name="serviceLevel.ttftP95Ms" defaultValue="500" hint="95th percentile" />
      <TextField {...SHORT} label="One stream (tokens/s)" name="serviceLevel.streamTokensPerSecondMin" defaultValue="50" hint="at least" />
      <TextField {...SHORT} label="Availability (%)" name="serviceLevel.availability" defaultValue="99.9" hint="of requests are answered" />
    </Part>
  );
}

/** The standard formula, to begin with. */
const CREDIT_STEPS = [['0', '10'], ['25', '25'], ['50', '50'], ['100', '100']] as const;
export const CREDIT_STEPS_MAX = CREDIT_STEPS.length;

export function CreditFields(): ReactNode {
  return (
    <Part title="When the promise is missed in an hour">
      {CREDIT_STEPS.map(([missedBy, credit], index) => (
        <Fragment key={missedBy}>
          <TextField
            {...SHORT}
            label={`Step ${index + 1}: missed by more than (%)`}
            name={`terms.credits.steps.${index}.missedBy`}
            defaultValue={missedBy}
            required={false}
            hint={index === 0 ? 'of the objective; 0: missed at all' : 'empty: no step from here on'}
          />
          <TextField
            {...SHORT}
            label={`Step ${index + 1}: you give back (%)`}
            name={`terms.credits.steps.${index}.credit`}
            defaultValue={credit}
            required={false}
            hint="of the hour’s price"
          />
        </Fragment>
      ))}
      <TextField {...SHORT} label="Judged from" name="terms.credits.samplesMin" defaultValue="50" hint="requests in the hour; with fewer an objective is not" />
      <CheckField label="Leave out what is over the limit" name="terms.credits.exclusions.OVER_LIMIT" defaultChecked />
      <CheckField label="Leave out prompts longer than the context" name="terms.credits.exclusions.TOO_LONG" defaultChecked />
      <CheckField label="Leave out batch" name="terms.credits.exclusions.BATCH" defaultChecked />
    </Part>
  );
}

export function TermsFields(): ReactNode {
  return (
    <Part title="Terms">
      <CheckField label="Buyers may resell" name="terms.resale.isTransferable" defaultChecked />
      <TextField {...SHORT} label="Resales at most" name="terms.resale.hopsMax" defaultValue="2" hint="0 to 10 changes of hands after yours" />
      <TextField {...SHORT} label="Your royalty (%)" name="terms.resale.royalty" defaultValue="5" hint="of every resale" />
      <TextField {...SHORT} label="Highest resale price (%)" name="terms.resale.priceCap" required={false} hint="of what was paid; empty: any" />
      <TextField {...SHORT} label="Free cancelling until (h)" name="terms.cancellation.0.noticeHours" defaultValue="24" hint="before the start; 0: never free" />
      <TextField {...SHORT} label="Later it costs (%)" name="terms.cancellation.1.fee" defaultValue="50" hint="of the price" />
      <TextField {...SHORT} label="Overage price (USD)" name="terms.overagePrice" required={false} hint="per million weighted tokens; empty: none" />
      <TextField {...SHORT} label="One buyer at most (%)" name="terms.buyerShareMax" required={false} hint="empty: no limit" />
      <TextField {...SHORT} label="For small buyers (%)" name="terms.setAside.share" required={false} hint="of the capacity; empty: nothing is set aside" />
      <TextField {...SHORT} label="Small is at most" name="terms.setAside.smallBuyerMax" required={false} hint="tokens/s of this pool" />
      <TextField {...SHORT} label="Everybody’s before (h)" name="terms.setAside.releasedBeforeHours" defaultValue="1" hint="before each hour or day starts" />
    </Part>
  );
}
