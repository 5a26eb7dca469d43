import type { RpcCall } from '@ampline/platform-grpc';

/** Who asks for a change, and of which tenant. */
export type Asking = Pick<RpcCall, 'caller' | 'tenantId'>;
