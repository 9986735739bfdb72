import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { INSECURE_SESSION_COOKIE } from '../../src/api/http/request-authenticator.js';
import { startTestApp, type ApiClient, type TestApp } from './app.js';
import { audit } from './page-audit.js';

/** Debian's Chromium: without the windows around a page where it is installed, which takes a third less of a processor, or the whole of it. */
const INSTALLED = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const EXECUTABLE = process.env['CHROMIUM_PATH'] ?? INSTALLED.find((path) => existsSync(path)) ?? '/usr/bin/chromium';
/** A folder to keep pictures of the pages in; without it none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS'];
/** A page either answers within this, or does not. */
const PATIENCE_MS = 30_000;

export const PASSWORD = 'correct horse battery staple';
/** Small and dark, as a telephone at night. */
export const TELEPHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;
export const DESK = { viewport: { width: 1440, height: 900 } } as const;

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** https://dequeuniversity.com/rules/axe/: what keeps people out, and what WCAG 2.2 AA asks for. */
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The rules that look at colours: in another scheme the page is otherwise the same. */
const AXE_COLOURS = ['color-contrast', 'link-in-text-block'];
/** What stands around every page. */
const SHELL = [['.side'], ['.top']];
/** Movement of what is on show already: https://web.dev/articles/cls. A tenth of what counts as good. */
const SHIFT_MAX = 0.01;
/** Of a page one comes to within the others, when its answer comes: a fifth of what counts as good. */
const SETTLING_MAX = 0.02;

/** One for all files of a process, as long as the next one comes soon: each visitor has cookies and a cache of their own. */
let browser: Promise<Browser> | null = null;
let offices = 0;
const IDLE_MS = 2_000;

function letGo(): void {
  offices -= 1;
  setTimeout(() => {
    if (offices > 0) return;
    void browser?.then((one) => one.close());
    browser = null;
  }, IDLE_MS).unref();
}

function launch(): Promise<Browser> {
  const quiet = ['background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`);
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet];
  return chromium.launch({ executablePath: EXECUTABLE, args });
}

/** The product with its pages, and a browser that looks at them. */
export class TestOffice {
  private readonly contexts: BrowserContext[] = [];

  private constructor(
    readonly app: TestApp,
    private readonly browser: Browser,
  ) {}

  static async open(): Promise<TestOffice> {
    browser ??= launch();
    offices += 1;
    const [app, shared] = await Promise.all([startTestApp({ hasPages: true }), browser]);
    return new TestOffice(app, shared);
  }

  /** Somebody with cookies of their own. */
  async visitor({
    isNew = false,
    ...options
  }: Parameters<Browser['newContext']>[0] & { readonly isNew?: boolean } = {}): Promise<Visitor> {
    const { url: baseURL } = this.app;
    const context = await this.browser.newContext({ baseURL, reducedMotion: 'reduce', ...options });
    this.contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(watchShifts);
    // Whoever comes for the first time is shown around; a test of that says so.
    if (!isNew) await context.addInitScript(() => (globalThis as any).localStorage?.setItem('headroom-tour', 'over'));
    return new Visitor(await context.newPage());
  }

  /** Somebody who has just signed up, and stands in the market; how one signs up is a story of its own. */
  async member(
    name: string,
    options: Parameters<TestOffice['visitor']>[0] & { readonly isProvider?: boolean } = {},
  ): Promise<Visitor> {
    const { isProvider = false, ...rest } = options;
    const client = this.app.stranger();
    const email = `${name.toLowerCase()}@example.com`;
    await client.mustMutate('signUp', 'SignUpInput', { ...{ organizationName: name, name: 'Ada', email, password: PASSWORD }, ...{ isProvider, isBuyer: true } });
    await client.mustMutate('signIn', 'SignInInput', { email, password: PASSWORD });
    const visitor = await this.as(client, rest);
    await visitor.page.goto('/');
    await visitor.account().waitFor();
    return visitor;
  }

  /** Somebody who signed up through the API, at a browser of their own. */
  async as(client: ApiClient, options: Parameters<TestOffice['visitor']>[0] = {}): Promise<Visitor> {
    const visitor = await this.visitor(options);
    const [, value = ''] = /=(.*)$/.exec(client.cookie ?? '') ?? [];
    // By the name that needs no secure connection: a browser takes the other one from a server only.
    await visitor.page.context().addCookies([{ name: INSECURE_SESSION_COOKIE, value, url: this.app.url }]);
    return visitor;
  }

  /** The same person by API: their cookie. */
  async clientOf({ page }: Visitor): Promise<ApiClient> {
    const client = this.app.stranger();
    const [cookie] = await page.context().cookies();
    client.cookie = `${cookie?.name}=${cookie?.value}`;
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.contexts.map((context) => context.close()));
    await this.app.close();
    letGo();
  }
}

/** One person at one browser, and everything the browser had to complain about. */
export class Visitor {
  readonly complaints: string[] = [];
  /** Widths at which what stands around every page was looked at. */
  private readonly shells = new Set<number>();

