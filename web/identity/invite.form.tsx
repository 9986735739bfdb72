import { useState, type ReactNode } from 'react';
import { SelectField, TextField } from '../ui/field.js';
import { words } from '../ui/format.js';
import { MutationForm } from '../ui/mutation-form.js';
import { CopyButton, Time } from '../ui/values.js';
import type { Role } from './identity.documents.js';
import { ROLES } from './roles.js';
import { INVITE_MEMBER } from './settings.documents.js';

interface Invited {
  readonly name: string;
  readonly link: string;
  readonly expiresAt: string;
}

/** Whoever is invited is written to, and can be given the link by whatever way one trusts as well. */
export function InviteForm(): ReactNode {
  const [invited, setInvited] = useState<Invited | null>(null);
  return (
    <section className="card" aria-labelledby="invite">
      <h2 id="invite" className="card-title">Invite somebody</h2>
      <MutationForm
        document={INVITE_MEMBER}
        read={(form) => form.result({ name: form.text('name'), email: form.text('email'), role: form.text('role') as Role })}
        onAccepted={({ token, expiresAt, member }) => {
          // Behind the # it is sent to no server. An answer that is repeated has no token.
          const link = token === null ? '' : `${location.origin}/app/invite#token=${encodeURIComponent(token)}`;
          setInvited({ name: member.name, link, expiresAt });
        }}
        submit="Invite"
      >
        <div className="columns">
          <TextField {...{ label: 'Name', name: 'name', autoComplete: 'off', required: true }} />
          <TextField {...{ label: 'E-mail address', name: 'email', type: 'email', autoComplete: 'off', required: true }} />
          <RoleField />
        </div>
      </MutationForm>
      {invited !== null && <Link invited={invited} />}
    </section>
  );
}

const CHOICES = ROLES.map(({ value }) => ({ value, text: words(value) }));

/** What a role may do stands under it: in the list it would be cut off. */
function RoleField(): ReactNode {
  const [role, setRole] = useState<Role>('TRADER');
  const [, may = ''] = (ROLES.find(({ value }) => value === role)?.text ?? '').split(': ');
  return <SelectField {...{ label: 'Role', name: 'role', hint: may, choices: CHOICES, value: role }} onChange={({ target }) => setRole(target.value as Role)} />;
}

function Link({ invited: { name, link, expiresAt } }: { readonly invited: Invited }): ReactNode {
  if (link === '') return <p className="notice" role="status">{`${name} is invited. The link was shown before: withdraw the invitation and invite again for another.`}</p>;
  return (
    <div className="notice" role="status">
      <p>{`Give this link to ${name} yourself: it is shown once, and good until `}<Time at={expiresAt} />.</p>
      <p className="shown-once"><code className="secret">{link}</code><CopyButton text={link} label="Copy the link" /></p>
    </div>
  );
}
