import { defineConfig, flag, list, wholeNumber } from '@ampline/platform-config';
import { z } from 'zod';

export const gatewayConfig = defineConfig(
  'OCPP_GATEWAY',
  z.object({
    host: z.string().default('127.0.0.1').describe('Address that stations connect to.'),
    port: wholeNumber(0, 65535).default(9220).describe('Port of OCPP over WebSocket. 0: chosen by the kernel.'),
    gatewayId: z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,100}$/, 'letters, digits, dot, dash, underscore')
      .optional()
      .describe('Name of this replica, unique among them. Unset: host name and port.'),
    forwardedHops: wholeNumber(0, 10)
      .default(0)
      .describe(
        'Proxies in front that append to X-Forwarded-For; the address that many entries from the right is the station. 0: ignore it.',
      ),
    tlsPort: wholeNumber(0, 65535)
      .default(9221)
      .describe('Port of OCPP over TLS (wss), opened when certificate files are named. 0: chosen by the kernel.'),
    tlsCertificateFiles: list()
      .default([])
      .describe(
        'PEM files of the server certificate, each with the chain below the root; one per key type (ECDSA, RSA), separated by commas. Unset: no TLS port.',
      ),
    tlsKeyFiles: list().default([]).describe('PEM files of the private keys, in the order of the certificate files.'),
    tlsReloadIntervalMs: wholeNumber(50, 3_600_000)
      .default(10_000)
      .describe('How often the TLS files are looked at; changed ones serve the next connections. SIGHUP looks at once.'),
    trustedProxies: list()
      .default([])
      .describe('Addresses and networks (CIDR) of proxies that end TLS for stations; only they are believed what they say of it.'),
    clientCertificateHeader: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,100}$/, 'the name of an HTTP header')
      .default('x-forwarded-client-cert')
      .describe(
        'Header in which a trusted proxy passes the client certificate: `x-forwarded-client-cert` (Envoy), or one with the escaped PEM (nginx `ssl-client-cert`) or base64 DER (Traefik).',
      ),
    maxSockets: wholeNumber(1, 1_000_000).default(50_000).describe('Most stations on this replica; more are sent away with 503.'),

    listenBacklog: wholeNumber(1, 65_535)
      .default(4_096)
      .describe('Connections that the kernel keeps until they are taken; net.core.somaxconn may allow fewer.'),
    admissionsPerSecond: wholeNumber(0, 100_000)
      .default(200)
      .describe(
        'Upgrades that go on to the back end in a second, whoever they are from; more wait, or are sent away with 503. 0: unlimited.',
      ),
    tlsHandshakesPerSecond: wholeNumber(0, 100_000)
      .default(300)
      .describe('TLS handshakes that are begun in a second; who would wait longer than an upgrade may is cut off. 0: unlimited.'),
    admissionWaitMs: wholeNumber(0, 60_000)
      .default(5_000)
      .describe('How long an upgrade may wait for its turn; who would wait longer is sent away at once.'),
    maxConcurrentAdmissions: wholeNumber(1, 10_000).default(512).describe('Admissions that the back end is asked for at once.'),
    maxWaitingAdmissions: wholeNumber(0, 1_000_000).default(5_000).describe('Upgrades that wait for an answer or for the back end.'),
    admissionTimeoutMs: wholeNumber(10, 60_000).default(5_000).describe('How long the back end may take for one admission.'),
    admissionHoldMs: wholeNumber(0, 120_000)
      .default(10_000)
      .describe('How long the upgrade of a station that proved itself lately waits for a back end that is away.'),
    retryAfterS: wholeNumber(1, 3_600)
      .default(5)
      .describe(
        'Least Retry-After of a 503, seconds; up to as much again is added by chance, and in a storm the time until there is room.',
      ),
    retryAfterMostS: wholeNumber(1, 86_400).default(300).describe('Most Retry-After of a storm, seconds, chance apart.'),

    pingIntervalS: wholeNumber(1, 3_600).default(30).describe('A socket silent for so long is pinged, seconds.'),
    pongTimeoutS: wholeNumber(1, 3_600).default(20).describe('A pinged socket silent for so long is dead, seconds.'),
    maxBufferedBytes: wholeNumber(1_024, 1_073_741_824)
      .default(1_048_576)
      .describe('A socket with more unsent bytes is cut off: it does not read.'),
    mqttSilenceS: wholeNumber(10, 604_800)
      .default(900)
      .describe('An MQTT station silent for so long is offline, seconds: three times the heartbeat interval.'),
    callTryMs: wholeNumber(10, 60_000).default(5_000).describe('A call without a reply is asked again, elsewhere, after so long.'),

    beatIntervalMs: wholeNumber(50, 14_000)
      .default(5_000)
      .describe('Between two beats. The back end gives a silent gateway up after 15 s.'),

    drainPerSecond: wholeNumber(0, 100_000)
      .default(200)
      .describe('Sockets that are closed in a second at the end, so that other replicas take them over at that rate. 0: all at once.'),
    drainMostMs: wholeNumber(1, 3_600_000)
      .default(60_000)
      .describe('All sockets are closed within this time at the end, faster than the rate when they are many.'),
    drainGraceMs: wholeNumber(0, 3_600_000)
      .default(10_000)
      .describe('How long, after that, calls and commands under way may take before their sockets are closed all the same.'),
    logsPerSecond: wholeNumber(1, 100_000).default(50).describe('Log lines of one event in a second; the rest are counted.'),
    answerUnrecognised: flag()
      .default(false)
      .describe('Answer text without a recognisable message id with a CALLERROR whose id is -1, as OCPP 2.x does.'),
  }),
);

export type GatewayConfig = z.output<typeof gatewayConfig.schema>;