  constructor(readonly page: Page) {
    page.on('console', (message) => {
      const type = message.type();
      if (type === 'error' || type === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('response', (response) => {
      if (response.status() >= 400) this.complaints.push(`${response.status()} ${response.url()}`);
    });
  }

  async signUp(name: string, isProvider: boolean): Promise<void> {
    const { page } = this;
    await page.getByLabel('Organization', { exact: true }).fill(name);
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('E-mail address').fill(`${name.toLowerCase()}@example.com`);
    await page.getByLabel('Password').fill(PASSWORD);
    if (isProvider) await page.getByLabel('provide capacity').check();
    await page.getByRole('button', { name: 'Sign up' }).click();
    await this.account().waitFor();
  }

  account(): ReturnType<Page['locator']> {
    return this.page.getByRole('button', { name: /^Account of/ });
  }

  async signOut(): Promise<void> {
    await this.account().click();
    await this.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await this.account().waitFor({ state: 'detached' });
  }

  /** To a page, by the links beside it, or behind a button where there is no room for them. */
  async goTo(name: string): Promise<void> {
    const menu = this.page.getByRole('button', { name: 'Pages', exact: true });
    if (await menu.isVisible()) await menu.click();
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  /** Nothing is on its way any more. */
  async settled(): Promise<void> {
    await this.page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
  }

  /** The part that shows this figure under this name. */
  figure(name: string, amount: string): ReturnType<Page['locator']> {
    const { page } = this;
    const box = page.locator('.figures > div').filter({ has: page.getByText(name, { exact: true }) });
    return box.getByText(amount);
  }

  /** Whoever cannot see, cannot use a mouse or has a small screen can use what is on show. */
  async expectSound(name: string): Promise<void> {
    const { page, complaints } = this;
    // What was said lies over the page for a while, and hides some of it.
    await page.evaluate(() => (globalThis as any).document.querySelector('.announcement button')?.click());
    await page.locator('.announcement button').waitFor({ state: 'detached' });
    // What is scrolled half behind the head of the page is no smaller for that.
    await page.evaluate(() => (globalThis as any).scrollTo({ top: 0, behavior: 'instant' }));
    if (SCREENSHOTS !== undefined) await this.keepPictures(SCREENSHOTS, name);
    const found = [...(await audit(page)), ...(await this.axe('light', AXE_TAGS, 'html', this.hasShell())), ...(await this.axe('dark', AXE_COLOURS))];
    expect({ name, found, complaints }).toEqual({ name, found: [], complaints: [] });
  }

  /** Nothing that was on show moved by itself since the page was loaded. */
  async expectStill(name: string): Promise<void> {
    expect({ name, shifts: await this.shifts() }).toEqual({ name, shifts: [] });
  }

  /** What moved by itself, where that is more than nobody sees. */
  async shifts(): Promise<readonly { readonly value: number; readonly what: string }[]> {
    const shifts = await this.page.evaluate(() => (globalThis as any).shifts as { value: number; what: string }[]);
    const sum = shifts.reduce((total, { value }) => total + value, 0);
    return sum > SHIFT_MAX ? shifts : [];
  }

  /** What moved by itself since this was asked last (https://web.dev/articles/cls), but for the way past the navigation, which comes with the focus. */
  async movedSince(): Promise<readonly string[]> {
    const shifts = await this.page.evaluate(() => (globalThis as any).shifts.splice(0) as { value: number; what: string }[]);
    const moved = shifts.filter(({ what }) => what !== 'A.skip');
    const sum = moved.reduce((total, { value }) => total + value, 0);
    return sum > SETTLING_MAX ? [`moves by ${sum.toFixed(3)} when its answer comes: ${moved.map(({ what }) => what).join('; ')}`] : [];
  }

  /** What axe finds serious of a part of the page, and not of what stands around every page. */
  seriousIn(part: string): Promise<readonly string[]> {
    return this.axe('light', AXE_TAGS, part);
  }

  /** The same, and of its colours by night as well. */
  async seriousByDayAndNight(part: string): Promise<readonly string[]> {
    return [...(await this.seriousIn(part)), ...(await this.axe('dark', AXE_COLOURS, part))];
  }

  /** Whether what stands around every page was looked at already, at this size: it is the same on the next one. */
  private hasShell(): boolean {
    const width = this.page.viewportSize()?.width ?? 0;
    const isKnown = this.shells.has(width);
    this.shells.add(width);
    return isKnown;
  }

  /** At a desk and at a telephone, by day and by night; what is on show is then as it was. */
  private async keepPictures(folder: string, name: string): Promise<void> {
    const { page } = this;
    const own = page.viewportSize() ?? DESK.viewport;
    await mkdir(folder, { recursive: true });
    for (const [size, { viewport }] of Object.entries({ desk: DESK, telephone: TELEPHONE })) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`), fullPage: true });
      }
    }
    await page.setViewportSize(own);
  }

  private async axe(colorScheme: 'light' | 'dark', only: readonly string[], within = 'html', isShellKnown = false): Promise<readonly string[]> {
    const { page } = this;
    await page.emulateMedia({ colorScheme });
    const hasAxe = await page.evaluate(() => 'axe' in globalThis);
    // Through the debugger: the page's policy lets no other script in.
    if (!hasAxe) await page.evaluate(await readFile(AXE, 'utf8'));
    // The style sheets are every page's: to read them is half of the work, and is done with what stands around a page.
    const readsStyles = only === AXE_TAGS && within === 'html' && !isShellKnown;
    return page.evaluate(
      async ([rules, scheme, part, exclude, preload]) => {
        const { axe } = globalThis as any;
        const { violations } = await axe.run({ include: [[part]], exclude }, { runOnly: rules, resultTypes: ['violations'], preload });
        return violations
          .filter(({ impact }: any) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }: any) => `${scheme} ${id}: ${nodes.map(({ html }: any) => html.slice(0, 110)).slice(0, 3).join(' | ')}`);
      },
      [only, colorScheme, within, isShellKnown ? SHELL : [], readsStyles] as const,
    );
  }
}

/** Runs in the page before anything else there. */
function watchShifts(): void {
  const shifts: { value: number; what: string }[] = [];
  (globalThis as any).shifts = shifts;
  const Observer = (globalThis as any).PerformanceObserver;
  new Observer((list: any) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      const what = (sources ?? []).map(({ node }: any) => `${node?.nodeName}.${node?.className?.baseVal ?? node?.className}`).join(' ');
      if (!hadRecentInput) shifts.push({ value, what });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}
