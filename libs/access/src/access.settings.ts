import { IsOptional } from 'class-validator';
import { OneOf, Setting } from '@ekphrasis/configuration';

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
}
