import { AccountsService } from '@ampline/contracts';
import { systemTimers } from '@ampline/kernel-time';
import { grpcClient } from '@ampline/platform-grpc';
import { factOperations } from '@ampline/platform-outbox';
import type { ServiceOperations, ServiceRuntime } from '@ampline/platform-runner';
import type { CsmsConfig } from './config.js';
import { CONTEXT } from './csms.module.js';
import { AccountsGrpcExport } from './projections/accounts-export.grpc.js';
import { AccountsLoad } from './projections/accounts-load.js';
import { AccountsProjection } from './projections/accounts.projection.js';

/** What an operator can have ocpp-csms do: tell its facts again, see to parked facts of accounts, read accounts anew. */
export function csmsOperations(runtime: ServiceRuntime<CsmsConfig>): ServiceOperations {
  const { name, database, bus, clock, instance, telemetry } = runtime;
  const projection = new AccountsProjection();
  const takes = [{ context: 'accounts', handlers: projection.handlers }];
  return {
    ...factOperations({ service: name, database, bus, instance, telemetry, tells: CONTEXT, takes }),
    rebuild: async () => {
      const accounts = grpcClient(AccountsService, { url: runtime.grpcUrl('accounts'), telemetry, token: () => runtime.serviceToken() });
      try {
        return await new AccountsLoad(database, projection, new AccountsGrpcExport(accounts), clock, systemTimers, telemetry).load();
      } finally {
        accounts.close();
      }
    },
  };
}
