import { defineConfig, flag, wholeNumber } from '@ampline/platform-config';
import { z } from 'zod';

/** Configuration of ocpp-csms, read from `OCPP_CSMS_…`. Durations carry their unit in the name. */
export const csmsConfig = defineConfig(
  'OCPP_CSMS',
  z.object({
    heartbeatIntervalS: wholeNumber(10, 86_400)
      .default(300)
      .describe('Interval that BootNotification answers with; also how soon a station that is not accepted asks again.'),
    heartbeatJitterPercent: wholeNumber(0, 50)
      .default(10)
      .describe("By how much a station's own interval is longer or shorter, so that stations that booted together do not stay together."),
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
    queueDelayMs: wholeNumber(0, 600_000)
      .default(3_000)
      .describe('How long after a station has connected its queued commands are sent: it may have to boot first.'),
    queueInFlight: wholeNumber(1, 1_000).default(50).describe('Queued commands that one replica has on their way at once.'),
    commandRetentionDays: wholeNumber(1, 3_650).default(400).describe('How long commands and command runs are kept.'),
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
    filesHost: z.string().default('127.0.0.1').describe('Address that the station file endpoints listen at.'),
    filesHttpPort: wholeNumber(0, 65_535)
      .default(0)
      .describe('Port of station files by HTTP, or HTTPS when there is a certificate; by convention 9223. 0: off.'),
    filesFtpPort: wholeNumber(0, 65_535)
      .default(0)
      .describe('Port of station files by FTP, and by FTP over TLS when there is a certificate; by convention 9224. 0: off.'),
    filesPublicHost: z.string().optional().describe('Host name that stations reach the file endpoints by. Unset: that of the API.'),
    filesHttpUrl: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional()
      .describe('Address of the HTTP endpoint as stations reach it, where a proxy stands in front. Unset: host and port.'),
    filesTlsCert: z.string().optional().describe('PEM file with the certificate chain of the file endpoints. Unset: no TLS.'),
    filesTlsKey: z.string().optional().describe('PEM file with the key of that certificate.'),
    filesFtpRequireTls: flag().default(false).describe('Refuse FTP in the clear.'),
    filesFtpPassiveHost: z
      .ipv4()
      .optional()
      .describe('IPv4 address that PASV tells stations. Unset: the one that the control connection came to.'),
    filesFtpPassiveFrom: wholeNumber(0, 65_535).default(0).describe('First port of FTP data connections. 0: chosen by the kernel.'),
    filesFtpPassiveTo: wholeNumber(0, 65_535).default(0).describe('Last port of FTP data connections.'),
    filesMaxConnections: wholeNumber(1, 100_000).default(500).describe('Connections at once at each of the file endpoints.'),
    filesIdleS: wholeNumber(1, 3_600).default(120).describe('A connection on which nothing moves for so long is closed.'),
    filesMaxUploadBytes: wholeNumber(1_024, 107_374_182_400)
      .default(104_857_600)
      .describe('Largest file that a station may send; default 100 MiB.'),
    filesLinkValidS: wholeNumber(60, 2_592_000).default(86_400).describe('How long the address of one transfer may be used.'),
    filesRetentionDays: wholeNumber(1, 3_650).default(90).describe('How long files of stations are kept.'),
    firmwareMaxBytes: wholeNumber(1_024, 107_374_182_400).default(536_870_912).describe('Largest firmware image; default 512 MiB.'),
    firmwareStepMs: wholeNumber(50, 60_000).default(1_000).describe('How often running firmware campaigns are brought on.'),
    settingsDelayMs: wholeNumber(0, 600_000).default(2_000).describe('How long after an accepted boot the settings are sent.'),
    reservationLongestMin: wholeNumber(1, 10_080).default(120).describe('Longest time from now that an EVSE may be reserved for, minutes.'),
    reservationsPerToken: wholeNumber(1, 1_000).default(1).describe('Open reservations that one id token may have.'),
    localListSettleS: wholeNumber(0, 3_600)
      .default(10)
      .describe('A change of id tokens waits so long for others before the local lists of stations are brought up to date, seconds.'),
    localListsPerMinute: wholeNumber(1, 60_000)
      .default(600)
      .describe('Stations of a tenant whose local lists a change of id tokens or of a policy makes due, per minute.'),
    localListsInFlight: wholeNumber(1, 1_000).default(10).describe('Stations whose local lists one replica brings up to date at once.'),
    configurationReadDelayMs: wholeNumber(0, 3_600_000)
      .default(15_000)
      .describe('How long after an accepted boot all settings of the station are read; behind the settings that are sent to it.'),
    configurationReadEveryH: wholeNumber(1, 8_760)
      .default(24)
      .describe(
        'How often the settings of a connected station are read to find drift; a boot within an hour of the last reading reads none.',
      ),
    busAccountsFile: z
      .string()
      .min(1)
      .optional()
      .describe('File that the accounts of MQTT stations and foreign back ends are written to, for nats-server to include. Unset: none.'),
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
    settingsPerSecond: wholeNumber(1, 1_000)
      .default(20)
      .describe('Stations that one replica begins to bring to their settings in a second: after an outage all of them may have booted.'),
    settingsInFlight: wholeNumber(1, 1_000).default(20).describe('Stations that one replica brings to their settings at once.'),
  }),
);

/** Parsed configuration of ocpp-csms. */
export type CsmsConfig = z.output<typeof csmsConfig.schema>;

/** Database connections per role. */
export const CONNECTIONS = { app: 10, worker: 20 };
