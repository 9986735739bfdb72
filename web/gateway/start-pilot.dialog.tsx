import type { VariablesOf } from 'gql.tada';
import { useState, type ReactNode } from 'react';
import type { Reservation } from '../allocation/allocation.documents.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { SelectField, TextField } from '../ui/field.js';
import type { FormReader } from '../ui/form-reader.js';
import { MutationForm } from '../ui/mutation-form.js';
import { goTo, Link } from '../ui/router.js';
import { Skeleton } from '../ui/states.js';
import { START_PILOT } from './pilot.documents.js';
import { laneText, useLanes } from './use-lanes.js';

/** What is repeated, where, and where it ends by itself. */
export function StartPilotDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const announce = useAnnounce();
  const lanes = useLanes();
  const [mirror, setMirror] = useState('');
  return (
    <Dialog title="Start a pilot" onClose={onClose}>
      {lanes === null ? (
        <Skeleton rows={5} />
      ) : (
        <MutationForm
          document={START_PILOT}
          read={(form) => form.result(readPilot(form, mirror))}
          onAccepted={({ pilot }) => {
            announce('Started: requests are repeated from now on');
            goTo(`/app/pilots/${encodeURIComponent(pilot.pilotId)}`);
          }}
          submit="Start the pilot"
          help={(refusal) => refusal.code === 'NO_FALLBACK' && <p><Link to="/app/serving/routing">Set a fallback in your routing</Link></p>}
        >
          <Fields {...{ lanes, mirror }} onMirror={setMirror} />
        </MutationForm>
      )}
    </Dialog>
  );
}

function Fields({ lanes, mirror, onMirror }: { readonly lanes: readonly Reservation[]; readonly mirror: string; readonly onMirror: (mirror: string) => void }): ReactNode {
  return (
    <>
      <SelectField
        {...{ label: 'Repeat them on', name: 'mirrorReservationId', value: mirror }}
        choices={[{ value: '', text: 'The fallback of your routing' }, ...lanes.map((lane) => ({ value: lane.reservationId, text: laneText(lane) }))]}
        onChange={({ target }) => onMirror(target.value)}
        hint="It takes what nobody misses: half of that lane is left to its own requests"
      />
      <SelectField
        {...{ label: 'Requests that are served by', name: 'primaryReservationIds', defaultValue: '' }}
        choices={[{ value: '', text: 'any lane' }, ...lanes.filter(({ reservationId }) => reservationId !== mirror).map((lane) => ({ value: lane.reservationId, text: laneText(lane) }))]}
      />
      <div className="columns">
        <TextField {...{ label: 'Share of them (%)', name: 'share', inputMode: 'decimal', autoComplete: 'off', defaultValue: '5' }} hint="0.01 to 100" />
        <TextField {...{ label: 'Requests at most', name: 'requestsMax', inputMode: 'numeric', autoComplete: 'off', defaultValue: '1000' }} />
        <TextField {...{ label: 'Tokens at most', name: 'tokensMax', inputMode: 'numeric', autoComplete: 'off', defaultValue: '2000000' }} />
        <TextField {...{ label: 'For hours', name: 'hours', inputMode: 'numeric', autoComplete: 'off', defaultValue: '168' }} hint="It ends at whatever comes first" />
      </div>
      {mirror === '' && (
        <div className="columns">
          <TextField {...{ label: 'The fallback charges, USD per M tokens in (optional)', name: 'mirrorPrice.input', inputMode: 'decimal', autoComplete: 'off' }} />
          <TextField {...{ label: 'USD per M tokens out (optional)', name: 'mirrorPrice.output', inputMode: 'decimal', autoComplete: 'off' }} />
        </div>
      )}
    </>
  );
}

type PilotInput = VariablesOf<typeof START_PILOT>['input'];

function readPilot(form: FormReader, mirror: string): PilotInput {
  const primary = form.text('primaryReservationIds');
  const isPriced = mirror === '' && (form.text('mirrorPrice.input') !== '' || form.text('mirrorPrice.output') !== '');
  return {
    mirrorReservationId: mirror === '' ? null : mirror,
    primaryReservationIds: primary === '' ? [] : [primary],
    ...{ share: form.percent('share'), requestsMax: form.whole('requestsMax'), hours: form.whole('hours') },
    tokensMax: form.tokens('tokensMax'),
    mirrorPrice: isPriced ? { input: form.usd('mirrorPrice.input'), output: form.usd('mirrorPrice.output') } : null,
  };
}
