import { readFileSync, statSync } from 'node:fs';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';

/** How names that are not whole are completed: `search` and `ndots` of resolv.conf(5). */
export interface SearchRules {
  readonly domains: readonly string[];
  readonly dots: number;
}

/** glibc looks at no more of either. */
const mostDots = 15;
const rereadEveryMs = 5_000;

/** What a system's file says, read again when it has changed. A file that is missing says nothing. */
export function followFile<T>(path: string, parse: (text: string) => T): () => T {
  let said = { version: 'none yet', at: -Infinity, value: parse('') };
  return () => {
    if (performance.now() - said.at < rereadEveryMs) return said.value;
    const version = versionOf(path);
    if (version !== said.version)
      said = { version, at: 0, value: parse(version === '' ? '' : readFileSync(path, 'utf8')) };
    said.at = performance.now();
    return said.value;
  };
}

/** The addresses of names, in lower case, as hosts(5) lists them. */
export function parseHosts(text: string): ReadonlyMap<string, readonly LookupAddress[]> {
  const hosts = new Map<string, LookupAddress[]>();
  for (const [address, ...names] of linesOf(text)) {
    const family = isIP(address?.split('%')[0] ?? '');
    if (!address || family === 0) continue;
    for (const name of names.map((each) => each.toLowerCase())) {
      hosts.set(name, [...(hosts.get(name) ?? []), { address, family }]);
    }
  }
  return hosts;
}

/** The last of `search` and `domain` counts, as in resolv.conf(5); one dot makes a name whole where nothing is said. */
export function parseSearchRules(text: string): SearchRules {
  let domains: string[] = [];
  let dots = 1;
  for (const [keyword, ...values] of linesOf(text, /[#;]/)) {
    if (keyword === 'search') domains = values.filter((value) => value !== '.');
    if (keyword === 'domain') domains = values.slice(0, 1);
    if (keyword !== 'options') continue;
    const given = values.map((value) => /^ndots:(\d+)$/.exec(value)?.[1]).findLast((value) => value !== undefined);
    if (given !== undefined) dots = Math.min(Number(given), mostDots);
  }
  return { domains, dots };
}

/** The whole names to ask for, in this order, until one of them is there. */
export function wholeNamesOf(hostname: string, { domains, dots }: SearchRules): string[] {
  if (hostname.endsWith('.')) return [hostname.slice(0, -1)];
  const completed = domains.map((domain) => `${hostname}.${domain.replace(/\.$/, '')}`);
  const isWhole = hostname.split('.').length - 1 >= dots;
  return isWhole ? [hostname, ...completed] : [...completed, hostname];
}

function linesOf(text: string, comment = /#/): string[][] {
  return text
    .split('\n')
    .map((line) => line.split(comment)[0]!.trim().split(/\s+/))
    .filter(([first]) => first !== '');
}

function versionOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : '';
}
