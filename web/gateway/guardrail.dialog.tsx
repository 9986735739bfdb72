import type { VariablesOf } from 'gql.tada';
import { useState, type ReactNode } from 'react';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { CheckField, SelectField, TextField } from '../ui/field.js';
import type { FormReader } from '../ui/form-reader.js';
import { groupDigits, words } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { SET_GUARDRAILS, type Guardrails } from './gateway.documents.js';

export const NO_GUARDRAILS: Guardrails = { keyId: null, contextTokensMax: null, outputTokensMax: null, coalescing: null, deadline: null };

/** What is set, a line each; none: nothing is. */
export function guardrailLines({ contextTokensMax, outputTokensMax, coalescing, deadline }: Guardrails): readonly string[] {
  const count = (value: number): string => groupDigits(String(value));
  return [
    ...(contextTokensMax === null ? [] : [`context ≤ ${count(contextTokensMax)} tokens`]),
    ...(outputTokensMax === null ? [] : [`answer ≤ ${count(outputTokensMax)} tokens`]),
    ...(coalescing === null ? [] : [`chunks gather for ${count(coalescing.windowMs)} ms from ${coalescing.fromStreams} ${coalescing.fromStreams === 1 ? 'stream' : 'streams'} on`]),
    ...(deadline === null ? [] : [`after ${count(deadline.afterMs)} ms ${deadline.lowerTo === null ? 'refused' : `at tier ${words(deadline.lowerTo).toLowerCase()}`}`]),
  ];
}

const LOWER = [
  { value: '', text: 'refuse the request' },
  { value: 'PRIORITY', text: 'let it wait at tier priority' },
  { value: 'STANDARD', text: 'let it wait at tier standard' },
  { value: 'BATCH', text: 'let it wait at tier batch' },
] as const;

/** Caps what a key may ask for; what is left empty or off is no cap. */
export function GuardrailDialog({ guardrails, name, onClose }: { readonly guardrails: Guardrails; readonly name: string; readonly onClose: () => void }): ReactNode {
  const announce = useAnnounce();
  const { keyId, contextTokensMax, outputTokensMax, coalescing, deadline } = guardrails;
  const [gathers, setGathers] = useState(coalescing !== null);
  const [isTimed, setTimed] = useState(deadline !== null);
  return (
    <Dialog title={`Guardrails of ${name}`} onClose={onClose}>
      <MutationForm
        document={SET_GUARDRAILS}
        read={(form) => form.result(readGuardrails(form, { keyId, gathers, isTimed }))}
        onAccepted={() => {
          announce('Set: requests from now on keep to it');
          onClose();
        }}
        submit="Set the guardrails"
      >
        <div className="columns">
          <TextField {...{ label: 'Prompt and answer together (tokens)', name: 'contextTokensMax', inputMode: 'numeric', placeholder: 'no cap', autoComplete: 'off' }} defaultValue={contextTokensMax ?? ''} />
          <TextField {...{ label: 'Answer (tokens)', name: 'outputTokensMax', inputMode: 'numeric', placeholder: 'no cap', autoComplete: 'off' }} defaultValue={outputTokensMax ?? ''} />
        </div>
        <CheckField label="Fewer, larger chunks under load" checked={gathers} onChange={({ target }) => setGathers(target.checked)} />
        {gathers && <CoalescingFields coalescing={coalescing} />}
        <CheckField label="A deadline" checked={isTimed} onChange={({ target }) => setTimed(target.checked)} />
        {isTimed && <DeadlineFields deadline={deadline} />}
      </MutationForm>
    </Dialog>
  );
}

function CoalescingFields({ coalescing }: Pick<Guardrails, 'coalescing'>): ReactNode {
  return (
    <div className="columns">
      <TextField {...{ label: 'Gather for (ms)', name: 'coalescing.windowMs', inputMode: 'numeric', autoComplete: 'off' }} defaultValue={coalescing?.windowMs ?? 40} hint="The first token waits for nobody" />
      <TextField {...{ label: 'From streams at once', name: 'coalescing.fromStreams', inputMode: 'numeric', autoComplete: 'off' }} defaultValue={coalescing?.fromStreams ?? 1} />
    </div>
  );
}

function DeadlineFields({ deadline }: Pick<Guardrails, 'deadline'>): ReactNode {
  return (
    <div className="columns">
      <TextField {...{ label: 'After (ms)', name: 'deadline.afterMs', inputMode: 'numeric', autoComplete: 'off' }} defaultValue={deadline?.afterMs ?? 2_000} hint="From the last byte of the request" />
      <SelectField {...{ label: 'Then', name: 'deadline.lowerTo', choices: LOWER }} defaultValue={deadline?.lowerTo ?? ''} />
    </div>
  );
}

type Lower = NonNullable<Guardrails['deadline']>['lowerTo'];
type Wanted = { readonly keyId: string | null; readonly gathers: boolean; readonly isTimed: boolean };

function readGuardrails(form: FormReader, { keyId, gathers, isTimed }: Wanted): VariablesOf<typeof SET_GUARDRAILS>['input'] {
  return {
    keyId,
    contextTokensMax: form.optional('contextTokensMax', form.whole),
    outputTokensMax: form.optional('outputTokensMax', form.whole),
    coalescing: gathers ? { windowMs: form.whole('coalescing.windowMs'), fromStreams: form.whole('coalescing.fromStreams') } : null,
    deadline: isTimed ? { afterMs: form.whole('deadline.afterMs'), lowerTo: (form.optional('deadline.lowerTo', form.text) ?? null) as Lower } : null,
  };
}
