import type { ReactNode } from 'react';
import { LEVELS } from '../providers/level.js';
import { SelectField, TextField } from '../ui/field.js';
import type { FormReader } from '../ui/form-reader.js';
import type { VariablesOf } from 'gql.tada';
import type { REQUEST_QUOTE } from './quote.documents.js';

type Constraints = NonNullable<VariablesOf<typeof REQUEST_QUOTE>['input']['constraints']>;

/** What a buyer may insist on, in a bid and in a quote alike. */
export function ConstraintFields(): ReactNode {
  return (
    <>
      <SelectField label="Evidence" name="constraints.evidenceMin" choices={Object.entries(LEVELS).map(([value, text]) => ({ value, text: `${value} · ${text}` }))} />
      <TextField {...{ label: 'TTFT p95 at most (ms)', name: 'constraints.ttftP95MaxMs', inputMode: 'numeric', placeholder: 'any' }} />
      <TextField {...{ label: 'Stream at least (tokens/s)', name: 'constraints.streamTokensPerSecondMin', inputMode: 'numeric', placeholder: 'any' }} />
      <TextField {...{ label: 'Regions', name: 'constraints.regions', placeholder: 'any', autoComplete: 'off' }} hint="Separated by commas" />
      <TextField {...{ label: 'One provider at most (%)', name: 'constraints.providerShareMax', inputMode: 'decimal', placeholder: '100' }} />
    </>
  );
}

export function readConstraints(form: FormReader): Constraints {
  const many = (field: string): string[] => form.text(field).split(',').map((one) => one.trim()).filter((one) => one !== '');
  return {
    evidenceMin: (form.text('constraints.evidenceMin') || 'L1') as keyof typeof LEVELS,
    ttftP95MaxMs: form.optional('constraints.ttftP95MaxMs', form.whole),
    streamTokensPerSecondMin: form.optional('constraints.streamTokensPerSecondMin', form.whole),
    regions: many('constraints.regions'),
    providerShareMax: form.optional('constraints.providerShareMax', form.percent),
    ...{ platforms: [], residency: [] },
  };
}
