import type { RequestOf, ResponseOf } from '@ampline/protocol-ocpp';
import type { StationHost } from './station-host.js';
import { upload } from './file-transfer.js';

type LogStatus = RequestOf<'LogStatusNotification'>['status'];
type DiagnosticsStatus = RequestOf<'DiagnosticsStatusNotification'>['status'];

interface Job {
  location: string;
  fileName: string;
  content: () => string;
  attempts: number;
  retryIntervalS: number;
  say: (status: 'Uploading' | 'Uploaded' | 'failed') => void;
}

const DEFAULT_RETRY_INTERVAL_S = 10;

/** Diagnostics and logs on their way to the address they were asked for at. A new request takes the place of the one before. */
export class FileUploads {
  private diagnosticsJob: Job | undefined;
  private logJob: (Job & { requestId: number }) | undefined;

  constructor(
    private readonly station: StationHost,
    private readonly securityLog: () => string,
  ) {}

  get diagnosticsStatus(): DiagnosticsStatus {
    return this.diagnosticsJob === undefined ? 'Idle' : 'Uploading';
  }

  /** LogStatusNotification when it is triggered: Idle has no request id. */
  get logStatus(): RequestOf<'LogStatusNotification'> {
    return this.logJob === undefined ? { status: 'Idle' } : { status: 'Uploading', requestId: this.logJob.requestId };
  }

  /** GetDiagnostics (OCPP 1.6 §5.9). @returns what is done after the answer, with the file's name */
  diagnostics(request: RequestOf<'GetDiagnostics'>): { response: ResponseOf<'GetDiagnostics'>; then: () => void } {
    const fileName = `${this.station.parts.name.identity}-diagnostics.log`.slice(-255);
    const { desk } = this.station.parts;
    const job: Job = {
      ...retriesOf(request),
      location: request.location,
      fileName,
      content: () => diagnosticsOf(this.station),
      say: (status) => desk.inform('DiagnosticsStatusNotification', { status: status === 'failed' ? 'UploadFailed' : status }),
    };
    const then = () => {
      this.diagnosticsJob = job;
      void this.run(job, () => this.diagnosticsJob === job).then(() => {
        if (this.diagnosticsJob === job) this.diagnosticsJob = undefined;
      });
    };
    return { response: { fileName }, then };
  }

  /** GetLog (security whitepaper §4.7). */
  log(request: RequestOf<'GetLog'>): { response: ResponseOf<'GetLog'>; then: () => void } {
    const { requestId, logType, log } = request;
    const { parts } = this.station;
    const filename = `${parts.name.identity}-${logType === 'SecurityLog' ? 'security' : 'diagnostics'}-${requestId}.log`.slice(-255);
    const say = (status: LogStatus) => parts.desk.inform('LogStatusNotification', { status, requestId });
    const job = {
      ...retriesOf(request),
      requestId,
      location: log.remoteLocation,
      fileName: filename,
      content: () => (logType === 'SecurityLog' ? this.securityLog() : diagnosticsOf(this.station)),
      say: (status: 'Uploading' | 'Uploaded' | 'failed') => say(status === 'failed' ? 'UploadFailure' : status),
    };
    const status = this.logJob === undefined ? 'Accepted' : 'AcceptedCanceled';
    const then = () => {
      this.logJob = job;
      void this.run(job, () => this.logJob === job).then(() => {
        if (this.logJob === job) this.logJob = undefined;
      });
    };
    return { response: { status, filename }, then };
  }

  private async run(job: Job, wanted: () => boolean): Promise<void> {
    const { sleeper, pace, profile, chance, log, name } = this.station.parts;
    job.say('Uploading');
    const fails = chance.happens(profile.files.failedUploads);
    for (let attempt = 1; attempt <= job.attempts && wanted(); attempt++) {
      const done = await this.attempt(job, fails).catch((e: unknown) => {
        log.info('station.upload-failed', { ...name, attempt, reason: String(e) });
        return false;
      });
      if (!wanted()) return;
      if (done) return job.say('Uploaded');
      if (attempt < job.attempts && !(await sleeper.sleep(job.retryIntervalS * pace.secondMs))) return;
    }
    if (wanted()) job.say('failed');
  }

  private async attempt(job: Job, fails: boolean): Promise<boolean> {
    if (fails) return false;
    const { uploadMethod, timeoutMs } = this.station.parts.profile.files;
    await upload(job.location, job.fileName, Buffer.from(job.content()), { ca: this.station.trusted, uploadMethod, timeoutMs });
    return true;
  }
}

/** `retries` are attempts after the first (OCPP 1.6 §6.25). */
export function retriesOf(o: { retries?: number; retryInterval?: number }): { attempts: number; retryIntervalS: number } {
  return { attempts: 1 + Math.max(0, o.retries ?? 0), retryIntervalS: Math.max(0, o.retryInterval ?? DEFAULT_RETRY_INTERVAL_S) };
}

/** What the firmware knows to tell; secrets are not shown by `read` either. */
function diagnosticsOf({ parts, evses }: StationHost): string {
  return [
    `# ${parts.name.identity} ${parts.stationClock.timestamp()}`,
    ...evses.map((evse) => `connector ${evse.connectorId}: ${evse.status}, register ${evse.meter.registerWh} Wh`),
    ...parts.configuration.read([]).configurationKey.map(({ key, value }) => `${key}=${value}`),
    ...Object.entries(parts.ledger.counts()).map(([name, count]) => `ledger ${name}: ${count}`),
    '',
  ].join('\n');
}
