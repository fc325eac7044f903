/** ‖found − expected‖ / ‖expected‖, gathered piece by piece; 0 where all are equal. */
export class RelativeError {
  private difference = 0;
  private size = 0;

  add(found: Float32Array, expected: Float32Array): void {
    for (const [index, value] of expected.entries()) {
      this.difference += (found[index]! - value) ** 2;
      this.size += value ** 2;
    }
  }

  get value(): number {
    return this.difference === 0 ? 0 : Math.sqrt(this.difference / this.size);
  }
}
