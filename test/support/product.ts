import { CaptioningClient } from './captioning-client.js';
import { PictureHost } from './picture-host.js';
import { startSystem } from './running-system.js';

/** The product under test with a picture server that its workers can reach. */
export interface Product {
  readonly client: CaptioningClient;
  readonly pictures: PictureHost;
  stop(): Promise<void>;
}

/** Whether the product runs elsewhere, where this process can reach it through HTTP alone. */
export const runsElsewhere = process.env['EKPHRASIS_URL'] !== undefined;

/** `describe` for what freezes, kills or looks behind the API: shown as skipped where the product runs elsewhere. */
export const describeWithFaults = runsElsewhere ? describe.skip : describe;

/** The product at EKPHRASIS_URL, or else one that is started for this test file. */
export async function reachProduct(name: string): Promise<Product> {
  const pictures = await PictureHost.start();
  const url = process.env['EKPHRASIS_URL'];
  if (url) {
    const client = new CaptioningClient(url);
    return {
      client,
      pictures,
      stop: async () => {
        client.close();
        await pictures.stop();
      },
    };
  }
  try {
    const system = await startSystem({ name });
    return {
      client: system.client,
      pictures,
      stop: () => system.stop().finally(() => pictures.stop()),
    };
  } catch (error) {
    await pictures.stop();
    throw error;
  }
}
