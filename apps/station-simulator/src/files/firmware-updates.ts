import { X509Certificate } from 'node:crypto';
import type { RequestOf, ResponseOf } from '@ampline/protocol-ocpp';
import type { StationSecurity } from '../security/station-security.js';
import { retriesOf } from './file-uploads.js';
import { download } from './file-transfer.js';
import { FirmwareImage } from './firmware-image.js';
import type { StationHost } from './station-host.js';

type Status = RequestOf<'SignedFirmwareStatusNotification'>['status'];

interface Job {
  location: string;
  attempts: number;
  retryIntervalS: number;
  retrieveAtMs: number;
  installAtMs: number;
  /** Absent: UpdateFirmware of OCPP 1.6, which knows neither request ids nor signatures. */
  signed?: { requestId: number; certificate: X509Certificate; signature: string };
}

/** Waits until a moment are cut into pieces that a change of the schedule can end. */
const LOOK_EVERY_MS = 1_000;

/** UpdateFirmware and SignedUpdateFirmware, from the request to the version that boots. */
export class FirmwareUpdates {
  version: string;
  private job: Job | undefined;
  private installing = false;
  private last: Status = 'Idle';

  constructor(
    private readonly station: StationHost,
    private readonly security: StationSecurity,
  ) {
    this.version = station.parts.profile.firmwareVersion;
  }

  /** FirmwareStatusNotification when it is triggered: the newest, in the words of OCPP 1.6 (§7.25). */
  get status(): RequestOf<'FirmwareStatusNotification'>['status'] {
    return PLAIN[this.last] ?? 'Idle';
  }

  /** SignedFirmwareStatusNotification when it is triggered. */
  get signedStatus(): RequestOf<'SignedFirmwareStatusNotification'> {
    const requestId = this.job?.signed?.requestId;
    return requestId === undefined ? { status: 'Idle' } : { status: this.last, requestId };
  }

  /** OCPP 1.6 §5.17 has no status to refuse with: while an update is being installed, another is not begun. */
  update(request: RequestOf<'UpdateFirmware'>): void {
    if (this.installing) return;
    const retrieveAtMs = Date.parse(request.retrieveDate);
    this.begin({ ...retriesOf(request), location: request.location, retrieveAtMs, installAtMs: retrieveAtMs });
  }

  /** Security whitepaper §4.10. A request takes the place of one that is not being installed yet. */
  updateSigned(request: RequestOf<'SignedUpdateFirmware'>): { status: ResponseOf<'SignedUpdateFirmware'>['status']; then: () => void } {
    const { firmware, requestId } = request;
    const nothing = () => undefined;
    if (this.installing) return { status: 'Rejected', then: nothing };
    const certificate = this.security.judgeSigner(firmware.signingCertificate);
    if (certificate === undefined) {
      return { status: 'InvalidCertificate', then: () => this.station.securityEvent('InvalidFirmwareSigningCertificate') };
    }
    const retrieveAtMs = Date.parse(firmware.retrieveDateTime);
    const installAtMs = firmware.installDateTime === undefined ? retrieveAtMs : Date.parse(firmware.installDateTime);
    const signed = { requestId, certificate, signature: firmware.signature };
    const status = this.job === undefined ? 'Accepted' : 'AcceptedCanceled';
    return {
      status,
      then: () => this.begin({ ...retriesOf(request), location: firmware.location, retrieveAtMs, installAtMs, signed }),
    };
  }

  private begin(job: Job): void {
    this.job = job;
    void this.run(job).then(() => {
      if (this.job === job) this.job = undefined;
      this.installing = false;
    });
  }

  private async run(job: Job): Promise<void> {
    const image = await this.fetch(job);
    if (image === undefined || this.job !== job) return;
    if (job.signed !== undefined && !this.verify(job.signed, image)) return;
    if (!(await this.waitFor(job, job.installAtMs, 'InstallScheduled'))) return;
    await this.install(job, image);
  }

