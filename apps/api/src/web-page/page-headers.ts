/**
 * What the page may do: load its own scripts and styles and talk to its own origin, nothing else. Only pictures may come
 * from elsewhere, as the thumbnails of the URLs that a person asks about. Trusted types turn off every way to make HTML
 * out of text.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data: http: https:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The headers of every file of the page. Names carry no version, so a browser asks each time and mostly hears 304. */
export const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
