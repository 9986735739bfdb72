import { useState, type ReactNode } from 'react';
import { randomKey } from '../api/attempt.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { titleOf } from './operation.js';
import type { Asked } from './use-run.js';

/** A change is for real: it is said which, and a key is offered that keeps it from being made twice. */
export function MutationDialog({
  asked,
  onClose,
  onRun,
}: {
  readonly asked: Asked;
  readonly onClose: () => void;
  readonly onRun: (asked: Asked) => void;
}): ReactNode {
  const { operation, sent } = asked;
  const { keyVariable } = operation;
  const [key, setKey] = useState(() => given(sent.variables, keyVariable) ?? randomKey());
  const run = (): void => {
    const variables = keyVariable === null ? sent.variables : { ...sent.variables, [keyVariable]: key.trim() };
    onRun({ operation, sent: { ...sent, variables } });
  };
  return (
    <Dialog title={`Run ${titleOf(operation)}?`} onClose={onClose}>
      <p>It changes something on this exchange, in the name of whoever asks. It may cost money.</p>
      {keyVariable !== null && (
        <TextField
          {...{ label: 'Idempotency key', name: 'key', value: key }}
          hint={`Goes into $${keyVariable}. Sent again with the same key, it answers again and does nothing twice.`}
          onChange={({ target }) => setKey(target.value)}
        />
      )}
      <div className="buttons">
        <button type="button" className="danger" onClick={run}>Run the mutation</button>
        {keyVariable !== null && <button type="button" className="quiet" onClick={() => setKey(randomKey())}>Another key</button>}
        <button type="button" className="quiet" onClick={onClose} data-begin>Do not run it</button>
      </div>
    </Dialog>
  );
}

function given(variables: Asked['sent']['variables'], name: string | null): string | null {
  const value = name === null ? null : variables[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
