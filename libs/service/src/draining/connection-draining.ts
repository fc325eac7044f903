import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ReplaySubject } from 'rxjs';
import { InvalidEnvironmentError } from '@ekphrasis/configuration';
import { DrainingSettings } from './draining.settings.js';

/** Of the time after the grace, so much may go to requests in hand; the rest is for consumers and the relay. */
const shareOfRequests = 0.8;
/** For so long nobody must have connected before it stops listening … */
const quietMs = 5;
/** … unless no such moment comes. */
const quietWithinMs = 500;
/** How often it is looked which connections nobody needs any more. */
const tidyEveryMs = 100;
/** A connection on which nothing has come for so long was opened in advance, as browsers do; what comes with it comes sooner. */
const silentMs = 500;

/**
 * Connection draining: how a replica leaves its clients. Runs before consumers and relay stop, so that what is answered meanwhile goes its way.
 *
 * State machine:
 *   serving -> (SIGTERM) draining: not ready; every request is answered, with `Connection: close`, so that clients who keep
 *     their connections find another replica
 *   draining -> (the grace is over) closed: nobody can connect; requests in hand are answered
 *   closed -> (all are answered, or the time is up) gone: no connection is left
 */
@Injectable()
export class ConnectionDraining implements OnModuleInit, OnModuleDestroy {
  private readonly beginning = new ReplaySubject<void>(1);
  /** Emits once, when the process was told to end, and at once to whoever asks later. */
  readonly begun = this.beginning.asObservable();
  private hasBegun = false;
  private readonly servers: Server[] = [];
  private readonly connections = new Set<Socket>();
  private accepted = 0;

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(DrainingSettings) private readonly settings: DrainingSettings,
  ) {
    const { SHUTDOWN_GRACE_MS: grace, SHUTDOWN_TIMEOUT_MS: timeout } = settings;
    if (grace < timeout) return;
    throw new InvalidEnvironmentError([
      `Expected less than SHUTDOWN_TIMEOUT_MS (${timeout}) for SHUTDOWN_GRACE_MS but received ${grace}`,
    ]);
  }

  onModuleInit(): void {
    this.include(this.host.httpAdapter.getHttpServer() as Server);
  }

  /** Another server of this process, whose clients are left in the same way. */
  include(server: Server): void {
    this.servers.push(server);
    server.on('connection', (socket: Socket) => {
      this.accepted += 1;
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
  }

  /** Rejects from SIGTERM on. For health checks. */
  async check(): Promise<void> {
    if (this.hasBegun) throw new Error('the process was told to end');
  }

  async onModuleDestroy(): Promise<void> {
    this.hasBegun = true;
    this.beginning.next();
    const listening = this.servers.filter((server) => server.listening);
    if (listening.length === 0) return;
    for (const server of listening) {
      server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
        response.setHeader('connection', 'close');
      });
    }
    await pause(this.settings.SHUTDOWN_GRACE_MS);
    await this.quietMoment();
    await Promise.all(listening.map((server) => this.close(server)));
  }

  /**
   * Waits for a moment in which nobody connects. The system takes connections in by itself, and resets those that it has not
   * handed over when the listening socket closes; one is handed over a turn of the event loop.
   */
  private async quietMoment(): Promise<void> {
    const end = performance.now() + quietWithinMs;
    for (let before = -1; before !== this.accepted && performance.now() < end;) {
      before = this.accepted;
      await pause(quietMs);
    }
  }

  private async close(server: Server): Promise<void> {
    const { SHUTDOWN_GRACE_MS: grace, SHUTDOWN_TIMEOUT_MS: timeout } = this.settings;
    const closedAt = performance.now();
    const tidying = setInterval(() => this.tidy(server, performance.now() - closedAt), tidyEveryMs);
    const timeUp = setTimeout(() => server.closeAllConnections(), (timeout - grace) * shareOfRequests);
    await new Promise((resolve) => server.close(resolve));
    clearInterval(tidying);
    clearTimeout(timeUp);
  }

  /** Ends connections that are kept although their last request is answered, and those on which none ever came. */
  private tidy(server: Server, closedForMs: number): void {
    server.closeIdleConnections();
    if (closedForMs < silentMs) return;
    for (const socket of this.connections) if (socket.bytesRead === 0) socket.destroy();
  }
}
