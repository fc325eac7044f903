import { isIP } from 'node:net';
import { IsOptional } from 'class-validator';
import { CommaList, Duration, Port, Text } from '@ekphrasis/configuration';

/** Where the API listens, and how long to one client. */
export class HttpServerSettings {
  /** Where it listens. */
  @Port() PORT = 8000;

  /** Where it listens for the operator, Prometheus and orchestrators. Not set: these are on PORT like all others. */
  @IsOptional() @Port() ADMIN_PORT?: number;

  /** The address it listens on. */
  @Text() HOST = '0.0.0.0';

  /** How long a request may take to arrive, with its body; its headers get an eighth of it. Default 2 minutes. */
  @Duration() REQUEST_TIMEOUT_MS = 120_000;

  /**
   * The proxies in front of it, addresses and networks, such as `10.0.0.0/8,loopback`: what they say of whom they forward for
   * (`X-Forwarded-For`) is believed. By default nobody's word is.
   */
  @IsOptional()
  @CommaList('a comma-separated list of addresses and networks', isAddressOrNetwork)
  TRUST_PROXY?: readonly string[];
}

/** Also the names that Fastify knows of networks. */
function isAddressOrNetwork(word: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(word)) return true;
  const [address = '', bits, ...more] = word.split('/');
  const version = isIP(address);
  const isLength = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  return version !== 0 && more.length === 0 && isLength;
}
