/** Whether spans are recorded. Everything here costs one look at this while they are not. */
export const tracing = { isOn: false };

/** Whether this process records spans. */
export function isTracing(): boolean {
  return tracing.isOn;
}
