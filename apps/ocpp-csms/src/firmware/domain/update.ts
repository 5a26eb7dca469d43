/** Where a station stands in a campaign. The last three are ends. */
export type UpdateState =
  'queued' | 'sending' | 'accepted' | 'downloading' | 'downloaded' | 'installing' | 'installed' | 'verified' | 'failed' | 'skipped';

/** Why an update has not come to its end yet, or came to another one. docs/operations/firmware.md */
export type UpdateReason =
  | 'station-offline'
  | 'not-answered'
  | 'command-refused'
  | 'not-supported'
  | 'certificate-refused'
  | 'download-failed'
  | 'download-timeout'
  | 'signature-invalid'
  | 'installation-failed'
  | 'install-timeout'
  | 'version-differs'
  | 'version-not-told'
  | 'no-boot';

/** A station's part in a campaign. */
export interface Update {
  state: UpdateState;
  reason: UpdateReason | null;
  /** Times that the station was sent the command, the present one included. */
  attempt: number;
  /** Number of the sending of the command: those that reached nobody count as well. */
  sending: number;
  /** Of the present attempt, for SignedUpdateFirmware; null: the station names none in its reports. */
  requestNumber: number | null;
  /** What the station reported last. */
  toldStatus: string | null;
  sentAt: Date | null;
  stateSince: Date;
  /** queued: not before; under way: given up after. */
  dueAt: Date | null;
  /** Of the boot that was judged last. */
  bootSeenAt: Date | null;
}

export interface UpdateRules {
  /** What the station reports when it runs the new firmware. */
  version: string;
  /** Attempts per station. */
  attempts: number;
  retryDelayMs: number;
  /** From the acceptance to the end of the download. */
  downloadTimeoutMs: number;
  /** From there to the boot with the new version. */
  installTimeoutMs: number;
  /** The campaign was aborted: nothing is begun again. */
  ended: boolean;
}

/** How the sending of the command ended. */
export type Answer = 'accepted' | 'offline' | 'unknown' | 'refused' | 'not-supported' | 'certificate-refused';

export type UpdateEvent =
  | { kind: 'answered'; at: Date; answer: Answer }
  /** FirmwareStatusNotification, SignedFirmwareStatusNotification. */
  | { kind: 'told'; at: Date; status: string; requestNumber: number | undefined }
  /** `at`: of the boot. */
  | { kind: 'booted'; at: Date; version: string | null }
  | { kind: 'timed-out'; at: Date };

/** How far a station under way is: what it reports out of order leads nowhere back. */
const PROGRESS: Partial<Record<UpdateState, number>> = {
  sending: 0,
  accepted: 1,
  downloading: 2,
  downloaded: 3,
  installing: 4,
  installed: 5,
};

/** Reports that tell of progress (OCPP 1.6 FirmwareStatus, security extension FirmwareStatusEnumType). */
const REACHED: Readonly<Record<string, UpdateState>> = {
  DownloadScheduled: 'accepted',
  DownloadPaused: 'downloading',
  Downloading: 'downloading',
  Downloaded: 'downloaded',
  SignatureVerified: 'downloaded',
  InstallScheduled: 'downloaded',
  InstallRebooting: 'installing',
  Installing: 'installing',
  Installed: 'installed',
};

/** Reports of failures, and whether another attempt may go better. */
const FAILED: Readonly<Record<string, { reason: UpdateReason; again: boolean }>> = {
  DownloadFailed: { reason: 'download-failed', again: true },
  InstallationFailed: { reason: 'installation-failed', again: true },
  InstallVerificationFailed: { reason: 'installation-failed', again: true },
  InvalidSignature: { reason: 'signature-invalid', again: false },
};

const OFFLINE_PAUSE_MS = 30_000;
/** How long the sender of a command that died is waited for; its successor asks for the stored outcome before that. */
const SENDING_TIMEOUT_MS = 900_000;

/** The command is on its way or further, and the end has not come. */
export function isUnderWay(state: UpdateState): boolean {
  return PROGRESS[state] !== undefined;
}

export function isEnded(state: UpdateState): boolean {
  return state === 'verified' || state === 'failed' || state === 'skipped';
}

/** A queued station is sent the command. */
export function begin(update: Update, at: Date, requestNumber: number | null): Update {
  const dueAt = after(at, SENDING_TIMEOUT_MS);
  const attempt = update.attempt + 1;
  return { ...update, state: 'sending', reason: null, attempt, requestNumber, toldStatus: null, sentAt: at, stateSince: at, dueAt };
}

/** What an event makes of an update; the same object when it changes nothing, so that repetitions and latecomers do no harm. */
export function advance(update: Update, event: UpdateEvent, rules: UpdateRules): Update {
  if (isEnded(update.state)) return update;
  switch (event.kind) {
    case 'answered':
      return answered(update, event.answer, event.at, rules);
    case 'told':
      return told(update, event, rules);
    case 'booted':
      return booted(update, event, rules);
    case 'timed-out':
      return timedOut(update, event.at, rules);
  }
}

