import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import type { CaptioningClient, Status } from '../support/captioning-client.js';
import { PictureHost } from '../support/picture-host.js';
import { runsElsewhere } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { repository } from '../support/setup-scripts.js';
import { until } from '../support/until.js';

const screenshots = join(repository, '.run/screenshots');
/** More than a page. */
const count = 30;

(runsElsewhere ? describe.skip : describe)('the gallery', () => {
  let system: SharedSystem;
  let client: CaptioningClient;
  let pictures: PictureHost;
  /** In the order in which they were submitted. */
  let ids: number[];

  beforeAll(async () => {
    pictures = await PictureHost.start();
    system = await startSystem({ name: 'gallery', others: ['image-worker'], environment: { GALLERY: 'on' } });
    ({ client } = system);
    const urls = [...pictures.urls(count - 6), ...pictures.urls(4, '/square.png'), ...pictures.urls(2, '/none.png')];
    ids = await client.submitAll(urls.slice(0, 1));
    for (const url of urls.slice(1)) ids.push(await client.submit(url));
    await client.listed(ids.slice(0, -2));
    for (const id of ids.slice(-2)) await client.failed(id);
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await pictures?.stop();
  });

  const newest = (size: number) => ids.slice(-size).reverse();

  /** Real: API, two caption workers with the shipped model, an image worker, broker, database, files. */
  describe('as JSON', () => {
    const read = async (query: Record<string, string> = {}) => {
      const answer = await client.get(`/gallery?${String(new URLSearchParams(query))}`);
      expect(answer.status).toBe(200);
      return answer.json as unknown as { images: Status[]; hasOlder: boolean };
    };
    const idsOf = ({ images }: { images: Status[] }) => images.map(({ imageId }) => imageId);

    it('has the newest first, a page at a time', async () => {
      const first = await read();
      expect(first).toMatchObject({ hasOlder: true });
      expect(idsOf(first)).toEqual(newest(24));
      const second = await read({ before: String(idsOf(first).at(-1)) });
      expect(second).toMatchObject({ hasOlder: false });
      expect(idsOf(second)).toEqual(newest(count).slice(24));
      expect(first.images[10]).toEqual(await client.status(idsOf(first)[10]!));
    });

    it('is searched by words in whatever form, and by state', async () => {
      const square = await client.status(ids.at(-3)!);
      const word = square.description!.split(' ').find((one) => one.startsWith('square'))!;
      expect(idsOf(await read({ words: `${word}s` }))).toEqual(ids.slice(-6, -2).reverse());
      expect(idsOf(await read({ words: `${word} -blue` }))).toEqual([]);
      expect(idsOf(await read({ words: 'spaceship' }))).toEqual([]);
      expect(idsOf(await read({ status: 'failed' }))).toEqual(newest(2));
      expect(idsOf(await read({ status: 'failed', words: word }))).toEqual([]);
    });

    it('answers 304 while nothing has changed', async () => {
      const { headers } = await client.get('/gallery');
      const again = { 'if-none-match': String(headers.etag) };
      expect(await client.call('GET', '/gallery', undefined, again)).toMatchObject({ status: 304, text: '' });
    });

    it('shows nobody what came with a key', async () => {
      const made = await client.callAsOperator('POST', '/clients', '{"name":"a shop"}', {
        'content-type': 'application/json',
      });
      const { api_key: key } = made.json as unknown as { api_key: string };
      const body = { image_url: pictures.url('/picture.png', 'private') };
      const answer = await client.postJson('/images', body, { authorization: `Bearer ${key}` });
      expect(answer.status).toBe(200);
      expect(idsOf(await read())).toEqual(newest(24));
    });

    it('is off by default, and so is what the page shows of it', async () => {
      const replica = await system.startApi({ environment: { GALLERY: 'off' } });
      expect((await fetch(`${replica.url}/gallery`)).status).toBe(404);
      expect(await (await fetch(`${replica.url}/page/settings.js`)).text()).toContain('isGalleryOn = false');
      await replica.stop();
    });
  });

  /** The same in Chromium. */
  describeInBrowser('on the page', () => {
    let browser: Browser;
    let page: Page;
    let errors: string[];

    beforeAll(async () => {
      await mkdir(screenshots, { recursive: true });
      browser = await openBrowser();
    }, 300_000);
    afterAll(() => browser?.close());
    beforeEach(async () => {
      page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
      errors = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(system.api.url);
      await page.locator('#latest article').first().waitFor();
    });
    afterEach(async () => {
      await page.close();
      expect(errors).toEqual([]);
    });

    const cards = () => page.locator('#latest article');
    const numbers = async () =>
      (await cards().locator('.number').allTextContents()).map((text) => Number(text.slice(4)));
    const shows = (expected: number[]) =>
      until(`${expected.join()} are shown`, async () => (await numbers()).join() === expected.join());

    it('opens on what was submitted last, and turns its pages by keyboard', async () => {
      expect(await numbers()).toEqual(newest(24));
      await page.screenshot({ path: join(screenshots, 'gallery-wide.png') });
      await page.getByRole('button', { name: 'Older' }).focus();
      await page.keyboard.press('Enter');
      await shows(newest(count).slice(24));
      expect(await page.evaluate('document.activeElement?.id')).toBe('latest');
      expect(await page.getByRole('button', { name: 'Older' }).isVisible()).toBe(false);
      await page.getByRole('button', { name: 'Newer' }).press('Enter');
      await shows(newest(24));
    });

    it('says when pictures came, and how many there are, in plain words', async () => {
      const said = await page.evaluate(`import('./page/words.js').then(({ galleryNote, momentInWords }) => {
        const all = { words: '', status: '', count: 24, hasOlder: true, page: 1 };
        const pages = [{}, { page: 2 }, { count: 0 }, { count: 0, words: 'x' }, { count: 0, status: 'failed' }];
        const found = [{ words: 'x' }, { words: 'x', count: 1, hasOlder: false }];
        return {
          moments: [-1_000, -120_000, -7_200_000, -86_400_000, -400_000_000].map(momentInWords),
          notes: [...pages, ...found].map((page) => galleryNote({ ...all, ...page })),
        };
      })`);
      expect(said).toEqual({
        moments: ['just now', '2 minutes ago', '2 hours ago', 'yesterday', '5 days ago'],
        notes: [
          '',
          'Page 2',
          'Nothing has been submitted yet.',
          'No picture is described with these words.',
          'No picture is in this state.',
          '24 pictures, and more on the next page',
          'One picture',
        ],
      });
    });

    it('hangs their thumbnails', async () => {
      const card = cards().filter({ hasText: `No. ${ids[20]}` });
      await card.scrollIntoViewIfNeeded();
      const picture = card.locator('img');
      const width = () => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
      await until('its thumbnail hangs', async () => (await width()) > 0, { within: 60_000 });
      expect(await picture.getAttribute('alt')).toBe((await client.status(ids[20]!)).description);
    });

    it('fits a phone', async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.screenshot({ path: join(screenshots, 'gallery-phone.png') });
      await page.locator('#latest').scrollIntoViewIfNeeded();
      await page.screenshot({ path: join(screenshots, 'gallery-phone-latest.png') });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    });

    it('finds pictures by words and by state, and says when there are none', async () => {
      await page.getByLabel('Words in the description').fill('square');
      await shows(ids.slice(-6, -2).reverse());
      expect(await page.locator('#latest .note').textContent()).toBe('4 pictures');
      await page.getByLabel('Words in the description').fill('spaceship');
      await page.getByText('No picture is described with these words.').waitFor();
      await page.getByLabel('Words in the description').fill('');
      await page.getByLabel('State').selectOption('failed');
      await shows(newest(2));
    });

    it('says why one failed, and has it tried again', async () => {
      const id = ids.at(-1)!;
      const card = cards().filter({ hasText: `No. ${id}` });
      const { failure } = await client.status(id);
      expect(await card.locator('.words').textContent()).toBe(failure!.message);
      const { queuedAt, finishedAt } = await client.status(id);
      await card.getByRole('button', { name: 'Try again' }).press('Enter');
      await client.failedAfter(id, finishedAt!);
      expect((await client.status(id)).queuedAt).toBe(queuedAt);
      await card.getByText('Failed').waitFor();
    });

    it('shows what others submit as it comes, and what becomes of it, without moving the focus', async () => {
      const focused = cards().nth(3);
      await focused.focus();
      const number = await focused.locator('.number').textContent();
      const id = await client.submit(pictures.url('/square.png', 'live'));
      ids.push(id);
      const card = cards().filter({ hasText: `No. ${id}` });
      await card.waitFor();
      await card.locator('.words', { hasText: 'square' }).waitFor({ timeout: 60_000 });
      expect(await page.evaluate(`document.activeElement?.querySelector('.number')?.textContent`)).toBe(number);
    });

    it('hangs what is sent from here above, and not twice', async () => {
      const url = pictures.url('/picture.png', 'own');
      await page.getByLabel('The address of a picture').fill(url);
      await page.keyboard.press('Enter');
      const own = page.locator('#cards article');
      await own.locator('.words', { hasText: /\w/ }).waitFor({ timeout: 60_000 });
      const id = Number((await own.locator('.number').textContent())!.slice(4));
      ids.push(id);
      await shows(newest(24).slice(1));
      await page.screenshot({ path: join(screenshots, 'gallery-own.png') });
    });
  });
});
