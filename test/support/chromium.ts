import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

// Debian's Chromium: without the windows around a page where that is installed, which takes a third less of a processor; or the whole of it.

const GIVEN = process.env['CHROMIUM_PATH'];
const WHOLE = '/usr/bin/chromium';
const WINDOWLESS = '/usr/bin/chromium-headless-shell';

/** One of each for all files of a process, as long as the next one comes soon: each visitor has cookies and a cache of their own. */
const running = new Map<string, Promise<Browser>>();
let users = 0;
const IDLE_MS = 2_000;

export function useBrowsers(): void {
  users += 1;
}

export function letBrowsersGo(): void {
  users -= 1;
  setTimeout(() => {
    if (users > 0) return;
    for (const browser of running.values()) void browser.then((one) => one.close());
    running.clear();
  }, IDLE_MS).unref();
}

/** @param isWhole what is not in the page itself is looked at: it shows a PDF, and knows a finger from a mouse */
export function openBrowser(isWhole: boolean): Promise<Browser> {
  const path = GIVEN ?? (isWhole || !existsSync(WINDOWLESS) ? WHOLE : WINDOWLESS);
  const known = running.get(path) ?? launch(path);
  running.set(path, known);
  return known;
}

function launch(executablePath: string): Promise<Browser> {
  const quiet = ['background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`);
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet];
  return chromium.launch({ executablePath, args });
}
