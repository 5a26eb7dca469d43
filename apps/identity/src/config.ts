import { defineConfig, flag, list, wholeNumber } from '@ampline/platform-config';
import { z } from 'zod';
import { LOCK, SERVICES, SESSION } from './realm/realm-definition.js';

export const identityConfig = defineConfig(
  'IDENTITY',
  z.object({
    port: wholeNumber(0, 65535).default(8180).describe('Port of the OpenID provider. 0: chosen by the kernel.'),
    services: list().default(SERVICES).describe('Services that have a client of their own, separated by commas.'),
    demoClient: flag()
      .default(false)
      .describe('True: the client `ampline-cli` exists, which takes a password for a token. For development only.'),
    sessionHours: wholeNumber(1, 720).default(SESSION.hours).describe('Hours after which a login ends, however active.'),
    sessionIdleHours: wholeNumber(1, 720)
      .default(SESSION.idleHours)
      .describe('Hours after which a refresh token ends that nobody has used.'),
    keyDays: wholeNumber(1, 3650).default(90).describe('Days after which a new signing key is made.'),
    userFailures: wholeNumber(1, 1000)
      .default(LOCK.userFailures)
      .describe('Wrong passwords in a row after which a user is locked for a while.'),
    addressFailures: wholeNumber(1, 100_000).default(60).describe('Wrong passwords in a row after which an address is locked for a while.'),
    proxyHops: wholeNumber(0, 10)
      .default(0)
      .describe('Proxies in front that add to X-Forwarded-For; 0: the address of the connection is the client’s.'),
  }),
);

export type IdentityConfig = z.output<typeof identityConfig.schema>;
