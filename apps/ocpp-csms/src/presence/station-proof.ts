import type { AdmitRequest, RefusalReason } from '@ampline/contracts';
import type { CertificateJudgement } from '../security/certificates/client-certificate.js';
import { matchesStationPassword } from '../stations/station-password.js';

/** What a station's row says of how it has to prove itself. */
export interface Provable {
  identity: string;
  password_hash: string | null;
  next_password_hash: string | null;
  security_profile: number;
  next_security_profile: number | null;
}

/** What a connection has proved. */
export interface Proof {
  /** Security profile of OCPP 1.6 that the connection amounts to. */
  profile: number;
  /** The station uses the password that is to follow. */
  byNextPassword: boolean;
  /** sha256 of the client certificate, lower-case hex. */
  certificateSha256?: string;
}

/** `hasMqttUser`: NATS lets a user of the station alone use its topic. */
type Shown = Pick<AdmitRequest, 'tls' | 'basic' | 'transport'> & { hasMqttUser?: boolean };
type Judge = (certificates: readonly string[]) => Promise<CertificateJudgement>;

/**
 * OCPP 1.6 security whitepaper, table 1: profile 1 is Basic, 2 TLS and Basic, 3 TLS with a client certificate and no Basic. While a
 * station is brought to a higher profile it may come by either; the reason of a refusal is that of the profile it is bound to.
 */
export async function proveStation(shown: Shown, station: Provable, judge: Judge): Promise<Proof | RefusalReason> {
  if (shown.transport === 'mqtt') return byMqttUser(shown, station);
  const next = station.next_security_profile === null ? undefined : await prove(station.next_security_profile, shown, station, judge);
  return typeof next === 'object' ? next : prove(station.security_profile, shown, station, judge);
}

/** The NATS server has asked for the password; that the connection to it was encrypted nobody can tell. */
function byMqttUser({ hasMqttUser }: Shown, { security_profile: profile }: Provable): Proof | RefusalReason {
  if (!hasMqttUser) return 'no-mqtt-user';
  return profile >= 2 ? 'tls-required' : { profile: 1, byNextPassword: false };
}

async function prove(profile: number, shown: Shown, station: Provable, judge: Judge): Promise<Proof | RefusalReason> {
  if (profile >= 2 && !shown.tls) return 'tls-required';
  return profile === 3 ? byCertificate(shown, judge) : byPassword(profile, shown, station);
}

async function byCertificate({ tls }: Shown, judge: Judge): Promise<Proof | RefusalReason> {
  if (tls?.certificates === undefined) return 'certificate-missing';
  const judged = await judge(tls.certificates);
  return judged.ok ? { profile: 3, byNextPassword: false, certificateSha256: judged.sha256 } : judged.reason;
}

/** In profile 0 a password that is set is asked for all the same. */
function byPassword(profile: number, { tls, basic }: Shown, station: Provable): Proof | RefusalReason {
  const { identity, password_hash: current, next_password_hash: next } = station;
  if (profile === 0 && current === null && next === null) return { profile: 0, byNextPassword: false };
  if (basic === undefined) return 'password-missing';
  // OCPP 1.6 security whitepaper, profile 1: the user name is the identity of the station.
  if (basic.username.toLowerCase() !== identity.toLowerCase()) return 'identity-mismatch';
  const byCurrent = current !== null && matchesStationPassword(current, basic.password);
  const byNext = next !== null && matchesStationPassword(next, basic.password);
  if (!byCurrent && !byNext) return 'wrong-password';
  return { profile: tls ? 2 : 1, byNextPassword: byNext && !byCurrent };
}
