import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptioningClient } from '../support/captioning-client.js';
import { PictureHost } from '../support/picture-host.js';
import { startPrivateServices, type OnStop } from '../support/private-services.js';
import { applicationsOf, provideVersion } from '../support/provide-version.js';
import { repository, type RunningApplication } from '../support/setup-scripts.js';
import { closeOnTermination, runSuite } from '../support/suite-command.js';

const patience = { within: 120_000 };
const undoing: (() => Promise<unknown>)[] = [];

async function close(): Promise<void> {
  for (const undo of undoing.splice(0).reverse()) await undo();
}

/** Starts an application of one version, by its own scripts, on the services that all of them share. */
type Start = (directory: string, application: 'startApi' | 'startCaptionWorker') => Promise<RunningApplication>;

async function provideServices(): Promise<{ start: Start; dataDirectory: string }> {
  const onStop: OnStop = (undo) => undoing.push(undo);
  const dataDirectory = await mkdtemp(join(tmpdir(), 'ekphrasis-data-'));
  onStop(() => rm(dataDirectory, { recursive: true, force: true }));
  const { broker, database } = await startPrivateServices(onStop);
  const environment = {
    RABBITMQ_URL: broker.url,
    DATABASE_URL: database.url,
    DATA_DIR: dataDirectory,
    FETCH_ALLOWED_NETWORKS: '127.0.0.0/8',
  };
  const start: Start = async (directory, application) => {
    const version = directory === repository ? 'now' : 'before';
    const running = await applicationsOf(directory)[application]({
      name: `upgrade-${version}-${application}`,
      environment,
    });
    undoing.push(() => running.stop());
    return running;
  };
  return { start, dataDirectory };
}

/** Every image has the words of its picture, in the status, in the description and in its file. @returns complaints */
async function lookAt(client: CaptioningClient, images: Map<number, RegExp>, directory: string): Promise<string[]> {
  const statuses = await client.statuses([...images.keys()]);
  const looks = statuses.map(async ({ imageId, status, description }) => {
    const file = await readFile(join(directory, `${imageId}.txt`), 'utf8').catch(() => undefined);
    const isRight = status === 'described' && images.get(imageId)!.test(description ?? '') && file === description;
    return isRight ? [] : [`image ${imageId}: ${status}, "${description}", in its file "${file}"`];
  });
  return (await Promise.all(looks)).flat();
}

/** A running system with work in its queues gets this version beside an earlier one, which leaves then. */
async function upgrade([revision = '']: string[]): Promise<number> {
  if (!revision) throw new Error('Expected npm run test:upgrade -- <git revision>');
  closeOnTermination({ close });
  const { directory: before, commit } = await provideVersion(revision);
  try {
    const pictures = await PictureHost.start();
    undoing.push(() => pictures.stop());
    const { start, dataDirectory } = await provideServices();
    const images = new Map<number, RegExp>();
    const submit = async (client: CaptioningClient, count: number): Promise<void> => {
      for (const [path, words] of [
        ['/picture.png', /red circle/],
        ['/square.png', /blue square/],
      ] as const) {
        for (const id of await client.submitAll(pictures.urls(count, path))) images.set(id, words);
      }
    };
    const oldApi = await start(before, 'startApi');
    const throughOld = new CaptioningClient(oldApi.url);
    await submit(throughOld, 150);
    const newApi = await start(repository, 'startApi');
    const throughNew = new CaptioningClient(newApi.url);
    await Promise.all([submit(throughOld, 100), submit(throughNew, 100)]);
    const oldWorker = await start(before, 'startCaptionWorker');
    await start(repository, 'startCaptionWorker');
    await Promise.all([submit(throughOld, 100), submit(throughNew, 100)]);
    for (const client of [throughOld, throughNew]) await client.listed([...images.keys()], patience);
    await oldApi.stop();
    await submit(throughNew, 100);
    await oldWorker.stop();
    await submit(throughNew, 100);
    await throughNew.listed([...images.keys()], patience);
    const complaints = await lookAt(throughNew, images, dataDirectory);
    const letters = (await throughNew.get('/dlq')).json.count;
    for (const complaint of complaints) console.error(complaint);
    throughOld.close();
    throughNew.close();
    console.log(
      `from ${commit}: ${images.size} images, ${images.size - complaints.length} described rightly, ${letters} dead letters`,
    );
    return complaints.length === 0 && letters === 0 ? 0 : 1;
  } finally {
    await close();
  }
}

void runSuite(upgrade);
