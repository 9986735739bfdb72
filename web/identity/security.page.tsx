import type { ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { TextField } from '../ui/field.js';
import { utc } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { Time } from '../ui/values.js';
import { CHANGE_PASSWORD, END_SESSION, SESSIONS, type SessionRow } from './settings.documents.js';
import { SettingsShell } from './settings.shell.js';

const ALL = {};
const sessionsOf = ({ sessions }: { readonly sessions: Connection<SessionRow> }): Connection<SessionRow> => sessions;

/** Where one is signed in, and with what. */
export function SecurityPage({ viewer }: MemberPageProps): ReactNode {
  const query = useAllPages(SESSIONS, ALL, sessionsOf);
  return (
    <SettingsShell viewer={viewer} title="Sessions and password" lead="A session ends after twelve idle hours, and after thirty days at the latest.">
      <Loaded query={query} rows={3}>
        {({ nodes }) => (
          <>
            <DataTable caption="Sessions" columns={COLUMNS} rows={nodes.toReversed()} keyOf={({ sessionId }) => sessionId} />
            <PasswordForm />
          </>
        )}
      </Loaded>
    </SettingsShell>
  );
}

const COLUMNS: readonly Column<SessionRow>[] = [
  {
    ...{ id: 'began', title: 'Signed in', isRowHeader: true },
    sortBy: ({ createdAt }) => createdAt,
    cell: ({ createdAt, isCurrent }) => <><Time at={createdAt} />{isCurrent && <span className="badge">this one</span>}</>,
  },
  { id: 'seen', title: 'Last used', sortBy: ({ seenAt }) => seenAt, cell: ({ seenAt }) => <Time at={seenAt} /> },
  { id: 'ends', title: 'Ends at the latest', sortBy: ({ expiresAt }) => expiresAt, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
  { id: 'end', title: 'End', isTitleHidden: true, cell: (session) => (session.isCurrent ? null : <End session={session} />) },
];

function End({ session: { sessionId, createdAt } }: { readonly session: SessionRow }): ReactNode {
  const announce = useAnnounce();
  return (
    <MutationButton document={END_SESSION} input={{ sessionId }} className="quiet" onAccepted={() => announce('That session is over')}>
      End<span className="visually-hidden">{` the session of ${utc(createdAt)} UTC`}</span>
    </MutationButton>
  );
}

function PasswordForm(): ReactNode {
  const announce = useAnnounce();
  return (
    <section className="card narrow" aria-label="Password">
      <h2 className="card-title">Change your password</h2>
      <MutationForm
        document={CHANGE_PASSWORD}
        read={(form) => form.result({ currentPassword: form.secret('currentPassword'), newPassword: form.secret('newPassword') })}
        onAccepted={() => announce('The new password counts; your other sessions are over')}
        submit="Change the password"
      >
        <TextField {...{ label: 'Current password', name: 'currentPassword', type: 'password', autoComplete: 'current-password', required: true }} />
        <TextField
          {...{ label: 'New password', name: 'newPassword', type: 'password', autoComplete: 'new-password', required: true }}
          hint="12 to 128 characters, not the e-mail address"
        />
      </MutationForm>
    </section>
  );
}
