import { IsOptional } from 'class-validator';
import { Setting } from '@ekphrasis/configuration';

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
}
