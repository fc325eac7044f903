import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { PictureHost } from '../support/picture-host.js';
import { runsElsewhere } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { repository } from '../support/setup-scripts.js';
import { until } from '../support/until.js';

const screenshots = join(repository, '.run/screenshots');

/** Real: a browser, API that wants keys, workers, broker, database. */
(runsElsewhere ? describe.skip : describeInBrowser)('the page of a server that wants a key', () => {
  let system: SharedSystem;
  let pictures: PictureHost;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let key: string;
  let anothersId: number;
  let errors: string[];

  beforeAll(async () => {
    await mkdir(screenshots, { recursive: true });
    pictures = await PictureHost.start();
    const environment = { API_KEYS: 'required', GALLERY: 'on' };
    system = await startSystem({ name: 'page-keys', workers: 1, others: ['image-worker'], environment });
    browser = await openBrowser();
    key = await newClient();
    anothersId = await system.client.submit(pictures.url('/square.png', 'private'), bearer(await newClient()));
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    await pictures?.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
    page = await context.newPage();
    errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(system.api.url);
  });
  afterEach(async () => {
    await context.close();
    expect(errors).toEqual([]);
  });

  const bearer = (known: string) => ({ authorization: `Bearer ${known}` });
  async function newClient(): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const { json } = await system.client.callAsOperator('POST', '/clients', '{"name":"a person"}', headers);
    return (json as unknown as { api_key: string }).api_key;
  }
  const field = () => page.getByLabel('API key', { exact: true });
  const says = (text: string) => page.locator('#key-note', { hasText: text }).waitFor();
  async function enter(text: string): Promise<void> {
    await field().fill(text);
    await page.keyboard.press('Enter');
  }
  async function enterKey(): Promise<void> {
    await enter(key);
    await says('This key is in use');
  }
  const latest = () => page.locator('#latest article');
  const isWide = (picture: ReturnType<Page['locator']>, name: string) =>
    until(
      `${name} is shown`,
      async () => (await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)) > 0,
      { within: 60_000 },
    );

  it('begins at the field for it, and shows nobody’s pictures before', async () => {
    await says('This server wants an API key');
    expect(await page.evaluate('document.activeElement.id')).toBe('api-key');
    expect(await page.locator('#latest').isVisible()).toBe(false);
    await page.screenshot({ path: join(screenshots, 'key-wanted-wide.png') });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: join(screenshots, 'key-wanted-phone.png') });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });

  it.each(['ek_wrong', 'a key with blanks', 'schlüssel', ''])('does not take “%s” for one', async (wrong) => {
    await enter(wrong);
    await says(wrong === '' ? 'Put a key here first' : 'The API does not know this key');
    expect(await page.evaluate('document.activeElement.id')).toBe('api-key');
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('has a picture described, followed and hung with its thumbnail, all by keyboard, and of no other client', async () => {
    await enterKey();
    await page.getByLabel('The address of a picture').fill(pictures.url('/picture.png', 'keyed'));
    await page.keyboard.press('Enter');
    const own = page.locator('#cards article');
    await own.locator('.words', { hasText: /\w/ }).waitFor({ timeout: 60_000 });
    await page.reload();
    // the tab remembers
    await latest().first().waitFor();
    expect(await latest().count()).toBe(1);
    expect(await page.locator('#latest').textContent()).not.toContain(`No. ${anothersId}`);
    await isWide(latest().locator('img'), 'its thumbnail');
    expect(await latest().locator('.number').getAttribute('href')).toBeNull();
    await page.screenshot({ path: join(screenshots, 'key-used-wide.png') });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: join(screenshots, 'key-used-phone.png'), fullPage: true });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  }, 120_000);

  it('has a failed picture tried again', async () => {
    const id = await system.client.submit(pictures.url('/none.png', 'keyed'), bearer(key));
    const failedAt = () =>
      until(`${id} has failed`, async () => {
        const { json } = await system.client.call('GET', `/images/${id}/status`, undefined, bearer(key));
        return (json as unknown as { finishedAt: string | null }).finishedAt ?? undefined;
      });
    const first = await failedAt();
    await enterKey();
    const card = latest().filter({ hasText: `No. ${id}` });
    await card.getByRole('button', { name: 'Try again' }).press('Enter');
    await until('it has failed again', async () => (await failedAt()) !== first);
  }, 120_000);

  it('shows a picture before and after it is processed', async () => {
    await enterKey();
    const section = page.locator('#processing');
    const buffer = await sharp({ create: { width: 600, height: 400, channels: 3, background: '#336699' } })
      .png()
      .toBuffer();
    await section.getByLabel('Picture').setInputFiles({ name: 'blue.png', mimeType: 'image/png', buffer });
    await section.getByLabel('New width').fill('120');
    await section.getByRole('button', { name: 'Process' }).press('Enter');
    await section.getByText('Done: 120 × 80 pixels').waitFor();
    await isWide(section.locator('.pair img').last(), 'the processed picture');
    expect(await section.getByRole('link', { name: 'download' }).getAttribute('href')).toMatch(/^blob:/);
    await section.screenshot({ path: join(screenshots, 'key-processing-wide.png') });
    await page.setViewportSize({ width: 390, height: 844 });
    await section.screenshot({ path: join(screenshots, 'key-processing-phone.png') });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  }, 120_000);

  it('keeps a picture that was refused for want of a key, and sends it with one', async () => {
    await page.getByLabel('The address of a picture').fill(pictures.url('/picture.png', 'late'));
    await page.keyboard.press('Enter');
    const own = page.locator('#cards article');
    await own.getByText('Not taken').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('api-key');
    await enterKey();
    await own.getByRole('button', { name: 'Try again' }).press('Enter');
    await own.locator('.words', { hasText: /^(?!.*key).*\w/ }).waitFor({ timeout: 60_000 });
  }, 120_000);

  it('forgets the key when it is told to, and in another tab', async () => {
    await enterKey();
    await page.locator('#latest').waitFor();
    await page.getByRole('button', { name: 'Forget it' }).press('Enter');
    await says('This server wants an API key');
    expect(await page.locator('#latest').isVisible()).toBe(false);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await enterKey();
    const other = await context.newPage();
    await other.goto(system.api.url);
    await other.locator('#key-note', { hasText: 'This server wants an API key' }).waitFor();
  });
});

/** Real: the same, where a key may be left out. */
(runsElsewhere ? describe.skip : describeInBrowser)('the page of a server that wants no key', () => {
  let system: SharedSystem;
  let browser: Browser;

  beforeAll(async () => {
    system = await startSystem({ name: 'page-no-keys', workers: 0, environment: { GALLERY: 'off' } });
    browser = await openBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('has the field behind a button', async () => {
    const page = await browser.newPage();
    await page.goto(system.api.url);
    const opener = page.getByRole('button', { name: 'API key' });
    await opener.waitFor();
    expect(await page.locator('#access').isVisible()).toBe(false);
    await opener.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('api-key');
    await opener.press('Enter');
    expect(await page.locator('#access').isVisible()).toBe(false);
  });
});
