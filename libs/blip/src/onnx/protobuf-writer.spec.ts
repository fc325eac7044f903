import { ProtobufWriter } from './protobuf-writer.js';

const hex = (writer: ProtobufWriter): string => Buffer.from(writer.finish()).toString('hex');

it('writes protobuf as its documentation shows', () => {
  // the examples of https://protobuf.dev/programming-guides/encoding/
  expect(hex(new ProtobufWriter().integer(1, 150))).toBe('089601');
  expect(hex(new ProtobufWriter().text(2, 'testing'))).toBe('120774657374696e67');
  expect(hex(new ProtobufWriter().message(3, new ProtobufWriter().integer(1, 150)))).toBe('1a03089601');
  expect(hex(new ProtobufWriter().integer(1, -2))).toBe('08feffffffffffffffff01');
  expect(hex(new ProtobufWriter().float(5, 1))).toBe('2d0000803f');
});
