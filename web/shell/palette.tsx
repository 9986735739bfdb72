import { Autocomplete } from '@base-ui/react/autocomplete';
import { useMemo, type ReactNode } from 'react';
import { useQuery } from '../api/use-query.js';
import { useLeave, useViewer } from '../identity/session.context.js';
import { MARKETS } from '../providers/providers.documents.js';
import { startTour } from '../tour/tour.state.js';
import { Dialog } from '../ui/dialog.js';
import { LOCAL_TIMES, SINGLE_KEYS, usePreference } from '../ui/preference.js';
import { goTo } from '../ui/router.js';
import { pagesFor } from './pages-for.js';
import { applyTheme, THEMES } from './theme.js';

interface Command {
  readonly name: string;
  readonly hint: string;
  readonly run: () => void;
}

const NOTHING = {};
const ONCE = { everyMs: null };

/** Everything there is to go to or to do, by a few letters of its name. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const commands = useCommands();
  const run = (command: Command): void => {
    onClose();
    command.run();
  };
  return (
    <Dialog title="Go to or do" onClose={onClose} className="palette">
      <Autocomplete.Root
        inline
        open
        items={commands}
        itemToStringValue={({ name }: Command) => name}
        autoHighlight="always"
      >
        <Autocomplete.Input aria-label="Go to or do" placeholder="A page, a market, a command…" data-begin />
        <Autocomplete.Empty className="palette-empty">Nothing has such a name.</Autocomplete.Empty>
        <Autocomplete.List className="palette-list">
          {(command: Command) => (
            <Autocomplete.Item
              key={command.name}
              value={command}
              className="palette-item"
              onClick={() => run(command)}
            >
              <span>{command.name}</span>
              <span className="quiet-note">{command.hint}</span>
            </Autocomplete.Item>
          )}
        </Autocomplete.List>
      </Autocomplete.Root>
    </Dialog>
  );
}

function useCommands(): readonly Command[] {
  const viewer = useViewer();
  const leave = useLeave();
  const query = useQuery(MARKETS, NOTHING, ONCE);
  const isLocalShown = usePreference(LOCAL_TIMES);
  const hasKeys = usePreference(SINGLE_KEYS);
  return useMemo(() => {
    const pools = query.state === 'ready' ? query.data.pools.edges : [];
    const markets = [...new Set(pools.map(({ node }) => node.marketId))].sort();
    return [
      ...pagesFor(viewer).map(({ title, path, nav }) => ({
        ...{ name: title, hint: `G ${nav.key.toUpperCase()}`, run: () => goTo(path) },
      })),
      ...markets.flatMap((market) => [
        { name: `Offers of ${market}`, hint: 'market', run: () => goTo(`/?market=${encodeURIComponent(market)}`) },
        { name: `Bid for ${market}`, hint: 'order ticket', run: () => goTo(`/app/bid?market=${encodeURIComponent(market)}`) },
      ]),
      ...THEMES.map((theme) => ({ name: `Appearance: ${theme}`, hint: '', run: () => applyTheme(theme) })),
      { name: isLocalShown ? 'Times: UTC alone' : 'Times: local beside UTC', hint: '', run: () => LOCAL_TIMES.set(!isLocalShown) },
      { name: `Keys without Ctrl: ${hasKeys ? 'off' : 'on'}`, hint: 'G, /', run: () => SINGLE_KEYS.set(!hasKeys) },
      { name: 'Take the tour', hint: 'the first steps here', run: startTour },
      viewer === null
        ? { name: 'Sign in', hint: '', run: () => goTo('/app/sign-in') }
        : { name: 'Sign out', hint: '', run: leave },
    ];
  }, [viewer, leave, query, isLocalShown, hasKeys]);
}
