import { useState, type ReactNode } from 'react';
import { DAY_MS, HOUR_MS } from '../../src/kernel/time.js';
import { useSession } from '../identity/session.context.js';
import { useAnnounce } from '../ui/announce.js';
import { Dialog } from '../ui/dialog.js';
import { TextField } from '../ui/field.js';
import { utc } from '../ui/format.js';
import { MutationButton, MutationForm } from '../ui/mutation-form.js';
import { fieldOf } from '../ui/time.js';
import { useClock, type ExchangeClock } from './clock.context.js';
import { ADVANCE_CLOCK } from './clock.documents.js';

/** What time it is at the exchange, and for whoever runs a simulated one: the way forward. */
export function Clock(): ReactNode {
  const clock = useClock();
  const session = useSession();
  const [isOpen, setOpen] = useState(false);
  if (clock === null) return <div className="clock" aria-hidden />;
  const mayAdvance =
    clock.isSimulated && session.state === 'signed-in' && session.viewer.isPlatformAdmin;
  return (
    <div className="clock">
      <span className="visually-hidden">Time at the exchange: </span>
      <time dateTime={clock.now}>{utc(clock.now)} UTC</time>
      {clock.isSimulated && <span className="badge">simulated</span>}
      {mayAdvance && (
        <button type="button" className="quiet" onClick={() => setOpen(true)}>Advance…</button>
      )}
      {isOpen && <AdvanceDialog clock={clock} onClose={() => setOpen(false)} />}
    </div>
  );
}

const STEPS = [
  { name: '1 hour', ms: HOUR_MS },
  { name: '1 day', ms: DAY_MS },
  { name: '30 days', ms: 30 * DAY_MS },
] as const;

function AdvanceDialog({
  clock: { now },
  onClose,
}: {
  readonly clock: ExchangeClock;
  readonly onClose: () => void;
}): ReactNode {
  const announce = useAnnounce();
  const done = (at: string): void => {
    announce(`It is ${utc(at)} UTC now`);
    onClose();
  };
  const after = (ms: number): { to: string } => ({ to: new Date(Date.parse(now) + ms).toISOString() });
  return (
    <Dialog title="Advance the clock" onClose={onClose}>
      <p>
        It is {utc(now)} UTC. A simulated clock goes forward only; everything that falls due on the
        way happens.
      </p>
      <div className="buttons">
        {STEPS.map(({ name, ms }) => (
          <MutationButton
            key={name}
            document={ADVANCE_CLOCK}
            input={after(ms)}
            onAccepted={({ clock }) => done(clock.now)}
          >
            {`+ ${name}`}
          </MutationButton>
        ))}
      </div>
      <MutationForm
        document={ADVANCE_CLOCK}
        read={(form) => form.result({ to: form.instant('to') })}
        onAccepted={({ clock }) => done(clock.now)}
        submit="Advance to this time"
      >
        <TextField label="To (UTC)" name="to" type="datetime-local" defaultValue={fieldOf(Date.parse(now) + HOUR_MS)} />
      </MutationForm>
    </Dialog>
  );
}
