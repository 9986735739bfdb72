import type { ReactNode } from 'react';
import { TextField } from '../ui/field.js';
import { MutationForm } from '../ui/mutation-form.js';
import { SIGN_IN } from './identity.documents.js';

/** On a page of its own, in the place of one that is only for members, and over one whose session ended. */
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
