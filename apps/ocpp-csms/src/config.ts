import { defineConfig, flag, wholeNumber } from '@ampline/platform-config';
import { z } from 'zod';

/** Configuration of ocpp-csms, read from `OCPP_CSMS_…`. Durations carry their unit in the name. */
export const csmsConfig = defineConfig(
  'OCPP_CSMS',
  z.object({
    heartbeatIntervalS: wholeNumber(10, 86_400)
      .default(300)
      .describe('Interval that BootNotification answers with; also how soon a station that is not accepted asks again.'),
    admitWithoutSubprotocol: flag().default(false).describe('Admit stations that offer no WebSocket subprotocol, as OCPP 1.6.'),
    verifierValidS: wholeNumber(0, 86_400).default(600).describe('How long a gateway may keep the verifier of a station password.'),
    maxFrameBytes: wholeNumber(16_384, 16_777_216)
      .default(262_144)
      .describe('Largest frame taken from a station; larger ones close the socket with 1009.'),
    callsPerMinute: wholeNumber(10, 100_000).default(600).describe('Calls per minute that one station may send.'),
    callDeadlineMs: wholeNumber(1_000, 600_000)
      .default(25_000)
      .describe('How long a station call is tried before the socket is closed so that the station queues; below what stations wait for.'),
    commandTimeoutMs: wholeNumber(1_000, 600_000).default(30_000).describe('How long a station may take to answer a command.'),
    gatewaySilenceS: wholeNumber(5, 600).default(15).describe('After so long without a beat the stations of a gateway are shown offline.'),
    missingStopGraceS: wholeNumber(10, 86_400)
      .default(300)
      .describe('A session whose connector has been available for so long without a stop is ended as estimated.'),
    meterBatchSize: wholeNumber(1, 2_000).default(200).describe('Most meter value messages in one transaction.'),
    meterBatchDelayMs: wholeNumber(0, 1_000).default(4).describe('How long a meter value message waits for others to share its commit.'),
    meterBatchesInFlight: wholeNumber(1, 8).default(2).describe('Transactions of meter values at once, per replica.'),
    messageRetentionDays: wholeNumber(1, 3_650).default(30).describe('How long raw messages are kept.'),
    meterValueRetentionDays: wholeNumber(1, 3_650).default(400).describe('How long meter values are kept.'),
    factTries: wholeNumber(1, 100)
      .default(10)
      .describe('Deliveries of a fact that fails before it is parked; the pause between them doubles from 1 s.'),
    factAckWaitS: wholeNumber(1, 3_600)
      .default(30)
      .describe('After so long without an acknowledgement a fact is given to another replica, seconds.'),
    exportBatchSize: wholeNumber(1, 5_000).default(500).describe('Rows that an export stream reads at once.'),
    transactionMessageAttempts: wholeNumber(1, 100_000)
      .default(100)
      .describe(
        'Setting TransactionMessageAttempts that accepted stations are brought to: after so many failures a station drops a message.',
      ),
    transactionMessageRetryIntervalS: wholeNumber(1, 3_600)
      .default(10)
      .describe('Setting TransactionMessageRetryInterval that accepted stations are brought to.'),
    meterValueSampleIntervalS: wholeNumber(0, 86_400)
      .default(60)
      .describe('Setting MeterValueSampleInterval that accepted stations are brought to; 0 sends no samples.'),
    webSocketPingIntervalS: wholeNumber(0, 3_600)
      .default(60)
      .describe('Setting WebSocketPingInterval that accepted stations are brought to; 0 sends no pings.'),
    settingsDelayMs: wholeNumber(0, 600_000).default(2_000).describe('How long after an accepted boot the settings are sent.'),
    serverRootCertificateFile: z
      .string()
      .optional()
      .describe('PEM file of the root certificate that the TLS port of the gateways leads to, for stations to install.'),
    stationCertificateDays: wholeNumber(1, 3_650).default(365).describe('How long client certificates hold that are issued to stations.'),
    certificateRenewDays: wholeNumber(1, 365).default(30).describe('So long before its end a station is asked to renew its certificate.'),
    securityReconnectMs: wholeNumber(0, 3_600_000)
      .default(15_000)
      .describe('A station that was given a new key or profile and stays connected is disconnected after this, to come back with it.'),
    securityInFlight: wholeNumber(1, 1_000)
      .default(20)
      .describe('Stations that one replica brings to a new key, profile or certificate at once.'),
    settingsInFlight: wholeNumber(1, 1_000).default(20).describe('Stations that one replica brings to their settings at once.'),
  }),
);

/** Parsed configuration of ocpp-csms. */
export type CsmsConfig = z.output<typeof csmsConfig.schema>;

/** Database connections per role. */
export const CONNECTIONS = { app: 10, worker: 20 };
