/**
 * What an `Authorization` header shows by the scheme `Bearer` (RFC 6750, section 2.1).
 * @returns undefined where there is no header, or one of another scheme, such as a proxy's own; an empty text where what follows is no token
 */
export function bearerOf(authorization: string | undefined): string | undefined {
  const shown = /^bearer(?: +(.*))?$/i.exec(authorization ?? '');
  if (!shown) return undefined;
  return /^\S+$/.exec(shown[1] ?? '')?.[0] ?? '';
}
