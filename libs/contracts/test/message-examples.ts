import type { MessageContract } from '../src/index.js';

/** When whatever the examples tell of happened. */
export const time = '2026-01-01T00:00:00.000Z';

/** A message that its contract takes, and such as it refuses. */
export type Examples = [contract: MessageContract<object>, message: object, wrong: object[]];

/** Declares the tests that hold for every message. */
export function describeMessages(examples: Examples[]): void {
  describe.each(examples.map(([contract, message, wrong]) => ({ type: contract.type, contract, message, wrong })))(
    '$type',
    ({ contract, message, wrong }) => {
      it('reads what it wrote', () => {
        const encoded = contract.encode(message);
        expect(contract.decode(encoded)).toEqual(message);
        expect(JSON.parse(encoded.toString('utf8'))).toEqual(message);
      });

      it('drops what a newer sender added', () => {
        expect(contract.decode(Buffer.from(JSON.stringify({ ...message, added: true })))).toEqual(message);
      });

      it('reads out of a larger buffer', () => {
        const encoded = contract.encode(message);
        const larger = Buffer.concat([Buffer.from('xx'), encoded, Buffer.from('yy')]);
        expect(contract.decode(larger.subarray(2, 2 + encoded.length))).toEqual(message);
      });

      it.each(wrong)('refuses %j for good', (body) => {
        expect(() => contract.decode(Buffer.from(JSON.stringify(body)))).toThrow(
          expect.objectContaining({ code: 'malformed-message', retryable: false }) as Error,
        );
      });

      it.each(['', 'no JSON', '[]', '17', 'null', '"text"', '{'])('refuses %j', (text) => {
        expect(() => contract.decode(Buffer.from(text))).toThrow(
          expect.objectContaining({ code: 'malformed-message' }) as Error,
        );
      });
    },
  );
}
