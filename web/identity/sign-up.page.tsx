import type { VariablesOf } from 'gql.tada';
import { useRef, type ReactNode } from 'react';
import type { Result } from '../../src/kernel/result.js';
import type { Issue } from '../api/refusal.documents.js';
import { useMutation } from '../api/use-mutation.js';
import { CheckField, TextField } from '../ui/field.js';
import type { FormReader } from '../ui/form-reader.js';
import { MutationForm } from '../ui/mutation-form.js';
import { Page } from '../ui/page.js';
import { goTo, Link } from '../ui/router.js';
import { SIGN_IN, SIGN_UP } from './identity.documents.js';

type SignUpInput = VariablesOf<typeof SIGN_UP>['input'];

/** Makes an organization with its owner, and signs the owner in. */
export function SignUpPage(): ReactNode {
  const { run: signIn } = useMutation(SIGN_IN);
  const credentials = useRef({ email: '', password: '' });
  const read = (form: FormReader): Result<SignUpInput, readonly Issue[]> => {
    const input = readSignUp(form);
    if (input.ok) credentials.current = { email: input.value.email, password: input.value.password };
    return input;
  };
  const enter = async (): Promise<void> => {
    const session = await signIn(credentials.current);
    credentials.current = { email: '', password: '' };
    goTo(session === null ? '/app/sign-in' : '/');
  };
  return (
    <Page title="Sign up" lead={<span>Signed up already? <Link to="/app/sign-in">Sign in</Link>.</span>}>
      <section className="card narrow">
        <MutationForm document={SIGN_UP} read={read} onAccepted={() => void enter()} submit="Sign up">
          <TextField label="Organization" name="organizationName" autoComplete="organization" required />
          <TextField label="Your name" name="name" autoComplete="name" required />
          <TextField label="E-mail address" name="email" type="email" autoComplete="username" required />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="new-password"
            hint="12 to 128 characters, not the e-mail address"
            required
          />
          <fieldset>
            <legend>Your organization will</legend>
            <CheckField label="buy capacity" name="isBuyer" defaultChecked />
            <CheckField label="provide capacity" name="isProvider" />
          </fieldset>
        </MutationForm>
      </section>
    </Page>
  );
}

function readSignUp(form: FormReader): Result<SignUpInput, readonly Issue[]> {
  return form.result({
    organizationName: form.text('organizationName'),
    name: form.text('name'),
    email: form.text('email'),
    password: form.secret('password'),
    isBuyer: form.checked('isBuyer'),
    isProvider: form.checked('isProvider'),
  });
}
