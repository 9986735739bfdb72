import { useEffect, useState, type ReactNode } from 'react';
import { TextField } from '../ui/field.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Page } from '../ui/page.js';
import { goTo, Link } from '../ui/router.js';
import { ACCEPT_INVITATION } from './identity.documents.js';

/**
 * Whoever was invited chooses a password. The token comes behind the # of the address, which no
 * browser sends anywhere, and is taken out of it at once.
 */
export function InvitePage(): ReactNode {
  const [token] = useState(givenToken);
  // Not while it is drawn: React may draw twice before anything is there, and the second time would find none.
  useEffect(() => history.replaceState(null, '', location.pathname), []);
  return (
    <Page title="Join an organization" lead="Somebody invited you. Choose a password; then sign in with your e-mail address.">
      <section className="card narrow">
        <MutationForm
          document={ACCEPT_INVITATION}
          read={(form) => form.result({ token: form.secret('token'), password: form.secret('password') })}
          onAccepted={() => goTo('/app/sign-in')}
          submit="Join"
        >
          <TextField
            {...{ label: 'Invitation', name: 'token', autoComplete: 'off', defaultValue: token, required: true }}
            hint="The token that you were handed; it lasts 7 days"
          />
          <TextField
            {...{ label: 'Password', name: 'password', type: 'password', autoComplete: 'new-password' }}
            hint="12 to 128 characters, not the e-mail address"
            required
          />
        </MutationForm>
        <p className="quiet-note">Joined already? <Link to="/app/sign-in">Sign in</Link>.</p>
      </section>
    </Page>
  );
}

function givenToken(): string {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
}
