import { Resolver } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { setTimeout as pause } from 'node:timers/promises';
import type { ResolveHost } from './resolve-host.js';
import { hasPublicIpv6 } from './address-order.js';
import { followFile, parseHosts, parseSearchRules, wholeNamesOf } from './system-files.js';

/** How long the second family may take after the first has answered. */
const otherFamilyMs = 250;
const triesOfAServer = 2;
const nothingThere = new Set(['ENOTFOUND', 'ENODATA']);
const loopback: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

export interface SystemResolverOptions {
  /** Whom to ask, `1.1.1.1` or `127.0.0.1:5353` each. Default: those of resolv.conf. */
  servers?: readonly string[];
  /** Longest time for an answer of one server, in milliseconds; each is asked twice. */
  timeoutMs: number;
  hostsFile?: string;
  resolverFile?: string;
  /** Whether IPv6 addresses come before IPv4 ones. Default: as RFC 6724 has it, on this machine. */
  prefersIpv6?: () => boolean;
}

/**
 * Looks names up as the system does, by its hosts file, its search rules and its name servers, but in this process's own
 * event loop (c-ares) and not in its few threads, which a name that never answers would hold: so any number of look-ups
 * run beside each other, and each can be cancelled. Other sources of names (mDNS, NSS modules) are not asked.
 */
export function createSystemResolver({
  servers = [],
  timeoutMs,
  hostsFile = '/etc/hosts',
  resolverFile = '/etc/resolv.conf',
  prefersIpv6 = hasPublicIpv6,
}: SystemResolverOptions): ResolveHost {
  const hosts = followFile(hostsFile, parseHosts);
  const searchRules = followFile(resolverFile, parseSearchRules);
  return async (hostname, signal) => {
    signal.throwIfAborted();
    const name = hostname.toLowerCase();
    const listed = hosts().get(name.replace(/\.$/, ''));
    if (listed) return listed;
    // RFC 6761, 6.3: never asked of a server
    if (/(?:^|\.)localhost\.?$/.test(name)) return loopback;
    // each its own: cancelling ends all that one resolver has asked
    const resolver = new Resolver({ timeout: Math.ceil(timeoutMs), tries: triesOfAServer });
    if (servers.length > 0) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const found = await firstThatIsThere(resolver, wholeNamesOf(name, searchRules()), signal);
      const first = prefersIpv6() ? 6 : 4;
      return found.sort((one, other) => Number(other.family === first) - Number(one.family === first));
    } finally {
      signal.removeEventListener('abort', cancel);
      cancel();
    }
  };
}

/** Whether a text is an address, with a port or without: `1.1.1.1`, `127.0.0.1:53`, `[::1]:53`. */
export function isNameServer(text: string): boolean {
  try {
    new Resolver().setServers([text]);
    return true;
  } catch {
    return false;
  }
}

/** A server that fails for one name may know the next, as with glibc; that it failed is said where none is there. */
async function firstThatIsThere(resolver: Resolver, names: readonly string[], signal: AbortSignal) {
  const failures: unknown[] = [];
  for (const name of names) {
    try {
      return await resolveBoth(resolver, name);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
    }
  }
  throw worstOf(failures);
}

/** Both families side by side. Once one has addresses, the other is not waited for long. */
async function resolveBoth(resolver: Resolver, name: string): Promise<LookupAddress[]> {
  const families = [
    resolver.resolve4(name).then((found) => found.map((address) => ({ address, family: 4 }))),
    resolver.resolve6(name).then((found) => found.map((address) => ({ address, family: 6 }))),
  ];
  const failures: unknown[] = [];
  const found: LookupAddress[][] = [[], []];
  const settled = families.map((family, index) =>
    family.then(
      (addresses) => void (found[index] = addresses),
      (error: unknown) => void failures.push(error),
    ),
  );
  const both = Promise.all(settled);
  const either = Promise.any(families).then(() => pause(otherFamilyMs, undefined, { ref: false }));
  await Promise.race([both, either.catch(() => both)]);
  if (found.flat().length === 0) throw worstOf(failures);
  return found.flat();
}

/** That nothing is there is only true where nobody failed to say so. */
function worstOf(failures: readonly unknown[]): unknown {
  return failures.find((error) => !nothingThere.has((error as NodeJS.ErrnoException).code ?? '')) ?? failures[0];
}
