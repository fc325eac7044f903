const decimal = /^[1-9]\d{0,15}$/;

/** The id that `text` writes in plain decimal, or undefined: `1e3`, `0x10`, `007` and what is above 2^53 - 1 are no ids. */
export function parseImageId(text: string): number | undefined {
  const id = Number(text);
  return decimal.test(text) && Number.isSafeInteger(id) ? id : undefined;
}
