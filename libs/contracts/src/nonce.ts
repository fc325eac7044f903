import { IsOptional, Matches } from 'class-validator';
import { randomFillSync } from 'node:crypto';

const bytes = 8;
/** Of many nonces: a call for each takes 3 % of the processor time of a POST. */
const drawn = Buffer.alloc(bytes * 512);
let used = drawn.length;

/** Wider than what is drawn, so that a later version may draw others. It becomes part of storage keys. */
const nonce = /^[\w-]{1,64}$/;

/** Draws what tells one job from any other, also from one whose image had the same id in a lost life of the database. */
export function newNonce(): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used);
}

/** A message's optional nonce. Absent in messages of a sender that knows of none; it then counts as the right one. */
export function Nonce(): PropertyDecorator {
  return (target, property) => {
    IsOptional()(target, property);
    Matches(nonce)(target, property);
  };
}
