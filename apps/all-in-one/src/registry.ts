import { accountsService } from '@ampline/accounts';
import { apiGatewayService } from '@ampline/api-gateway';
import { identityService } from '@ampline/identity';
import { ocppCsmsService } from '@ampline/ocpp-csms';
import { ocppGatewayService } from '@ampline/ocpp-gateway';
import type { AnyServiceDefinition, Environment } from '@ampline/platform-runner';
import { sessionExportService } from '@ampline/session-export';

/** Every service of the platform, in the order of their start: whoever others depend on first, sockets last. */
export const services: readonly AnyServiceDefinition[] = [
  identityService,
  accountsService,
  ocppCsmsService,
  sessionExportService,
  apiGatewayService,
  ocppGatewayService,
];

/** The services of an installation: where people log in elsewhere, it has no identity provider of its own. */
export function servicesOf(env: Environment): readonly AnyServiceDefinition[] {
  return env['AMPLINE_KEYCLOAK_URL'] ? services.filter((service) => service !== identityService) : services;
}
