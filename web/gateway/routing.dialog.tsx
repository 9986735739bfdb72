import type { VariablesOf } from 'gql.tada';
import { useState, type ReactNode } from 'react';
import type { Reservation } from '../allocation/allocation.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { CheckField, SelectField, TextField } from '../ui/field.js';
import type { FormReader } from '../ui/form-reader.js';
import { MutationForm } from '../ui/mutation-form.js';
import { SET_ROUTING, type Routing } from './gateway.documents.js';
import { laneText } from './use-lanes.js';

type Policy = Routing['policy'];

export const POLICIES: Readonly<Record<Policy, { readonly name: string; readonly meaning: string }>> = {
  LOWEST_TTFT: { name: 'Fastest first token', meaning: 'by the p95 of the last 128 requests' },
  LOWEST_COST: { name: 'Lowest cost', meaning: 'by the price it was bought at' },
  CANARY: { name: 'Canary', meaning: 'a share tries one lane first; it retreats when it is slower or fails more' },
  PINNED: { name: 'Pinned', meaning: 'one lane and no other' },
};

/** Sets how requests are routed, for all keys or for one. */
export function RoutingDialog({
  routing,
  lanes,
  keyName,
  onClose,
}: {
  readonly routing: Routing;
  readonly lanes: readonly Reservation[];
  readonly keyName: string;
  readonly onClose: () => void;
}): ReactNode {
  const announce = useAnnounce();
  const [policy, setPolicy] = useState<Policy>(routing.policy);
  const [hasFallback, setFallback] = useState(routing.fallback !== null);
  return (
    <Dialog title={`Routing for ${keyName}`} onClose={onClose}>
      <MutationForm
        document={SET_ROUTING}
        read={(form) => form.result(readRouting(form, { keyId: routing.keyId, policy, hasFallback }))}
        onAccepted={() => {
          announce('Set: requests from now on are routed like this');
          onClose();
        }}
        submit="Set the routing"
      >
        <SelectField
          {...{ label: 'Policy', name: 'policy', value: policy, hint: POLICIES[policy].meaning }}
          choices={(Object.keys(POLICIES) as Policy[]).map((value) => ({ value, text: POLICIES[value].name }))}
          onChange={({ target }) => setPolicy(target.value as Policy)}
        />
        {(policy === 'PINNED' || policy === 'CANARY') && <LaneField lanes={lanes} chosen={routing.reservationId} />}
        {policy === 'CANARY' && (
          <TextField {...{ label: 'Share of requests that try it first (%)', name: 'share', inputMode: 'decimal', autoComplete: 'off' }} defaultValue={String((routing.share ?? 500) / 100)} hint="0.01 to 100; 20 requests and more decide whether it retreats" />
        )}
        <CheckField label="A fallback of our own, when no lane has room" checked={hasFallback} onChange={({ target }) => setFallback(target.checked)} />
        {hasFallback && <FallbackFields fallback={routing.fallback} />}
      </MutationForm>
    </Dialog>
  );
}

function LaneField({ lanes, chosen }: { readonly lanes: readonly Reservation[]; readonly chosen: string | null }): ReactNode {
  const isKnown = chosen === null || lanes.some(({ reservationId }) => reservationId === chosen);
  const choices = [
    { value: '', text: lanes.length === 0 ? 'You hold nothing now' : 'Choose a lane' },
    ...(isKnown ? [] : [{ value: chosen, text: `…${chosen.slice(-8)}, which is over` }]),
    ...lanes.map((lane) => ({ value: lane.reservationId, text: laneText(lane) })),
  ];
  return <SelectField {...{ label: 'Lane', name: 'reservationId', choices }} defaultValue={chosen ?? ''} />;
}

function FallbackFields({ fallback }: { readonly fallback: Routing['fallback'] }): ReactNode {
  return (
    <>
      <TextField {...{ label: 'Endpoint', name: 'fallback.url', type: 'url', autoComplete: 'off', placeholder: 'https://api.example.com/v1' }} defaultValue={fallback?.url ?? ''} hint="What it charges is between you and it: it is measured here, never billed" />
      <div className="columns">
        <TextField {...{ label: 'Model there (optional)', name: 'fallback.model', autoComplete: 'off' }} defaultValue={fallback?.model ?? ''} />
        <TextField
          {...{ label: 'Credential (optional)', name: 'fallback.credential', type: 'password', autoComplete: 'off' }}
          hint={fallback?.hasCredential === true ? 'Never shown: type it again to keep it' : 'Sent as a bearer token, to this endpoint only'}
        />
      </div>
    </>
  );
}

type Wanted = { readonly keyId: string | null; readonly policy: Policy; readonly hasFallback: boolean };

function readRouting(form: FormReader, { keyId, policy, hasFallback }: Wanted): VariablesOf<typeof SET_ROUTING>['input'] {
  const hasLane = policy === 'PINNED' || policy === 'CANARY';
  return {
    ...{ keyId, policy },
    reservationId: hasLane ? form.text('reservationId') : null,
    share: policy === 'CANARY' ? form.percent('share') : null,
    fallback: hasFallback
      ? {
          url: form.text('fallback.url'),
          model: form.optional('fallback.model', form.text),
          credential: form.optional('fallback.credential', form.secret),
        }
      : null,
  };
}
