import { Socket } from 'node:net';
import type { Gate } from './gate.js';
import { Lane, resetSocket, type Passage } from './lane.js';

/** `to-service`: from the process that connects towards the broker or the database. */
export type Direction = 'to-service' | 'from-service';

export const directions: readonly Direction[] = ['to-service', 'from-service'];

/** What a connection takes from its link. */
export interface ConnectionConditions {
  readonly target: { readonly host: string; readonly port: number };
  readonly gates: Readonly<Record<Direction, Gate>>;
  readonly latency: () => number;
  readonly passage: (connection: LinkedConnection, direction: Direction) => Passage;
}

/**
 * A process's connection and the one that the link makes to the service for it, joined by a lane each way. The second one
 * is made as soon as bytes may pass to the service; where the service refuses it, the process gets an RST.
 */
export class LinkedConnection {
  /** Resolves when the sockets of both are closed. */
  readonly ended: Promise<void>;
  private readonly service = new Socket({ allowHalfOpen: true });

  constructor(
    /** Counted from 1, in the order in which they came. */
    readonly number: number,
    private readonly client: Socket,
    private readonly conditions: ConnectionConditions,
  ) {
    this.ended = Promise.all([closed(client), closed(this.service)]).then(() => undefined);
    client.setNoDelay(true);
    this.service.setNoDelay(true);
    const started = conditions.gates['to-service'].through(() => this.connect());
    this.join(client, this.service, 'to-service', started);
    this.join(this.service, client, 'from-service', started);
  }

  /** Both ends get an RST, whatever still waits. */
  reset(): void {
    resetSocket(this.client);
    resetSocket(this.service);
  }

  private connect(): void {
    if (this.client.destroyed) this.service.destroy();
    else if (!this.service.destroyed) this.service.connect(this.conditions.target);
  }

  private join(source: Socket, sink: Socket, direction: Direction, started: Promise<void>): void {
    const { gates, latency, passage } = this.conditions;
    new Lane(source, sink, { gate: gates[direction], latency, passage: passage(this, direction), started });
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}
