import type { Metadata } from '@grpc/grpc-js';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CallAccess } from '@ekphrasis/access';

/** Who makes a call, by its metadata `authorization`. */
@Injectable()
export class Caller {
  constructor(private readonly access: CallAccess) {}

  /** @returns the client's id; undefined for nobody's call @throws what `CallAccess` throws */
  of(metadata: Metadata): string | undefined | Promise<string | undefined> {
    const [authorization] = metadata.get('authorization');
    return this.access.callerOf(authorization?.toString());
  }
}

/** For calls that are the same for all who may make them. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(private readonly caller: Caller) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const caller = this.caller.of(context.switchToRpc().getContext<Metadata>());
    return caller instanceof Promise ? caller.then(() => true) : true;
  }
}
