/** Whether an `If-None-Match` header names this entity tag, by the weak comparison (RFC 9110, section 13.1.2). */
export function matchesEntityTag(header: string | undefined, entityTag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === entityTag);
}
