import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { securityErrors } from './errors.js';

/** The root that our TLS port leads to, for stations to install. */
export class ServerRoot {
  private constructor(
    /** PEM; undefined when none is configured. */
    readonly certificate: string | undefined,
  ) {}

  /** Throws `csms.security.server-root-unreadable`. */
  static read(file: string | undefined): ServerRoot {
    if (file === undefined) return new ServerRoot(undefined);
    try {
      return new ServerRoot(new X509Certificate(readFileSync(file)).toString());
    } catch (cause) {
      throw securityErrors.serverRootUnreadable({ file }, cause);
    }
  }
}
