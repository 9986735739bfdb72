import { createRoot } from 'react-dom/client';
import { present } from '../src/kernel/assert.js';
import { App } from './app.js';
import { SessionProvider } from './identity/session.context.js';
import { ClockProvider } from './platform/clock.context.js';
import { Announcements } from './ui/announce.js';

createRoot(present(document.getElementById('root'), 'element #root')).render(
  <SessionProvider>
    <ClockProvider>
      <Announcements>
        <App />
      </Announcements>
    </ClockProvider>
  </SessionProvider>,
);
