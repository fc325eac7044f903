import { IsOptional } from 'class-validator';
import { IntegerBetween, OneOf, Setting } from '@ekphrasis/configuration';

/** Who may do what. */
export class AccessSettings {
  /** The token of whoever operates the product (RFC 6750: visible ASCII). Not set: the operator's calls are refused. */
  @IsOptional()
  @Setting<string>({
    expected: 'visible ASCII characters without blanks',
    parse: (text) => text,
    accepts: (token) => /^[\x21-\x7e]+$/.test(token),
  })
  ADMIN_TOKEN?: string;

  /** `required`: every call but those that are open to all needs a key. `optional`: a call without one belongs to nobody. */
  @OneOf(['optional', 'required']) API_KEYS: 'optional' | 'required' = 'optional';

  /**
   * So many requests a minute may come from one client, and from one address without a key; 0: any number. The default is above what
   * one process answers. Each process counts for itself.
   */
  @IntegerBetween(0, 1_000_000_000) REQUESTS_PER_MINUTE = 1_200_000;
}
