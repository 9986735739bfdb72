import { useMemo, type ReactNode } from 'react';
import { useAllPages, type Connection } from '../api/use-all-pages.js';
import type { MemberPageProps } from '../routes.js';
import { useAnnounce } from '../ui/announce.js';
import { ConfirmButton } from '../ui/confirm.js';
import { DataTable, type Column } from '../ui/data-table.js';
import { words } from '../ui/format.js';
import { Loaded } from '../ui/loaded.js';
import { Time } from '../ui/values.js';
import { useClock } from '../platform/clock.context.js';
import type { Viewer } from './identity.documents.js';
import { hasRunOut } from './invitation.standing.js';
import { InviteForm } from './invite.form.js';
import { mayManage } from './permissions.js';
import { RoleSelect } from './role.select.js';
import { MEMBERS, REMOVE_MEMBER, type Member } from './settings.documents.js';
import { SettingsShell } from './settings.shell.js';

const ALL = {};
const membersOf = ({ members }: { readonly members: Connection<Member> }): Connection<Member> => members;

/** Who belongs to the organization, and what each may do. */
export function PeoplePage({ viewer }: MemberPageProps): ReactNode {
  const query = useAllPages(MEMBERS, ALL, membersOf);
  const columns = useMemo(() => columnsOf(viewer), [viewer]);
  return (
    <SettingsShell viewer={viewer} title="Settings" lead={<>Who acts for {viewer.organization.name}, and what each may do.</>}>
      <Loaded query={query} rows={5}>
        {({ nodes }) => (
          <>
            <DataTable caption="People" columns={columns} rows={nodes} keyOf={({ memberId }) => memberId} />
            {mayManage(viewer) ? <InviteForm /> : <p>Owners invite people and give them roles.</p>}
          </>
        )}
      </Loaded>
    </SettingsShell>
  );
}

function columnsOf(viewer: Viewer): readonly Column<Member>[] {
  const columns: Column<Member>[] = [
    {
      ...{ id: 'name', title: 'Name', isRowHeader: true },
      sortBy: ({ name }) => name,
      cell: ({ name, memberId }) => (
        <>
          {name}
          {viewer.actor === `member:${memberId}` && <span className="badge">you</span>}
        </>
      ),
    },
    { id: 'email', title: 'E-mail address', isLong: true, sortBy: ({ email }) => email, cell: ({ email }) => email },
    {
      ...{ id: 'since', title: 'Since' },
      sortBy: ({ createdAt }) => createdAt,
      cell: ({ createdAt, invitedUntil }) => <><Time at={createdAt} />{invitedUntil !== null && <Invited until={invitedUntil} />}</>,
    },
    {
      ...{ id: 'role', title: 'Role' },
      sortBy: ({ role }) => role,
      cell: (member) => (mayManage(viewer) ? <RoleSelect member={member} /> : words(member.role)),
    },
  ];
  if (!mayManage(viewer)) return columns;
  return [...columns, { id: 'remove', title: 'Remove', isTitleHidden: true, cell: (member) => <Remove member={member} /> }];
}

/** An invitation that ran out is there until it is withdrawn or its address is used again. */
function Invited({ until }: { readonly until: string }): ReactNode {
  const clock = useClock();
  const isOver = clock !== null && hasRunOut(until, clock.now);
  return (
    <span className="quiet-note">
      {isOver ? 'did not come; the invitation ran out at ' : 'invited, has not come yet: may join until '}
      <Time at={until} />
      {isOver && ': invite again'}
    </span>
  );
}

function Remove({ member: { memberId, name, hasJoined } }: { readonly member: Member }): ReactNode {
  const announce = useAnnounce();
  return (
    <ConfirmButton
      document={REMOVE_MEMBER}
      input={{ memberId }}
      title={hasJoined ? 'Remove this person' : 'Withdraw the invitation'}
      name={<>{hasJoined ? 'Remove' : 'Withdraw'}<span className="visually-hidden">{` ${name}`}</span></>}
      onAccepted={() => announce(hasJoined ? `${name} is no member any more` : `The invitation of ${name} is withdrawn`)}
    >
      <p>
        {hasJoined
          ? `${name} is signed out everywhere at once. API keys belong to the organization: revoke those that ${name} knew.`
          : `The link that ${name} was given opens nothing any more; the address can be invited again.`}
      </p>
    </ConfirmButton>
  );
}
