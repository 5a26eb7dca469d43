import { accountsService } from '@ampline/accounts';
import { ocppCsmsService } from '@ampline/ocpp-csms';
import { ocppGatewayService } from '@ampline/ocpp-gateway';
import type { AnyServiceDefinition } from '@ampline/platform-runner';
import { sessionExportService } from '@ampline/session-export';

/** Every service of the platform, in the order of their start: whoever others depend on first, sockets last. */
export const services: readonly AnyServiceDefinition[] = [accountsService, ocppCsmsService, sessionExportService, ocppGatewayService];
