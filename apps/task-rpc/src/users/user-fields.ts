import { refused, textIn } from '../requests/fields.js';

type Data = Readonly<Record<string, unknown>>;

const longestEmail = 254;
const longestPassword = 1_024;
const longestName = 1_000;

/** @throws RequestRefusedError */
export function emailIn(data: Data): string {
  const email = textIn(data, 'email', longestEmail);
  if (/^[^\s@]+@[^\s@]+$/.test(email)) return email;
  throw refused('email', 'an e-mail address', email);
}

/** @throws RequestRefusedError */
export function passwordIn(data: Data): string {
  return textIn(data, 'password', longestPassword);
}

/** @throws RequestRefusedError */
export function fullNameIn(data: Data): string {
  return textIn(data, 'full_name', longestName);
}
