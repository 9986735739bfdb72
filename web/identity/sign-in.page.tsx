import type { ReactNode } from 'react';
import { Page } from '../ui/page.js';
import { goTo, Link } from '../ui/router.js';
import { SignInForm } from './sign-in.form.js';

export function SignInPage(): ReactNode {
  return (
    <Page title="Sign in" lead={<span>New here? <Link to="/app/sign-up">Sign up</Link>.</span>}>
      <SignInForm onDone={() => goTo('/')} />
    </Page>
  );
}
