import type { ReactNode } from 'react';
import { LEVELS } from '../providers/level.js';
import { SelectField, TextField } from '../ui/field.js';
import type { FormReader } from '../ui/form-reader.js';
import type { VariablesOf } from 'gql.tada';
import type { REQUEST_QUOTE } from './quote.documents.js';

type Constraints = NonNullable<VariablesOf<typeof REQUEST_QUOTE>['input']['constraints']>;

/** What was insisted on before. */
interface Begin {
  readonly evidenceMin: keyof typeof LEVELS;
  readonly ttftP95MaxMs: number | null;
  readonly streamTokensPerSecondMin: number | null;
  readonly regions: readonly string[];
  readonly providerShareMax: number | null;
}

const ANYTHING: Begin = { evidenceMin: 'L1', ttftP95MaxMs: null, streamTokensPerSecondMin: null, regions: [], providerShareMax: null };

/** What a buyer may insist on, in a bid, in a quote and in a rebooking alike; `under`: what its fields are part of, such as `rebooking.`. */
export function ConstraintFields({ under = '', begin }: { readonly under?: string; readonly begin?: Begin | null }): ReactNode {
  const { evidenceMin, ttftP95MaxMs, streamTokensPerSecondMin, regions, providerShareMax } = begin ?? ANYTHING;
  const name = (field: string): string => `${under}constraints.${field}`;
  return (
    <>
      <SelectField label="Evidence" name={name('evidenceMin')} defaultValue={evidenceMin} choices={Object.entries(LEVELS).map(([value, text]) => ({ value, text: `${value} · ${text}` }))} />
      <TextField {...{ label: 'TTFT p95 at most (ms)', name: name('ttftP95MaxMs'), inputMode: 'numeric', placeholder: 'any' }} defaultValue={ttftP95MaxMs ?? ''} />
      <TextField {...{ label: 'Stream at least (tokens/s)', name: name('streamTokensPerSecondMin'), inputMode: 'numeric', placeholder: 'any' }} defaultValue={streamTokensPerSecondMin ?? ''} />
      <TextField {...{ label: 'Regions', name: name('regions'), placeholder: 'any', autoComplete: 'off' }} defaultValue={regions.join(', ')} hint="Separated by commas" />
      <TextField {...{ label: 'One provider at most (%)', name: name('providerShareMax'), inputMode: 'decimal', placeholder: '100' }} defaultValue={providerShareMax === null ? '' : providerShareMax / 100} hint="Of what you ask for, not of what is filled" />
    </>
  );
}

export function readConstraints(form: FormReader, under = ''): Constraints {
  const name = (field: string): string => `${under}constraints.${field}`;
  const many = (field: string): string[] => form.text(field).split(',').map((one) => one.trim()).filter((one) => one !== '');
  return {
    evidenceMin: (form.text(name('evidenceMin')) || 'L1') as keyof typeof LEVELS,
    ttftP95MaxMs: form.optional(name('ttftP95MaxMs'), form.whole),
    streamTokensPerSecondMin: form.optional(name('streamTokensPerSecondMin'), form.whole),
    regions: many(name('regions')),
    providerShareMax: form.optional(name('providerShareMax'), form.percent),
    ...{ platforms: [], residency: [] },
  };
}
