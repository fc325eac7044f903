import type { SchemaMigration } from '../schema-migration.js';
import * as images from './0001-images.js';
import * as lostJobs from './0002-lost-jobs.js';
import * as deadLettersOnce from './0003-dead-letters-once.js';
import * as captionOptions from './0004-caption-options.js';
import * as nonce from './0005-nonce.js';
import * as storageIdentity from './0006-storage-identity.js';
import * as failedImages from './0007-failed-images.js';
import * as removal from './0008-removal.js';
import * as clientsImages from './0009-clients-images.js';
import * as vacuumImages from './0010-vacuum-images.js';
import * as clients from './0011-clients.js';
import * as processingJobs from './0012-processing-jobs.js';
import * as measurements from './0013-measurements.js';
import * as webhooks from './0014-webhooks.js';
import * as taskRequests from './0015-task-requests.js';
import * as results from './0016-results.js';
import * as redescription from './0018-redescription.js';
import * as words from './0019-words.js';
import * as traces from './0020-traces.js';
import * as retention from './0021-retention.js';

/** All migrations by name. A released one is never changed; the next one gets the next number. */
export const migrations: Record<string, SchemaMigration> = {
  '0001-images': images,
  '0002-lost-jobs': lostJobs,
  '0003-dead-letters-once': deadLettersOnce,
  '0004-caption-options': captionOptions,
  '0005-nonce': nonce,
  '0006-storage-identity': storageIdentity,
  '0007-failed-images': failedImages,
  '0008-removal': removal,
  '0009-clients-images': clientsImages,
  '0010-vacuum-images': vacuumImages,
  '0011-clients': clients,
  '0012-processing-jobs': processingJobs,
  '0013-measurements': measurements,
  '0014-webhooks': webhooks,
  '0015-task-requests': taskRequests,
  '0016-results': results,
  '0018-redescription': redescription,
  '0019-words': words,
  '0020-traces': traces,
  '0021-retention': retention,
};
