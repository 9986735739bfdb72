import { Menu } from '@base-ui/react/menu';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { assertNever } from '../../src/kernel/assert.js';
import type { Viewer } from '../identity/identity.documents.js';
import { useLeave, useSession } from '../identity/session.context.js';
import { startTour } from '../tour/tour.state.js';
import { words } from '../ui/format.js';
import { LOCAL_TIMES, SINGLE_KEYS, usePreference } from '../ui/preference.js';
import { Link } from '../ui/router.js';
import { applyTheme, THEMES, useTheme } from './theme.js';

const THEME_NAMES = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;

/** Who is signed in, how the page looks, and the way out. */
export function AccountMenu(): ReactNode {
  const session = useSession();
  switch (session.state) {
    case 'unknown':
      return <div className="account" aria-hidden />;
    case 'signed-out':
      return (
        <div className="account">
          <Link to="/app/sign-in" className="text-link">Sign in</Link>
          <Link to="/app/sign-up" className="button">Sign up</Link>
        </div>
      );
    case 'signed-in':
      return <Account viewer={session.viewer} />;
    default:
      return assertNever(session);
  }
}

function Account({ viewer: { organization, role } }: { readonly viewer: Viewer }): ReactNode {
  const theme = useTheme();
  const leave = useLeave();
  const isLocalShown = usePreference(LOCAL_TIMES);
  const hasKeys = usePreference(SINGLE_KEYS);
  return (
    <div className="account">
      <Menu.Root modal={false}>
        <Menu.Trigger className="account-button">
          <span className="avatar" aria-hidden>{organization.name.slice(0, 1).toUpperCase()}</span>
          <span className="account-name"><span className="visually-hidden">Account of </span>{organization.name}</span>
          <ChevronDown aria-hidden />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner align="end" sideOffset={6}>
            <Menu.Popup className="menu">
              <p className="menu-head">
                <strong>{organization.name}</strong>
                {role !== null && <span className="quiet-note">{words(role)}</span>}
              </p>
              <Menu.RadioGroup value={theme} onValueChange={applyTheme}>
                {THEMES.map((one) => (
                  <Menu.RadioItem key={one} value={one} className="menu-item">
                    {THEME_NAMES[one]}
                    <Menu.RadioItemIndicator><Check aria-hidden /></Menu.RadioItemIndicator>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
              <Menu.Separator className="menu-line" />
              <Switch isOn={isLocalShown} onChange={LOCAL_TIMES.set}>Local times beside UTC</Switch>
              <Switch isOn={hasKeys} onChange={SINGLE_KEYS.set}>Keys without Ctrl</Switch>
              <Menu.Separator className="menu-line" />
              <Menu.Item className="menu-item" onClick={startTour}>Take the tour</Menu.Item>
              <Menu.Item className="menu-item" onClick={leave}>Sign out</Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </div>
  );
}

function Switch({ isOn, onChange, children }: { readonly isOn: boolean; readonly onChange: (isOn: boolean) => void; readonly children: string }): ReactNode {
  return (
    <Menu.CheckboxItem checked={isOn} onCheckedChange={onChange} className="menu-item">
      {children}
      <Menu.CheckboxItemIndicator><Check aria-hidden /></Menu.CheckboxItemIndicator>
    </Menu.CheckboxItem>
  );
}
