export {
  grpcBinding,
  methodsWithoutRule,
  ROLES,
  type AccessRule,
  type AccessRules,
  type Caller,
  type GrpcBinding,
  type Role,
} from './access.js';
export { grpcClient, type CallOptions, type Client } from './client.js';
export { grpcErrors } from './errors.js';
export { packageDefinition, packageOf } from './package-definition.js';
export { Rpc, rpcMethodOf, type RpcCall } from './rpc.js';
export { serveGrpc } from './server.js';
export { TokenIssuer, TokenVerifier } from './tokens.js';
