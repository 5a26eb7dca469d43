import { FileTransfer } from '@ampline/contracts';
import type { CsmsConfig } from '../config.js';
import { stationFileErrors } from './errors.js';
import { LINK_FOLDER, type LinkSecret } from './link-secret.js';

/** How a station reaches the endpoints. */
export type Transfer = 'http' | 'https' | 'ftp' | 'ftps';

/** Null: whatever is the most secure here. */
export const TRANSFER: Record<FileTransfer, Transfer | null> = {
  [FileTransfer.UNSPECIFIED]: null,
  [FileTransfer.HTTP]: 'http',
  [FileTransfer.HTTPS]: 'https',
  [FileTransfer.FTP]: 'ftp',
  [FileTransfer.FTPS]: 'ftps',
};

type Addresses = Pick<
  CsmsConfig,
  'filesHttpPort' | 'filesFtpPort' | 'filesTlsCert' | 'filesPublicHost' | 'filesHttpUrl' | 'filesFtpRequireTls'
>;

/** Where stations are sent for files: what of it is switched on, and the addresses. */
export class Endpoints {
  private readonly transfers: readonly Transfer[];

  constructor(
    private readonly config: Addresses,
    /** Of the API: its host is taken where none is configured. */
    private readonly publicUrl: string,
  ) {
    const { filesHttpPort, filesFtpPort, filesTlsCert, filesHttpUrl, filesFtpRequireTls } = config;
    const secure = filesTlsCert !== undefined;
    const https = filesHttpUrl === undefined ? secure : filesHttpUrl.startsWith('https:');
    this.transfers = [
      ...(filesHttpPort === 0 ? [] : [https ? ('https' as const) : ('http' as const)]),
      ...(filesFtpPort !== 0 && secure ? ['ftps' as const] : []),
      ...(filesFtpPort !== 0 && !(secure && filesFtpRequireTls) ? ['ftp' as const] : []),
    ];
  }

  /** The address of a link. Throws `csms.station-files.transfer-off`. */
  url(transfer: Transfer | null, secret: LinkSecret, fileName = ''): string {
    const chosen = transfer ?? this.transfers[0];
    if (chosen === undefined || !this.transfers.includes(chosen)) throw stationFileErrors.transferOff({ on: this.transfers });
    const path = `/${LINK_FOLDER}/${secret.token}/${encodeURIComponent(fileName)}`;
    const { filesHttpUrl, filesHttpPort, filesFtpPort } = this.config;
    if (chosen === 'http' || chosen === 'https') return `${filesHttpUrl ?? `${chosen}://${this.host}:${filesHttpPort}`}${path}`;
    return `${chosen}://${secret.ftpUser}:${secret.ftpPassword}@${this.host}:${filesFtpPort}${path}`;
  }

  private get host(): string {
    return this.config.filesPublicHost ?? new URL(this.publicUrl).hostname;
  }
}
