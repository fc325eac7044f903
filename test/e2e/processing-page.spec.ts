import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { runsElsewhere } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';

/** Real: a browser, API, image worker, broker, database. */
(runsElsewhere ? describe.skip : describeInBrowser)('processing on the page', () => {
  let system: SharedSystem;
  let browser: Browser;

  beforeAll(async () => {
    system = await startSystem({ name: 'processing-page', workers: 0, others: ['image-worker'] });
    browser = await openBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  it('shows a picture before and after, and says why another one cannot be processed', async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(system.api.url);
    const section = page.locator('#processing');
    const buffer = await sharp({ create: { width: 600, height: 400, channels: 3, background: '#336699' } })
      .png()
      .toBuffer();
    await section.getByLabel('Picture').setInputFiles({ name: 'blue.png', mimeType: 'image/png', buffer });
    await section.getByLabel('Watermark', { exact: true }).first().check();
    await section.getByLabel('New width').fill('120');
    await section.getByRole('button', { name: 'Process' }).click();
    await section.getByText('Done: 120 × 80 pixels').waitFor();
    const widths = await section.locator('.pair img').evaluateAll((images) =>
      Promise.all(
        images.map(async (image) => {
          const picture = image as unknown as { decode(): Promise<void>; naturalWidth: number };
          await picture.decode();
          return picture.naturalWidth;
        }),
      ),
    );
    expect(widths).toEqual([600, 120]);
    expect(await section.getByRole('link', { name: 'download' }).getAttribute('download')).toBe('blue.png');
    const broken = { name: 'broken.png', mimeType: 'image/png', buffer: buffer.subarray(0, 100) };
    await section.getByLabel('Picture').setInputFiles(broken);
    await section.getByRole('button', { name: 'Process' }).click();
    await section.getByText('It cannot be processed').waitFor();
    expect(problems).toEqual([]);
  });
});
