import type { ReactNode } from 'react';
import { SelectField, TextField } from '../ui/field.js';
import { percentField } from '../ui/format.js';
import { FREE, Part, SHORT } from './field.parts.js';
import type { Platform, Pool } from './providers.documents.js';

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
      <EndpointFields />
    </Part>
  );
}

export function EndpointFields({ url = '' }: { readonly url?: string }): ReactNode {
  return (
    <>
      <TextField {...FREE} label="Endpoint" name="endpoint.url" type="url" defaultValue={url} hint="https base URL of an OpenAI-compatible API" />
      <TextField
        label="Its credential"
        name="endpoint.credential"
        type="password"
        autoComplete="off"
        hint="Kept encrypted, never shown again; may be empty"
      />
    </>
  );
}

export interface CapacityFrom {
  readonly start: string;
  readonly end: string;
  readonly quantity?: string;
}

export function CapacityFields(from: CapacityFrom): ReactNode {
  return (
    <Part title="Capacity">
      <SegmentFields name="nameplate.0" {...from} />
      <SelectField label="Its time is cut in" name="grid" choices={GRIDS} />
      <TextField {...SHORT} label="Traded in lots of" name="lotSize" defaultValue="1" hint="tokens/s; never changes" />
    </Part>
  );
}

/** So much throughout a stretch of time. */
export function SegmentFields({ name, start, end, quantity = '' }: CapacityFrom & { readonly name: string }): ReactNode {
  const dates = { type: 'datetime-local', required: true } as const;
  return (
    <>
      <TextField {...SHORT} label="Tokens per second" name={`${name}.quantity`} defaultValue={quantity} hint="weighted output tokens" />
      <TextField {...dates} label="From (UTC)" name={`${name}.window.start`} defaultValue={start} />
      <TextField {...dates} label="To (UTC)" name={`${name}.window.end`} defaultValue={end} />
    </>
  );
}

type Profile = Pool['profile'];
const FIRST_PROFILE: Profile = { runtime: '', contextLength: 131_072, tier: 'FAST', weights: { input: 1_000, cachedInput: 100, reasoning: 10_000 } };

export function ServingFields({ profile = FIRST_PROFILE }: { readonly profile?: Profile }): ReactNode {
  const { runtime, contextLength, tier, weights } = profile;
  const weight = (of: keyof Profile['weights']): { readonly name: string; readonly defaultValue: string; readonly hint: string } => ({ name: `profile.weights.${of}`, defaultValue: percentField(weights[of]), hint: 'of an output token' });
  return (
    <Part title="Serving profile">
      <TextField {...FREE} label="Runtime" name="profile.runtime" defaultValue={runtime} hint="such as vllm 0.11" />
      <TextField {...SHORT} label="Context length" name="profile.contextLength" defaultValue={String(contextLength)} hint="tokens in one request" />
      <SelectField label="Tier" name="profile.tier" choices={TIERS} defaultValue={tier} />
      <TextField {...SHORT} label="Input weighs (%)" {...weight('input')} />
      <TextField {...SHORT} label="Cached input weighs (%)" {...weight('cachedInput')} />
      <TextField {...SHORT} label="Reasoning weighs (%)" {...weight('reasoning')} />
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
