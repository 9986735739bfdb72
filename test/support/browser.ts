import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startTestApp, type TestApp } from './app.js';
import { audit } from './page-audit.js';

const EXECUTABLE = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
/** A folder to keep pictures of the pages in; without it none are taken. */
const SCREENSHOTS = process.env['SCREENSHOTS'];
/** A page either answers within this, or does not. */
const PATIENCE_MS = 10_000;

export const PASSWORD = 'correct horse battery staple';
/** Small and dark, as a telephone at night. */
export const TELEPHONE = { viewport: { width: 360, height: 740 }, colorScheme: 'dark' } as const;

/** The product with its pages, and a browser that looks at them. */
export class TestOffice {
  private constructor(
    readonly app: TestApp,
    private readonly browser: Browser,
  ) {}

  static async open(): Promise<TestOffice> {
    const app = await startTestApp({ hasPages: true });
    const quiet = ['background-networking', 'component-update', 'sync'].map((name) => `--disable-${name}`);
    const browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet],
    });
    return new TestOffice(app, browser);
  }

  /** Somebody with cookies of their own. */
  async visitor(options: Parameters<Browser['newContext']>[0] = {}): Promise<Visitor> {
    const { url: baseURL } = this.app;
    const context = await this.browser.newContext({ baseURL, reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    return new Visitor(await context.newPage());
  }

  /** Somebody who has just signed up, and stands in the market. */
  async member(
    name: string,
    options: Parameters<TestOffice['visitor']>[0] & { readonly isProvider?: boolean } = {},
  ): Promise<Visitor> {
    const { isProvider = false, ...rest } = options;
    const visitor = await this.visitor(rest);
    await visitor.page.goto('/app/sign-up');
    await visitor.signUp(name, isProvider);
    return visitor;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.app.close();
  }
}

/** One person at one browser, and everything the browser had to complain about. */
export class Visitor {
  readonly complaints: string[] = [];

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
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  }

  /** To a page, by the links at the top. */
  async goTo(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
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
    if (SCREENSHOTS !== undefined) {
      await mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
    }
    const found = await audit(page);
    expect({ name, found, complaints }).toEqual({ name, found: [], complaints: [] });
  }
}
