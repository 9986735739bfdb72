import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';

type Announce = (text: string) => void;
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