/** A station that has reported progress meanwhile has accepted, whatever became of its answer. */
function answered(update: Update, answer: Answer, at: Date, rules: UpdateRules): Update {
  if (update.state !== 'sending') return update;
  switch (answer) {
    case 'accepted':
      return reach(update, 'accepted', at, rules);
    case 'unknown':
      // It may have got the command: what it does next tells.
      return { ...reach(update, 'accepted', at, rules), reason: 'not-answered' };
    case 'offline':
      // Nothing was tried.
      return {
        ...again({ ...update, attempt: update.attempt - 1 }, 'station-offline', at, OFFLINE_PAUSE_MS),
        ...(rules.ended && ENDED_OFFLINE),
      };
    case 'refused':
      return fail(update, 'command-refused', at, rules, true);
    case 'not-supported':
      return fail(update, 'not-supported', at, rules, false);
    case 'certificate-refused':
      return fail(update, 'certificate-refused', at, rules, false);
  }
}

const ENDED_OFFLINE = { state: 'skipped', dueAt: null } as const;

function told(update: Update, { status, requestNumber, at }: Extract<UpdateEvent, { kind: 'told' }>, rules: UpdateRules): Update {
  const ofAnotherAttempt = requestNumber !== undefined && requestNumber !== update.requestNumber;
  // Idle answers a trigger: nothing is under way at the station, and that may be before, between or after.
  if (!isUnderWay(update.state) || ofAnotherAttempt || status === 'Idle') return update;
  const failure = FAILED[status];
  if (failure) return { ...fail(update, failure.reason, at, rules, failure.again), toldStatus: status };
  const reached = REACHED[status];
  if (reached === undefined || !isFurther(reached, update.state)) {
    return update.toldStatus === status || reached !== undefined ? update : { ...update, toldStatus: status };
  }
  return { ...reach(update, reached, at, rules), toldStatus: status };
}

/** The version that a station boots with is the proof, whatever it has reported before. */
function booted(update: Update, { version, at }: Extract<UpdateEvent, { kind: 'booted' }>, rules: UpdateRules): Update {
  if (version === rules.version) return { ...update, state: 'verified', reason: null, stateSince: at, dueAt: null, bootSeenAt: at };
  if (!isUnderWay(update.state)) return update;
  if (update.bootSeenAt !== null && at <= update.bootSeenAt) return update;
  if (update.sentAt !== null && at < update.sentAt) return update;
  const seen = { ...update, bootSeenAt: at };
  // Before it is installed a station may boot as often as it likes.
  if (update.state !== 'installed') return seen;
  if (version === null) return { ...seen, state: 'verified', reason: 'version-not-told', stateSince: at, dueAt: null };
  return fail(seen, 'version-differs', at, rules, true);
}

function timedOut(update: Update, at: Date, rules: UpdateRules): Update {
  if (!isUnderWay(update.state) || update.dueAt === null || at < update.dueAt) return update;
  return fail(reachedNobody(update, rules) ? { ...update, attempt: update.attempt - 1 } : update, timeoutReason(update), at, rules, true);
}

/**
 * Neither an answer nor anything since: whoever sent the command most likely died before it was on its way, which is no attempt of the
 * station. Not so for ever: a station that breaks down at the command looks the same.
 */
function reachedNobody({ state, reason, sending }: Update, { attempts }: UpdateRules): boolean {
  return state === 'accepted' && reason === 'not-answered' && sending <= attempts;
}

function timeoutReason({ state, reason }: Update): UpdateReason {
  if (state === 'installed') return 'no-boot';
  if (state === 'downloaded' || state === 'installing') return 'install-timeout';
  return reason === 'not-answered' ? 'not-answered' : 'download-timeout';
}

/** The time for the download runs from the acceptance, that for the installation from the end of the download. */
function reach(update: Update, state: UpdateState, at: Date, rules: UpdateRules): Update {
  const installs = isFurther(state, 'downloading');
  const installed = isFurther(update.state, 'downloading');
  const dueAt =
    installs && !installed
      ? after(at, rules.installTimeoutMs)
      : update.state === 'sending'
        ? after(at, rules.downloadTimeoutMs)
        : update.dueAt;
  return { ...update, state, reason: null, stateSince: at, dueAt };
}

function fail(update: Update, reason: UpdateReason, at: Date, rules: UpdateRules, mayTryAgain: boolean): Update {
  if (mayTryAgain && update.attempt < rules.attempts && !rules.ended) return again(update, reason, at, rules.retryDelayMs);
  return { ...update, state: 'failed', reason, stateSince: at, dueAt: null };
}

function again(update: Update, reason: UpdateReason, at: Date, delayMs: number): Update {
  return { ...update, state: 'queued', reason, stateSince: at, dueAt: after(at, delayMs) };
}

function isFurther(one: UpdateState, other: UpdateState): boolean {
  return (PROGRESS[one] ?? -1) > (PROGRESS[other] ?? -1);
}

function after(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms);
}
