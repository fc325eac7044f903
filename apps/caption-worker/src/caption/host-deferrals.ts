import type { CodedError } from '@ekphrasis/errors';
import type { Hosts } from '@ekphrasis/fetching';
import type { DeferralGate } from '@ekphrasis/messaging';

/** Jobs whose picture is at a host that cannot be asked now are deferred untried. */
export function hostDeferrals(hosts: Hosts): DeferralGate {
  return {
    refusal: (body) => refusalOf(body, hosts),
    admission: (host) => hosts.admission(host),
    countDeferred: (host, jobs) => hosts.away(host, jobs),
  };
}

/** What cannot be read is for the consumer to find out. */
function refusalOf(body: Uint8Array, hosts: Hosts): CodedError | undefined {
  try {
    const { url } = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')) as {
      url?: unknown;
    };
    return typeof url === 'string' ? hosts.refusalOf(url) : undefined;
  } catch {
    return undefined;
  }
}
