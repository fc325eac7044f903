export { GrpcCallError } from './grpc.errors.js';
export { GrpcClientSettings } from './grpc-client.settings.js';
export { MessageClient } from './message-client.js';
export { packageDefinition } from './package-definition.js';
