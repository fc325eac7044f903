/* Real here: the bundle that ships, copied and damaged, and the captioner that loads it. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soundModel } from '../src/model/sound-model.js';

const shipped = join(__dirname, '../../../models/small/bundle');
const weights = 'decoder.weights';

describe('a worker’s model', () => {
  let bundle: string;

  beforeEach(async () => {
    bundle = await mkdtemp(join(tmpdir(), 'ekphrasis-sound-'));
    await cp(shipped, bundle, { recursive: true });
  });
  afterEach(() => rm(bundle, { recursive: true }));

  it('is loaded where its bundle is as it was compiled', async () => {
    const model = await soundModel(bundle, { lanes: 1 });
    await model.close();
  });

  it('is refused where a single bit of its weights has turned', async () => {
    const bytes = await readFile(join(bundle, weights));
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(join(bundle, weights), bytes);
    await expect(soundModel(bundle, { lanes: 1 })).rejects.toMatchObject({ code: 'bundle-checksum' });
  });

  it('is refused where its weights are no numbers, whatever the manifest says', async () => {
    const bytes = Buffer.alloc((await readFile(join(bundle, weights))).length, 0xff);
    await writeFile(join(bundle, weights), bytes);
    const place = join(bundle, 'manifest.json');
    const manifest = JSON.parse(await readFile(place, 'utf8')) as { files: Record<string, { sha256: string }> };
    manifest.files[weights]!.sha256 = createHash('sha256').update(bytes).digest('hex');
    await writeFile(place, JSON.stringify(manifest));
    await expect(soundModel(bundle, { lanes: 1 })).rejects.toMatchObject({ code: 'model-broken' });
  });
});
