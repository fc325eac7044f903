/** What JSON can say and a database cannot store, half a surrogate, becomes U+FFFD. */
export function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
