import '@fontsource-variable/geist';
import '@fontsource-variable/geist-mono';
import './app.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { createRoot } from 'react-dom/client';
import { present } from '../src/kernel/assert.js';
import { App } from './app.js';
import { SessionProvider } from './identity/session.context.js';
import { ClockProvider } from './platform/clock.context.js';
import { applyTheme } from './shell/theme.js';
import { Announcements } from './ui/announce.js';

applyTheme();
createRoot(present(document.getElementById('root'), 'element #root')).render(
  // The page's policy allows no style elements; what they would hold is in app.css.
  <CSPProvider disableStyleElements>
    <SessionProvider>
      <ClockProvider>
        <Announcements>
          <App />
        </Announcements>
      </ClockProvider>
    </SessionProvider>
  </CSPProvider>,
);
