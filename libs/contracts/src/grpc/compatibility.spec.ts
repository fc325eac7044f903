import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { protoFiles } from './index.js';

const released = JSON.parse(readFileSync(join(__dirname, 'released.json'), 'utf8')) as Record<string, Reflected>;

interface Reflected {
  nested?: Record<string, Reflected>;
  fields?: Record<string, { type: string; id: number; rule?: string }>;
  methods?: Record<
    string,
    { requestType: string; requestStream?: boolean; responseType: string; responseStream?: boolean }
  >;
}

/** What clients rely on: each field by its number and type, each method by what it takes and gives. */
function promises({ nested = {}, fields = {}, methods = {} }: Reflected, path = ''): [string, string][] {
  return [
    ...Object.entries(fields).map(([name, { type, id, rule = '' }]): [string, string] => [
      `${path}.${name}`,
      `${rule} ${type} = ${id}`.trim(),
    ]),
    ...Object.entries(methods).map(([name, method]): [string, string] => [
      `${path}/${name}`,
      `${method.requestStream ? 'stream ' : ''}${method.requestType} -> ${method.responseStream ? 'stream ' : ''}${method.responseType}`,
    ]),
    ...Object.entries(nested).flatMap(([name, inner]) => promises(inner, path === '' ? name : `${path}.${name}`)),
  ];
}

const promised = Object.values(released).flatMap((file) => promises(file));
const kept = new Map(Object.values(protoFiles as Record<string, Reflected>).flatMap((file) => promises(file)));

describe('what was released of the .proto files', () => {
  it.each(promised)('is as it was: %s', (name, promise) => expect(kept.get(name)).toBe(promise));

  it('is all that a client of the first release was given', () => {
    expect(Object.fromEntries(promised)).toMatchObject({
      'message.MessageService/ProcessMessage': 'MessageRequest -> MessageResponse',
      'message.FactorialRequest.n': 'int64 = 1',
      'ekphrasis.v1.Captioning/Watch': 'WatchRequest -> stream Image',
      'ekphrasis.v1.WatchRequest.image_ids': 'repeated int64 = 1',
    });
  });
});
