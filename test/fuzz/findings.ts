/** What is not as it must be, each with the steps that were being done. */
export class Findings {
  readonly list: string[] = [];

  add(what: string): void {
    this.list.push(what);
    console.log(`✗ ${what}`);
  }
}
