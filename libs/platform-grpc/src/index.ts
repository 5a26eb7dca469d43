export {
  API_SCOPES,
  grpcBinding,
  kindOf,
  methodsWithoutRule,
  ROLES,
  type AccessRule,
  type AccessRules,
  type ApiScope,
  type Caller,
  type CallerKind,
  type GrpcBinding,
  type Role,
} from './access.js';
export { grpcClient, type CallOptions, type Client } from './client.js';
export { grpcErrors } from './errors.js';
export { ownRowsOf, type OwnRows } from './own-rows.js';
export { packageDefinition, packageOf } from './package-definition.js';
export { Realm, type RealmAddress } from './realm.js';
export { Rpc, rpcMethodOf, type RpcCall } from './rpc.js';
export { serveGrpc } from './server.js';
export { CLIENT_PREFIX, SERVICES_AUDIENCE, TokenIssuer, TokenVerifier } from './tokens.js';
