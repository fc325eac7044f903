/** Who sent a request. */
export interface Caller {
  /** Tells callers apart: two with one name are one. */
  readonly name: string;
  /** Of a user who has shown a token. */
  readonly userId?: string;
  /** Of a client who has shown an API key. */
  readonly clientId?: string;
}
