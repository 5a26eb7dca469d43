import type { CsmsFeature, FeatureParts } from '../feature.js';
import type { BackgroundPart } from '../background-part.js';
import { endpointCertificate } from './endpoint-certificate.js';
import { FileRequests } from './file-requests.js';
import { FileUpkeep } from './file-upkeep.js';
import { FtpEndpoint } from './ftp/ftp-endpoint.js';
import { HttpEndpoint } from './http-endpoint.js';
import type { Links } from './links.js';
import { StationFilesGrpc } from './station-files.grpc.js';
import { StationFileStore } from './station-files.store.js';
import { Transfers } from './transfers.js';

/** Files that stations send, and the endpoints at which they send and fetch files. */
export function stationFilesFeature({ runtime, commands, audit, jobs }: FeatureParts, links: Links): CsmsFeature {
  const { config, database, objects, clock, telemetry } = runtime;
  const limits = {
    maxBytes: config.filesMaxUploadBytes,
    linkValidMs: config.filesLinkValidS * 1_000,
    timeoutMs: config.commandTimeoutMs,
  };
  const upkeep = new FileUpkeep(database, objects, clock, config.filesRetentionDays, telemetry);
  jobs.define('station-files-upkeep', { cron: '*/10 * * * *' }, (_data, { signal }) => upkeep.run(signal));
  return {
    controllers: [StationFilesGrpc],
    providers: [
      { provide: StationFileStore, useValue: new StationFileStore(database, objects, audit, clock) },
      { provide: FileRequests, useValue: new FileRequests(database, links, commands, audit, clock, limits) },
    ],
    parts: endpoints({ runtime }, links),
  };
}

function endpoints({ runtime }: Pick<FeatureParts, 'runtime'>, links: Links): BackgroundPart[] {
  const { config, database, objects, clock, telemetry } = runtime;
  const transfers = new Transfers(database, objects, clock, telemetry);
  const certificate = endpointCertificate({ cert: config.filesTlsCert, key: config.filesTlsKey });
  const common = {
    host: config.filesHost,
    certificate,
    maxConnections: config.filesMaxConnections,
    idleMs: config.filesIdleS * 1_000,
  };
  const ftp = {
    ...common,
    port: config.filesFtpPort,
    passivePorts: { from: config.filesFtpPassiveFrom, to: config.filesFtpPassiveTo },
    passiveHost: config.filesFtpPassiveHost,
    requireTls: config.filesFtpRequireTls,
  };
  return [
    ...(config.filesHttpPort === 0 ? [] : [new HttpEndpoint({ ...common, port: config.filesHttpPort }, links, transfers, telemetry)]),
    ...(config.filesFtpPort === 0 ? [] : [new FtpEndpoint(ftp, links, transfers, telemetry)]),
  ];
}
