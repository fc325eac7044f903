/** The row of a `measurement_id`, which is its number in plain decimal; undefined for what is none. */
export function parseMeasurementId(text: string): number | undefined {
  const id = Number(text);
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(id) ? id : undefined;
}