  private async fetch(job: Job): Promise<FirmwareImage | undefined> {
    const { sleeper, pace, chance, profile, log, name } = this.station.parts;
    if (!(await this.waitFor(job, job.retrieveAtMs, 'DownloadScheduled'))) return undefined;
    this.report(job, 'Downloading');
    const fails = chance.happens(profile.files.failedDownloads);
    for (let attempt = 1; attempt <= job.attempts && this.job === job; attempt++) {
      const image = new FirmwareImage(job.signed?.certificate.publicKey);
      const { uploadMethod, timeoutMs } = profile.files;
      const options = { ca: this.station.trusted, uploadMethod, timeoutMs };
      const done = await (fails ? Promise.resolve(false) : download(job.location, image, options).then(() => true)).catch((e: unknown) => {
        log.info('station.download-failed', { ...name, attempt, reason: String(e) });
        return false;
      });
      if (this.job !== job) return undefined;
      if (done) {
        this.report(job, 'Downloaded');
        return image;
      }
      if (attempt < job.attempts && !(await sleeper.sleep(job.retryIntervalS * pace.secondMs))) return undefined;
    }
    if (this.job === job) this.report(job, 'DownloadFailed');
    return undefined;
  }

  private verify({ signature }: NonNullable<Job['signed']>, image: FirmwareImage): boolean {
    const valid = image.isSignedBy(signature);
    this.report(this.job, valid ? 'SignatureVerified' : 'InvalidSignature');
    if (!valid) this.station.securityEvent('InvalidFirmwareSignature');
    return valid;
  }

  /** Nobody's charging is cut short: what runs ends first. */
  private async install(job: Job, image: FirmwareImage): Promise<void> {
    const { sleeper, pace, profile, chance } = this.station.parts;
    const idle = () => this.job !== job || this.station.evses.every(({ running }) => running === undefined);
    if (!(await sleeper.until(idle, Infinity)) || this.job !== job) return;
    this.installing = true;
    this.report(job, 'Installing');
    if (!(await sleeper.sleep(profile.files.installS * pace.secondMs))) return;
    if (image.size === 0 || chance.happens(profile.files.failedInstallations)) return this.report(job, 'InstallationFailed');
    if (job.signed !== undefined) this.report(job, 'InstallRebooting');
    // What is still waiting to be told would otherwise be told after the boot of the new version.
    await sleeper.until(() => this.station.parts.desk.informed, profile.connection.callTimeoutMs);
    this.version = image.version(job.location) ?? this.version;
    this.station.reboot('Reboot');
    this.report(job, 'Installed');
    this.station.securityEvent('FirmwareUpdated', this.version);
  }

  /** @returns false when the update is no longer wanted */
  private async waitFor(job: Job, atMs: number, scheduled: Status): Promise<boolean> {
    const { clock, sleeper } = this.station.parts;
    const leftMs = () => atMs - clock.now().getTime();
    if (leftMs() > 0 && job.signed !== undefined) this.report(job, scheduled);
    while (leftMs() > 0 && this.job === job) if (!(await sleeper.sleep(Math.min(leftMs(), LOOK_EVERY_MS)))) return false;
    return this.job === job;
  }

  private report(job: Job | undefined, status: Status): void {
    this.last = status;
    const { desk } = this.station.parts;
    if (job?.signed !== undefined) desk.inform('SignedFirmwareStatusNotification', { status, requestId: job.signed.requestId });
    else desk.inform('FirmwareStatusNotification', { status: this.status });
  }
}

const PLAIN: Partial<Record<Status, RequestOf<'FirmwareStatusNotification'>['status']>> = {
  Idle: 'Idle',
  Downloading: 'Downloading',
  Downloaded: 'Downloaded',
  DownloadFailed: 'DownloadFailed',
  Installing: 'Installing',
  Installed: 'Installed',
  InstallationFailed: 'InstallationFailed',
};
