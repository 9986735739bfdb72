import { useState, type ReactNode } from 'react';
import type { MutationDocument, Accepted } from '../api/use-mutation.js';
import { Dialog } from './dialog.js';
import { MutationButton } from './mutation-form.js';

/** A change that cannot be taken back: what it means is said before it is made. */
export function ConfirmButton<Input, Answer extends object>({
  document,
  input,
  onAccepted,
  title,
  name,
  children,
}: {
  readonly document: MutationDocument<Input, Answer>;
  readonly input: Input;
  readonly onAccepted: (answer: Accepted<Answer>) => void;
  /** The change in a few words: heads the dialog, and is on the button that makes it. */
  readonly title: string;
  /** What is on the button that opens the dialog. */
  readonly name: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="quiet" onClick={() => setOpen(true)}>{name}</button>
      {isOpen && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          {children}
          <div className="buttons">
            <MutationButton
              {...{ document, input, className: 'danger' }}
              onAccepted={(answer) => {
                setOpen(false);
                onAccepted(answer);
              }}
            >
              {title}
            </MutationButton>
            <button type="button" className="quiet" onClick={() => setOpen(false)} data-begin>Keep it</button>
          </div>
        </Dialog>
      )}
    </>
  );
}
