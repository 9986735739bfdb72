import { useMemo, useState, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { Loaded } from '../ui/loaded.js';
import { MutationForm } from '../ui/mutation-form.js';
import { EmptyState } from '../ui/states.js';
import { Id, Time } from '../ui/values.js';
import { CREATE_TEAM } from './identity.documents.js';
import { mayManage } from './permissions.js';
import { ALL_TEAMS, RENAME_TEAM, type Team } from './settings.documents.js';
import { SettingsShell } from './settings.shell.js';

const ALL = {};
const teamsOf = ({ teams }: { readonly teams: Connection<Team> }): Connection<Team> => teams;

/** Parts of the organization that use some of what it holds. */
export function TeamsPage({ viewer }: MemberPageProps): ReactNode {
  const query = useAllPages(ALL_TEAMS, ALL, teamsOf);
  const isManaging = mayManage(viewer);
  const [renamed, setRenamed] = useState<Team | null>(null);
  const columns = useMemo(() => columnsOf(isManaging ? setRenamed : null), [isManaging]);
  return (
    <SettingsShell viewer={viewer} title="Teams" lead="A team uses a part of what the organization holds; title stays with the organization.">
      <Loaded query={query} rows={4}>
        {({ nodes }) =>
          nodes.length === 0 ? (
            <EmptyState title="No team yet"><p>A part of a reservation is handed to a team from the page of the reservation.</p></EmptyState>
          ) : (
            <DataTable caption="Teams" columns={columns} rows={nodes} keyOf={({ teamId }) => teamId} />
          )
        }
      </Loaded>
      {isManaging && <MakeTeam />}
      {renamed !== null && <RenameDialog team={renamed} onClose={() => setRenamed(null)} />}
    </SettingsShell>
  );
}

function columnsOf(rename: ((team: Team) => void) | null): readonly Column<Team>[] {
  const columns: Column<Team>[] = [
    { ...{ id: 'name', title: 'Name', isRowHeader: true }, sortBy: ({ name }) => name, cell: ({ name }) => name },
    { id: 'id', title: 'Id', cell: ({ teamId, name }) => <Id id={teamId} name={name} /> },
    { id: 'made', title: 'Made', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Time at={createdAt} /> },
  ];
  if (rename === null) return columns;
  return [
    ...columns,
    {
      ...{ id: 'rename', title: 'Rename', isTitleHidden: true },
      cell: (team) => <button type="button" className="quiet" onClick={() => rename(team)}>Rename<span className="visually-hidden">{` ${team.name}`}</span></button>,
    },
  ];
}

function MakeTeam(): ReactNode {
  const announce = useAnnounce();
  return (
    <section className="card narrow" aria-label="Make a team">
      <h2 className="card-title">Make a team</h2>
      <MutationForm
        document={CREATE_TEAM}
        read={(form) => form.result({ name: form.text('name') })}
        onAccepted={({ team }) => announce(`${team.name} is a team now`)}
        submit="Make the team"
      >
        <TextField label="Name of the team" name="name" autoComplete="off" required />
      </MutationForm>
    </section>
  );
}

function RenameDialog({ team: { teamId, name }, onClose }: { readonly team: Team; readonly onClose: () => void }): ReactNode {
  const announce = useAnnounce();
  return (
    <Dialog title={`Rename ${name}`} onClose={onClose}>
      <MutationForm
        document={RENAME_TEAM}
        read={(form) => form.result({ teamId, name: form.text('name') })}
        onAccepted={({ team }) => {
          announce(`It is called ${team.name} now`);
          onClose();
        }}
        submit="Rename"
      >
        <TextField label="New name" name="name" autoComplete="off" defaultValue={name} required />
      </MutationForm>
    </Dialog>
  );
}
