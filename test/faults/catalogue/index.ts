import type { Fault } from '../fault.js';
import { apiFaults } from './api.js';
import { brokerFaults } from './broker.js';
import { brokerMoved } from './broker-move.js';
import { clusterFaults } from './cluster.js';
import { databaseFaults } from './database.js';
import { failoverFaults } from './failover.js';
import { networkFaults } from './network.js';
import { storageFaults } from './storage.js';
import { workerFaults } from './workers.js';

/** The whole matrix. Neighbours that need the same kind of house share one. */
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
];
