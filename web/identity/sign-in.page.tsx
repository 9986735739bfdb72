import type { ReactNode } from 'react';
import { TextField } from '../ui/field.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Page } from '../ui/page.js';
import { goTo, Link } from '../ui/router.js';
import { SIGN_IN } from './identity.documents.js';

export function SignInPage(): ReactNode {
  return (
    <Page title="Sign in" lead={<>New here? <Link to="/app/sign-up">Sign up</Link>.</>}>
      <SignInForm onDone={() => goTo('/')} />
    </Page>
  );
}

/** Also shown in the place of a page that is only for members. */
export function SignInForm({ onDone }: { readonly onDone?: () => void }): ReactNode {
  return (
    <section className="card narrow">
      <MutationForm
        document={SIGN_IN}
        read={(form) => form.result({ email: form.text('email'), password: form.secret('password') })}
        onAccepted={() => onDone?.()}
        submit="Sign in"
      >
        <TextField label="E-mail address" name="email" type="email" autoComplete="username" required />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
      </MutationForm>
    </section>
  );
}
