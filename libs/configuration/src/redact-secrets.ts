const SECRET_NAME = /password|secret|token|key|credential/i;
const USER_INFORMATION = /\/\/[^/?#\s"'@:]*:[^\s"'@]*@/g;
const SECRET_PARAMETER = /\b([\w-]*(?:password|secret|token|api_?key|signature))=[^&\s"']+/gi;

/**
 * Blots out what must not be read in a log or an error: the password in a URL's `user:password@`, and query parameters
 * whose names speak of secrets. Everything else stays as it is.
 */
export function redactSecrets(text: string): string {
  return text.replace(USER_INFORMATION, '//***:***@').replace(SECRET_PARAMETER, '$1=***');
}

/** How a wrong environment variable is shown to the person who set it. */
export function describeSetting(name: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  if (SECRET_NAME.test(name)) return 'a value that is kept secret';
  const shown = redactSecrets(value).replace(/:.*@/s, ':***@');
  return JSON.stringify(shown.length > 100 ? `${shown.slice(0, 100)}…` : shown);
}
