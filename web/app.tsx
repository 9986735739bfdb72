import { useState, type ReactNode } from 'react';
import { useIsReachable } from './api/connection.js';
import { Clock } from './platform/clock.js';
import { EvidenceCard } from './providers/evidence.js';
import { AccountMenu } from './shell/account.menu.js';
import { CurrentPage } from './shell/current-page.js';
import { Navigation } from './shell/navigation.js';
import { PaletteButton } from './shell/palette.button.js';
import { SessionEnded } from './shell/session-ended.js';
import { usePreparation } from './shell/use-preparation.js';
import { useShortcuts } from './shell/use-shortcuts.js';
import { Tour } from './tour/tour.js';
import { LocalTimeCard } from './ui/local-time.js';
import { Link } from './ui/router.js';

/** What stands around every page. */
export function App(): ReactNode {
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  useShortcuts(() => setPaletteOpen(true));
  usePreparation();
  return (
    <>
      <a className="skip" href="#content">Skip to content</a>
      <div className="shell">
        <header className="top">
          <Link to="/" className="brand">Headroom</Link>
          <PaletteButton isOpen={isPaletteOpen} setOpen={setPaletteOpen} />
          <Clock />
          <AccountMenu />
        </header>
        <Navigation />
        <div className="stage">
          <Reachability />
          <Tour />
          <main id="content" tabIndex={-1}>
            <CurrentPage />
          </main>
        </div>
      </div>
      <SessionEnded />
      <EvidenceCard />
      <LocalTimeCard />
    </>
  );
}

function Reachability(): ReactNode {
  const isReachable = useIsReachable();
  return (
    <div role="status">
      {!isReachable && (
        <p className="offline">The exchange does not answer. What you see may be old; it goes on by itself.</p>
      )}
    </div>
  );
}
