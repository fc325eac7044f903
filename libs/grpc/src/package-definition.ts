import { fromJSON, type PackageDefinition } from '@grpc/proto-loader';
import { protoFiles } from '@ekphrasis/contracts';

/** Names as in the .proto files, fields that are not set as their defaults, int64 as numbers: ours stay below 2^53. */
const options = { keepCase: true, defaults: true, longs: Number };

/** Every package of the product's .proto files, for servers, clients and reflection. */
export function packageDefinition(): PackageDefinition {
  const nested = Object.assign({}, ...Object.values(protoFiles).map((file) => file.nested)) as Record<string, never>;
  return fromJSON({ nested }, options);
}
