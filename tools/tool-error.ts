/** Something that the user can do something about: it is told in one line, and the tool ends with 1. */
export class ToolError extends Error {
  readonly code: 'no-product' | 'no-results' | 'usage' | 'gave-up';

  constructor(code: ToolError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
