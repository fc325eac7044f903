/**
 * The headers of every file of a page. It may load its own scripts and styles and talk to its own origin, nothing else; trusted types
 * turn off every way to make HTML out of text. Names carry no version, so a browser asks each time and mostly hears 304.
 * @param imageSources where its pictures may come from, as `img-src` has it
 */
export function pageHeaders(imageSources: string): Record<string, string> {
  const contentSecurityPolicy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${imageSources}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return {
    'content-security-policy': contentSecurityPolicy,
    'cache-control': 'no-cache',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
