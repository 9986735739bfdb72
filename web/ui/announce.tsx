import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from 'react';

type Announce = (text: string) => void;
/** Long enough to read, and what it says is on the page as well. */
const SHOWN_MS = 15_000;
const Announcer = createContext<Announce>(() => undefined);

/** Says what was done, to eyes and to screen readers. */
export function useAnnounce(): Announce {
  return useContext(Announcer);
}

export function Announcements({ children }: { readonly children: ReactNode }): ReactNode {
  const [said, setSaid] = useState<{ readonly text: string; readonly turn: number } | null>(null);
  const announce = useCallback<Announce>((text) => {
    setSaid((before) => ({ text, turn: (before?.turn ?? 0) + 1 }));
  }, []);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <Announcer value={announce}>
      {children}
      <div role="status" className="announcement">
        {said !== null && (
          <p key={said.turn}>
            {said.text}
            <button type="button" className="quiet" onClick={() => setSaid(null)}>Dismiss</button>
          </p>
        )}
      </div>
    </Announcer>
  );
}
