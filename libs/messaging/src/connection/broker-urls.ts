/** Scheme, user information with its `@`, hosts, and what follows them. */
const parts = /^(amqps?:\/\/)((?:[^/?#]*@)?)([^/?#@]+)(.*)$/;

/**
 * The URL of each host of `amqp://user:password@host-1:5672,host-2:5672/virtual-host`, which names several as PostgreSQL's URLs
 * do; undefined where it is no such URL.
 */
export function brokerUrls(text: string): string[] | undefined {
  const [, scheme, user, hosts, rest] = parts.exec(text) ?? [];
  if (hosts === undefined) return undefined;
  const urls = hosts.split(',').map((host) => `${scheme}${user}${host}${rest}`);
  return urls.every((url) => URL.canParse(url) && new URL(url).hostname !== '') ? urls : undefined;
}

/** The same in an order drawn at random, so that the connections of many processes are spread over all hosts. */
export function inRandomOrder(urls: readonly string[]): string[] {
  return urls
    .map((url) => ({ url, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ url }) => url);
}
