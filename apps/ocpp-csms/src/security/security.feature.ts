import { systemTimers } from '@ampline/kernel-time';
import { KeyCipher } from '@ampline/platform-runner';
import { DueLoop, type DueWork } from '../due-loop.js';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import { AuthorityStore } from './authorities/authority-store.js';
import { certificateEffects } from './certificates/certificate-effects.js';
import { CertificateDelivery, CertificateSigning } from './certificates/certificate-signing.js';
import { CertificateStore } from './certificates/certificate-store.js';
import { ClientCertificates } from './certificates/client-certificates.js';
import { ExpiryWatch } from './certificates/expiry-watch.js';
import { ChangeWork } from './changes/change-work.js';
import { SecurityChanges } from './changes/security-changes.js';
import { SecurityGrpc } from './security.grpc.js';
import { SecurityReads } from './security-reads.js';
import { ServerRoot } from './server-root.js';

const LOOK_EVERY_MS = 500;

/** Security profiles, keys and certificates of stations, and what stations tell of their security. */
export function securityFeature({ runtime, outbox, audit, commands, jobs }: FeatureParts): CsmsFeature {
  const { config, database, bus, clock, telemetry } = runtime;
  const timeoutMs = config.commandTimeoutMs;
  const authorities = new AuthorityStore(database, new KeyCipher(runtime.secretFor('certificate-authorities')), audit, bus, clock);
  const keys = new KeyCipher(runtime.secretFor('station-keys'));
  const signingPlan = { certificateDays: config.stationCertificateDays, timeoutMs };
  const changePlan = { timeoutMs, reconnectAfterMs: config.securityReconnectMs };
  const expiry = new ExpiryWatch(database, commands, jobs, { renewDays: config.certificateRenewDays, timeoutMs }, clock, telemetry);
  const pace = { inFlight: config.securityInFlight, lookEveryMs: LOOK_EVERY_MS };
  const loop = <R>(work: DueWork<R>) => new DueLoop(work, pace, systemTimers, telemetry);
  return {
    controllers: [SecurityGrpc],
    providers: [
      { provide: AuthorityStore, useValue: authorities },
      { provide: CertificateStore, useValue: new CertificateStore(database, new ClientCertificates(database, clock), audit, bus, clock) },
      { provide: SecurityChanges, useValue: new SecurityChanges(database, outbox, audit, keys, bus, clock) },
      { provide: SecurityReads, useValue: new SecurityReads(database) },
      { provide: ServerRoot, useValue: ServerRoot.read(config.serverRootCertificateFile) },
      { provide: ExpiryWatch, useValue: expiry },
    ],
    parts: [
      loop(new CertificateSigning(database, authorities, signingPlan, clock, telemetry)),
      loop(new CertificateDelivery(database, commands, signingPlan, clock, telemetry)),
      loop(new ChangeWork({ database, commands, outbox, bus, cipher: keys, plan: changePlan, clock, telemetry })),
    ],
    effects: certificateEffects,
  };
}
