import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProduct } from './find-product.js';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'find-product-'));
  file = join(directory, 'environment.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (content: object) => writeFileSync(file, JSON.stringify(content));
const find = (environment: Record<string, string> = {}) => findProduct({ EKPHRASIS_ENVIRONMENT: file, ...environment });
/** Larger than any that Linux gives. */
const nobody = 2 ** 22 + 1;

it('goes by what npm start has written, whatever the variables say', () => {
  const processes = [{ name: 'api', pid: process.pid }];
  write({ api_url: 'http://127.0.0.1:8123', admin_url: 'http://127.0.0.1:9123', processes });
  expect(find({ EKPHRASIS_URL: 'http://elsewhere' })).toEqual({
    ...{ apiUrl: 'http://127.0.0.1:8123', adminUrl: 'http://127.0.0.1:9123', processes, toldBy: file },
  });
});

it('goes by the variables where a killed npm start has left its file behind', () => {
  write({ api_url: 'http://127.0.0.1:8123', processes: [{ name: 'api', pid: nobody }] });
  expect(find({ EKPHRASIS_URL: 'http://elsewhere/' })).toMatchObject({ apiUrl: 'http://elsewhere', processes: [] });
});

it.each([
  [{}, 'http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
  [{ PORT: '8001' }, 'http://127.0.0.1:8001', 'http://127.0.0.1:8001'],
  [{ API_URL: 'http://web:5000' }, 'http://web:5000', 'http://web:5000'],
  [{ API_URL: 'http://web:5000', EKPHRASIS_URL: 'http://other' }, 'http://other', 'http://other'],
  [{ API_URL: 'http://web:5000', ADMIN_PORT: '9000' }, 'http://web:5000', 'http://web:9000'],
  [{ EKPHRASIS_ADMIN_URL: 'http://admin:9000/' }, 'http://127.0.0.1:8000', 'http://admin:9000'],
])('finds by %j the API at %s and its metrics at %s', (environment, apiUrl, adminUrl) => {
  expect(find(environment)).toMatchObject({ apiUrl, adminUrl, processes: [] });
});

it('sends the key that it is given', () => {
  expect(find({ EKPHRASIS_API_KEY: 'ek_1' }).apiKey).toBe('ek_1');
});
