import type { CsmsFeature, FeatureParts } from '../feature.js';
import { ArchiveGrpc, LongestRetention } from './archive.grpc.js';
import { MessageExport } from './message-export.js';
import { MessagePruning } from './message-pruning.js';
import { MessageRetention } from './message-retention.js';

const EVERY_NIGHT = { cron: '40 1 * * *', zone: 'UTC', expireMs: 4 * 3_600_000 };

/** The message archive as a whole: export, and how long each tenant keeps its messages. */
export function archiveFeature({ runtime, audit, jobs }: FeatureParts): CsmsFeature {
  const { config, database, telemetry } = runtime;
  const pruning = new MessagePruning(database, telemetry);
  jobs.define('prune-messages', EVERY_NIGHT, async (_, { signal }) => void (await pruning.run(signal)));
  return {
    controllers: [ArchiveGrpc],
    providers: [
      { provide: MessageExport, useValue: new MessageExport(database) },
      { provide: MessageRetention, useValue: new MessageRetention(database, audit) },
      { provide: LongestRetention, useValue: new LongestRetention(config.messageRetentionDays) },
    ],
  };
}
