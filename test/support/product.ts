import { CaptioningClient } from './captioning-client.js';
import { PictureHost } from './picture-host.js';
import { operatorToken, startSystem } from './running-system.js';

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

/** `it` for the operator's calls: skipped where the product runs elsewhere and its token (ADMIN_TOKEN) is not known. */
export const itAsOperator = runsElsewhere && !process.env['ADMIN_TOKEN'] ? it.skip : it;

/** The operator's token of the product under test. */
export const productToken = (runsElsewhere && process.env['ADMIN_TOKEN']) || operatorToken;

/** The product at EKPHRASIS_URL, or else one that is started for this test file. @param workers two by default */
export async function reachProduct(name: string, workers?: number): Promise<Product> {
  const pictures = await PictureHost.start();
  const url = process.env['EKPHRASIS_URL'];
  if (url) {
    const client = new CaptioningClient(url, productToken);
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
    const system = await startSystem({ name, workers });
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
