import { useEffect, type ReactNode } from 'react';
import { startTour } from '../tour/tour.state.js';
import { CodeTabs } from '../ui/code-tabs.js';
import { Page } from '../ui/page.js';
import { Link } from '../ui/router.js';
import { DocsNav } from './docs.nav.js';
import { TopicsSection } from './topics.section.js';
import { apiSnippets, inferenceSnippets } from './snippets.js';

/** As web/routes.tsx has them, which imports this page; page.browser.ts presses each. */
const PAGE_KEYS = [
  ['M', 'Market'],
  ['B', 'Bid'],
  ['A', 'Auctions'],
  ['P', 'Planner'],
  ['C', 'My capacity'],
  ['S', 'Serving'],
  ['W', 'Wallet'],
  ['F', 'Finance'],
  ['E', 'Settings'],
  ['H', 'Platforms'],
  ['D', 'Quick start'],
] as const;

/** Whoever comes to a part of it is taken there. */
function goToAnchor(): void {
  const part = document.getElementById(location.hash.slice(1));
  part?.scrollIntoView();
  part?.focus({ preventScroll: true });
}

/** From nothing to the first token, and to the API: what a newcomer needs, in the order of need. */
export function QuickStartPage(): ReactNode {
  const base = location.origin;
  // After the page has taken the focus to its own heading.
  useEffect(goToAnchor, []);
  return (
    <Page title="Quick start" lead="From nothing to the first token in five steps." actions={<button type="button" className="quiet" onClick={startTour}>Take the tour</button>}>
      <DocsNav />
      <div className="prose">
        <ol className="steps-list">
          <li>
            <h2>Have an organization</h2>
            <p>
              <Link to="/app/sign-up">Sign up</Link>: it takes a name, an e-mail address and a password.
              {' '}Owners, traders, finance and viewers may do what their names say.
            </p>
          </li>
          <li>
            <h2>Have money</h2>
            <p>Top up the <Link to="/app/wallet">wallet</Link>. Without a Stripe key the exchange runs on labelled TEST payments: nobody is charged.</p>
          </li>
          <li>
            <h2>Reserve, bid or plan</h2>
            <p>
              <Link to="/">The market</Link> has what is offered now. <Link to="/app/bid">A bid</Link> waits for what is not.{' '}
              <Link to="/app/plan">The planner</Link> covers a demand over time with the cheapest mix. You buy <strong>tokens per second of one
              model, over a window, under a latency promise</strong>, and may resell any part of it.
            </p>
          </li>
          <li>
            <h2>Call it</h2>
            <p>Make a key under <Link to="/app/capacity">My capacity</Link>, and use any client of OpenAI’s protocol. The model is the name of the market.</p>
            <CodeTabs label="Inference" snippets={inferenceSnippets(`${base}/v1`, 'llama-3.3-70b@fp8')} />
          </li>
          <li>
            <h2>Do all of it by API</h2>
            <p>
              Everything here is GraphQL at <code>{`${base}/graphql`}</code>. Each mutation takes a name of your own for the request: sent again, it answers again and does nothing twice.
              What cannot be done is answered by a typed rejection that says what could.{' '}
              <Link to="/docs/explorer">The explorer</Link> completes, runs and explains all of it.
            </p>
            <CodeTabs label="API" snippets={apiSnippets(base)} />
          </li>
        </ol>
        <TopicsSection />
        <h2>Units</h2>
        <dl className="lines stacked-lines">
          <div><dt>Quantity</dt><dd>whole output tokens per second; input, cached and reasoning tokens weigh what the pool says</dd></div>
          <div><dt>Price</dt><dd>USD per token/s and hour, to a millionth; shown per million tokens at full use (÷ 3,600 × 1,000,000)</dd></div>
          <div><dt>Window</dt><dd>from (with it) until (without it), UTC, on the pool’s grid</dd></div>
        </dl>
        <h2>Times</h2>
        <p>
          Everywhere UTC. Point at a time, touch it or come to it by keyboard to read it as on your own clock; <em>Local times beside UTC</em>, in the menu of
          your account and under <kbd>Ctrl</kbd> or <kbd>⌘</kbd> <kbd>K</kbd>, shows both at all times, in tables too.
        </p>
        <h2>Keyboard</h2>
        <dl className="lines keys">
          <div><dt><kbd>Ctrl</kbd> or <kbd>⌘</kbd> <kbd>K</kbd></dt><dd>go to or do anything by name</dd></div>
          <div><dt><kbd>/</kbd></dt><dd>the first filter; this and the keys below can be turned off, in the menu of your account and by name</dd></div>
          {PAGE_KEYS.map(([key, title]) => (
            <div key={key}><dt><kbd>G</kbd> then <kbd>{key}</kbd></dt><dd>{title}</dd></div>
          ))}
        </dl>
      </div>
    </Page>
  );
}
