import type { Fault } from '../fault.js';
import { anyMomentFaults } from './any-moment.js';
import { apiFaults } from './api.js';
import { brokerFaults } from './broker.js';
import { brokerMoved } from './broker-move.js';
import { clusterFaults } from './cluster.js';
import { databaseFaults } from './database.js';
import { failoverFaults } from './failover.js';
import { frozenMidway } from './frozen-midway.js';
import { imageWorkerFaults } from './image-workers.js';
import { networkFaults } from './network.js';
import { notifierFaults } from './notifiers.js';
import { serviceFaults } from './services.js';
import { storageFaults } from './storage.js';
import { taskFaults } from './tasks.js';
import { workerFaults } from './workers.js';

/** The whole matrix. Neighbours that need the same kind of system share one. */
export const faults: Fault[] = [
  ...brokerFaults,
  brokerMoved,
  ...clusterFaults,
  ...apiFaults,
  ...workerFaults,
  ...databaseFaults,
  ...failoverFaults,
  ...storageFaults,
  ...networkFaults,
  ...imageWorkerFaults,
  ...notifierFaults,
  frozenMidway,
  ...taskFaults,
  ...anyMomentFaults,
  ...serviceFaults,
];
