import { IsOptional } from 'class-validator';
import { Duration, Setting, Text } from '@ekphrasis/configuration';

/** How users' tokens are signed. */
export class TokenSettings {
  /**
   * The secret of the signatures (HS256), the same for all processes. In production it has to be set, with 32 characters at least
   * (RFC 7518, 3.2), unless there is a key file. Elsewhere one is made for each process where it is not, so that tokens end with their process.
   */
  @IsOptional()
  @Setting<string>({ expected: 'a text', parse: (text) => text, accepts: (secret) => secret.length > 0 })
  JWT_SECRET?: string;

  /** A file with an RSA private key (PEM): tokens are signed with it (RS256), and JWT_SECRET is not used. The same for all processes. */
  @IsOptional() @Text() JWT_PRIVATE_KEY_FILE?: string;

  /** For how long a token is good, in milliseconds. */
  @Duration(1_000) JWT_LIFETIME_MS = 3_600_000;
}
