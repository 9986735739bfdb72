import type { ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { CREATE_TEAM, TEAMS } from '../identity/identity.documents.js';
import { useClock } from '../platform/clock.context.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { SelectField, TextField } from '../ui/field.js';
import { Loaded } from '../ui/loaded.js';
import { MutationForm } from '../ui/mutation-form.js';
import { goTo } from '../ui/router.js';
import { EmptyState } from '../ui/states.js';
import { gridMs, type Grid } from '../ui/time.js';
import type { Reservation } from './allocation.documents.js';
import { TRANSFER } from './capacity.documents.js';
import { firstStretch } from './trade.js';

const NOTHING = {};

/** Hands part of a reservation to a team of the same organization. */
export function TransferDialog({
  reservation,
  grid,
  onClose,
}: {
  readonly reservation: Reservation;
  readonly grid: Grid;
  readonly onClose: () => void;
}): ReactNode {
  const query = useQuery(TEAMS, NOTHING);
  return (
    <Dialog title={`Transfer ${reservation.marketId}`} onClose={onClose}>
      <p>Title stays your organization’s: terms of resale do not matter, and no money moves.</p>
      <Loaded query={query} rows={3}>
        {({ teams: { edges } }) =>
          edges.length === 0 ? <NoTeam /> : <TransferForm {...{ reservation, grid, onClose }} teams={edges.map(({ node }) => node)} />
        }
      </Loaded>
    </Dialog>
  );
}

function NoTeam(): ReactNode {
  const announce = useAnnounce();
  return (
    <>
      <EmptyState title="You have no team yet"><p>A team is a part of your organization that uses some of what it holds.</p></EmptyState>
      <MutationForm
        document={CREATE_TEAM}
        read={(form) => form.result({ name: form.text('name') })}
        onAccepted={({ team }) => announce(`${team.name} is a team now`)}
        submit="Make a team"
      >
        <TextField label="Name of the team" name="name" autoComplete="off" required />
      </MutationForm>
    </>
  );
}

function TransferForm({
  reservation: { reservationId, entitlement },
  grid,
  teams,
  onClose,
}: {
  readonly reservation: Reservation;
  readonly grid: Grid;
  readonly teams: readonly { readonly teamId: string; readonly name: string }[];
  readonly onClose: () => void;
}): ReactNode {
  const clock = useClock();
  const announce = useAnnounce();
  const begun = firstStretch(entitlement, clock?.now ?? null, grid);
  const step = gridMs(grid) / 1_000;
  return (
    <MutationForm
      document={TRANSFER}
      read={(form) =>
        form.result({
          ...{ reservationId, teamId: form.text('teamId') },
          ...{ window: form.window('window'), quantity: form.quantity('quantity') },
        })
      }
      onAccepted={({ reservation }) => {
        announce('Handed over');
        onClose();
        goTo(`/app/capacity/${encodeURIComponent(reservation.reservationId)}`);
      }}
      submit="Transfer"
    >
      <SelectField label="To team" name="teamId" choices={teams.map(({ teamId, name }) => ({ value: teamId, text: name }))} />
      <div className="columns">
        <TextField {...{ label: 'Start (UTC)', name: 'window.start', type: 'datetime-local', step, required: true }} defaultValue={begun.start} />
        <TextField {...{ label: 'End (UTC)', name: 'window.end', type: 'datetime-local', step, required: true }} defaultValue={begun.end} />
        <TextField {...{ label: 'Tokens per second', name: 'quantity', inputMode: 'numeric', required: true }} defaultValue={begun.quantity} />
      </div>
    </MutationForm>
  );
}
