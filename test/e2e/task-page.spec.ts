import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { runsElsewhere } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { TaskResults } from '../support/task-results.js';
import { until } from '../support/until.js';

/** Real: Chromium, message-service with its page, task-consumer, broker, database. The page is used by keyboard alone. */
(runsElsewhere ? describe.skip : describeInBrowser)('the page of tasks', () => {
  let system: SharedSystem;
  let browser: Browser;
  let page: Page;
  let pageUrl: string;
  let tasks: TaskResults;
  /** What the browser complains of. */
  let problems: string[];

  beforeAll(async () => {
    system = await startSystem({ name: 'task-page', workers: 0, others: ['message-service'] });
    const service = system.others[0]!;
    await system.startOther('task-consumer', { GRPC_TARGET: `127.0.0.1:${service.portOf('GRPC_PORT')}` });
    pageUrl = service.url;
    tasks = new TaskResults(pageUrl, system.brokerUrl);
    browser = await openBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  }, 300_000);
  afterEach(() => page?.close());

  async function open(width: number): Promise<void> {
    page = await browser.newPage({ viewport: { width, height: 800 } });
    problems = [];
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('console', (line) => {
      if (line.type() === 'error') problems.push(line.text());
    });
    await page.goto(pageUrl);
  }

  /** Goes on with the Tab key until this has the focus. */
  async function tabTo(selector: string): Promise<void> {
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
    }
    throw new Error(`The Tab key does not come to ${selector}`);
  }

  const rowOf = (message: string) =>
    page.locator('tbody tr', { has: page.locator('td.message', { hasText: message }) });

  it.each([1280, 375])('sends what stands between commas and shows the results, %d pixels wide', async (width) => {
    await open(width);
    await tabTo('#messages');
    await page.keyboard.type(`user-${width}, fact:${width % 50}, freq:abracadabra${width}`);
    await page.keyboard.press('Enter');
    await page.locator('#sent', { hasText: 'Sent 3 messages.' }).waitFor();
    for (const [message, result] of [
      [`user-${width}`, /^[AB]$/],
      [`freq:abracadabra${width}`, /^a$/],
    ] as const) {
      const row = rowOf(message).first();
      await row.waitFor();
      expect(await row.locator('td.result').textContent()).toMatch(result);
    }
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
  });

  it('has buttons for examples, and shows what others send without being asked', async () => {
    await open(1280);
    await tabTo('[data-example="fact:6"]');
    await page.keyboard.press('Space');
    await rowOf('fact:6').first().waitFor();
    await tasks.send(['text:from elsewhere', 'fact:no number']);
    const row = rowOf('text:from elsewhere');
    await row.waitFor();
    expect(await row.locator('td.result').textContent()).toBe('Обработано сервером: FROM ELSEWHERE');
    await rowOf('fact:no number').locator('td.error').waitFor();
  });

  it('finds results by a text in them, and turns to older ones and back', async () => {
    const before = await tasks.last();
    await tasks.send(Array.from({ length: 120 }, (_, index) => `many-${index}`));
    await tasks.untilThereAre(120, before);
    await open(375);
    await rowOf('many-119').first().waitFor();
    await tabTo('#older');
    await page.keyboard.press('Enter');
    await rowOf('many-60').first().waitFor();
    expect(await rowOf('many-119').count()).toBe(0);
    await page.locator('#newest').focus();
    await page.keyboard.press('Enter');
    await rowOf('many-119').first().waitFor();
    await page.locator('#search').focus();
    await page.keyboard.type('MANY-77');
    await until('one row is left', async () => (await page.locator('tbody tr').count()) === 1);
    expect(await rowOf('many-77').count()).toBe(1);
  });

  it.each([1280, 375])('has a page of the gRPC services, %d pixels wide', async (width) => {
    await open(width);
    await tabTo('a[href="docs"]');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/docs');
    for (const name of ['message.MessageService/Factorial', 'ekphrasis.v1.Captioning/Watch']) {
      await page.locator('article pre', { hasText: name }).waitFor();
    }
    await tabTo('[href="#ekphrasis.v1.Captioning.Upload"]');
    await page.keyboard.press('Enter');
    const upload = page.locator('article', { has: page.locator(':target', { hasText: 'Upload' }) });
    expect(await upload.textContent()).toMatch(/stream\s+Chunk\s+→\s+SubmitResponse/);
    await tabTo('summary');
    await page.keyboard.press('Enter');
    await page.locator('details[open]', { hasText: 'service Captioning {' }).waitFor();
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    expect(problems).toEqual([]);
  });

  it('says what is wrong where the service does not answer', async () => {
    await open(1280);
    await page.route('**/api/messages', (route) => route.abort());
    await tabTo('#messages');
    await page.keyboard.type('user42');
    await page.keyboard.press('Enter');
    await page.locator('#sent', { hasText: 'does not answer' }).waitFor();
    expect(await page.locator('#messages').inputValue()).toBe('user42');
  });
});
