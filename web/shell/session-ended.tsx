import type { ReactNode } from 'react';
import { useLeave, useSession } from '../identity/session.context.js';
import { SignInForm } from '../identity/sign-in.form.js';
import { Dialog } from '../ui/dialog.js';

/** Over the page, not in its place: what was typed there is still there after signing in again. */
export function SessionEnded(): ReactNode {
  const session = useSession();
  const leave = useLeave();
  if (session.state !== 'signed-in' || !session.hasEnded) return null;
  return (
    <Dialog title="Your session has ended" onClose={leave}>
      <p>Sign in again to go on where you were: nothing that you typed is lost.</p>
      <SignInForm />
    </Dialog>
  );
}
