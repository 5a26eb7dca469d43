import { describe, expect, it } from '@jest/globals';
import {
  advance,
  begin,
  isEnded,
  isUnderWay,
  type Answer,
  type Update,
  type UpdateEvent,
  type UpdateRules,
  type UpdateState,
} from './update.js';

const RULES: UpdateRules = {
  version: '2.0',
  attempts: 2,
  retryDelayMs: 60_000,
  downloadTimeoutMs: 600_000,
  installTimeoutMs: 900_000,
  ended: false,
};
const minute = (m: number): Date => new Date(Date.UTC(2026, 0, 1, 12, m));

const QUEUED: Update = {
  state: 'queued',
  reason: null,
  attempt: 0,
  sending: 1,
  requestNumber: null,
  toldStatus: null,
  sentAt: null,
  stateSince: minute(0),
  dueAt: minute(0),
  bootSeenAt: null,
};
const SENDING = begin(QUEUED, minute(0), null);

const answer = (it: Answer, m = 1): UpdateEvent => ({ kind: 'answered', at: minute(m), answer: it });
const told = (status: string, m = 2, requestNumber?: number): UpdateEvent => ({ kind: 'told', at: minute(m), status, requestNumber });
const booted = (version: string | null, m: number): UpdateEvent => ({ kind: 'booted', at: minute(m), version });
const timedOut = (m: number): UpdateEvent => ({ kind: 'timed-out', at: minute(m) });

const run = (events: readonly UpdateEvent[], from = SENDING, rules = RULES): Update =>
  events.reduce((update, event) => advance(update, event, rules), from);
const ACCEPTED = run([answer('accepted')]);
const IN: Record<string, Update> = {
  sending: SENDING,
  accepted: ACCEPTED,
  downloading: run([told('Downloading')], ACCEPTED),
  downloaded: run([told('Downloaded')], ACCEPTED),
  installing: run([told('Installing')], ACCEPTED),
  installed: run([told('Installed')], ACCEPTED),
};

describe('an update that goes well', () => {
  it('passes through all that a station reports, and is verified by its boot', () => {
    const states = ['Downloading', 'Downloaded', 'Installing', 'Installed'].map((status, i) => told(status, i + 2));
    const update = run([answer('accepted'), ...states, booted('2.0', 7)]);
    expect(update).toMatchObject({ state: 'verified', reason: null, attempt: 1, toldStatus: 'Installed', dueAt: null });
  });

  it('passes through what the security extension adds', () => {
    const from = begin(QUEUED, minute(0), 17);
    const statuses = ['DownloadScheduled', 'Downloading', 'DownloadPaused', 'Downloaded', 'SignatureVerified', 'InstallScheduled'];
    const update = run([answer('accepted'), ...statuses.map((status) => told(status, 2, 17))], from);
    expect(update.state).toBe('downloaded');
    expect(run([told('InstallRebooting', 3, 17)], update).state).toBe('installing');
    expect(run([told('InstallRebooting', 3, 17), told('Installed', 4, 17), booted('2.0', 5)], update).state).toBe('verified');
  });

  it.each(Object.keys(IN))('is verified by the version alone, whatever was reported: %s', (state) => {
    expect(run([booted('2.0', 9)], IN[state]).state).toBe('verified');
  });

  it('may boot with the new version before it reports Installed', () => {
    const update = run([told('Installing'), booted('2.0', 3), told('Installed', 4)], ACCEPTED);
    expect(update).toMatchObject({ state: 'verified', toldStatus: 'Installing' });
  });

  it('counts without a version in the boot', () => {
    expect(run([booted(null, 5)], IN['installed'])).toMatchObject({ state: 'verified', reason: 'version-not-told' });
    expect(run([booted(null, 5)], IN['downloading']).state).toBe('downloading');
  });
});

describe('repetitions and latecomers', () => {
  it.each(Object.keys(IN))('change nothing: %s', (state) => {
    const update = IN[state] as Update;
    const before = ['Downloading', 'Downloaded', 'Installing', 'Installed'].slice(0, Math.max(0, Object.keys(IN).indexOf(state) - 1));
    for (const status of before) expect(run([told(status, 9)], update)).toBe(update);
    expect(run([told('Idle', 9)], update)).toBe(update);
  });

  it.each(['verified', 'failed', 'skipped'] as const)('leave an end alone: %s', (state) => {
    const update: Update = { ...QUEUED, state, dueAt: minute(0) };
    const events = [answer('accepted'), told('Downloading'), told('DownloadFailed'), booted('2.0', 5), booted('1.0', 5), timedOut(99)];
    for (const event of events) expect(advance(update, event, RULES)).toBe(update);
  });

  it('of an earlier attempt count only without a request id', () => {
    const second = begin(begin(QUEUED, minute(0), 17), minute(5), 18);
    expect(run([told('DownloadFailed', 6, 17)], second)).toBe(second);
    expect(run([told('DownloadFailed', 6, 18)], second).state).toBe('failed');
    expect(run([told('Downloading', 6)], second).state).toBe('downloading');
  });

  it('of a station that waits for its next attempt change nothing', () => {
    const waiting = run([told('DownloadFailed')], ACCEPTED);
    expect(run([told('Downloading', 3)], waiting)).toBe(waiting);
    expect(run([timedOut(99)], waiting)).toBe(waiting);
    expect(run([booted('1.0', 3)], waiting)).toBe(waiting);
  });

  it('never undo progress: an answer after a report', () => {
    const update = run([told('Downloading')]);
    expect(update).toMatchObject({ state: 'downloading', dueAt: minute(12) });
    for (const late of ['accepted', 'unknown', 'refused', 'offline'] as const) expect(run([answer(late, 3)], update)).toBe(update);
  });

  it('an unknown status is noted and moves nothing', () => {
    expect(run([told('Verifying', 3)], ACCEPTED)).toEqual({ ...ACCEPTED, toldStatus: 'Verifying' });
  });
});

describe('an update that goes wrong', () => {
  it.each([
    ['DownloadFailed', 'download-failed'],
    ['InstallationFailed', 'installation-failed'],
    ['InstallVerificationFailed', 'installation-failed'],
  ])('is tried again after %s, and fails after the last attempt', (status, reason) => {
    const first = run([told(status, 5)], ACCEPTED);
    expect(first).toMatchObject({ state: 'queued', reason, attempt: 1, toldStatus: status, dueAt: minute(6) });
    const second = run([answer('accepted', 7), told(status, 8)], begin(first, minute(6), null));
    expect(second).toMatchObject({ state: 'failed', reason, attempt: 2, dueAt: null });
  });

  it.each([
    [told('InvalidSignature'), 'signature-invalid'],
    [answer('not-supported'), 'not-supported'],
    [answer('certificate-refused'), 'certificate-refused'],
  ])('fails at once where another attempt cannot help', (event, reason) => {
    expect(run([event])).toMatchObject({ state: 'failed', reason, attempt: 1 });
  });

  it('is tried again when the station refuses', () => {
    expect(run([answer('refused')])).toMatchObject({ state: 'queued', reason: 'command-refused', dueAt: minute(2) });
  });

  it('uses no attempt up while the station is offline', () => {
    expect(run([answer('offline')])).toMatchObject({
      state: 'queued',
      reason: 'station-offline',
      attempt: 0,
      dueAt: new Date(minute(1).getTime() + 30_000),
    });
  });

  it('waits for a station that did not answer: it may have got the command', () => {
    const update = run([answer('unknown')]);
    expect(update).toMatchObject({ state: 'accepted', reason: 'not-answered', dueAt: minute(11) });
    expect(run([told('Downloading')], update)).toMatchObject({ state: 'downloading', reason: null });
    expect(run([timedOut(11)], update)).toMatchObject({ state: 'queued', reason: 'not-answered', attempt: 0 });
  });

  it('asks a station once more that heard of nothing, and not for ever', () => {
    const once = { ...RULES, attempts: 1 };
    const [first, second] = [SENDING, { ...SENDING, sending: 2 }].map((from) => run([answer('unknown'), timedOut(11)], from, once));
    expect(first).toMatchObject({ state: 'queued', reason: 'not-answered', attempt: 0 });
    expect(second).toMatchObject({ state: 'failed', reason: 'not-answered', attempt: 1 });
  });

  it('fails when the station boots with another version after it said Installed', () => {
    expect(run([booted('1.9', 5)], IN['installed'])).toMatchObject({ state: 'queued', reason: 'version-differs', bootSeenAt: minute(5) });
  });

  it.each(['accepted', 'downloading', 'downloaded', 'installing'])('may boot with the old version before: %s', (state) => {
    const update = run([booted('1.9', 5)], IN[state]);
    expect(update).toEqual({ ...IN[state], bootSeenAt: minute(5) });
    expect(run([booted('1.9', 5)], update)).toBe(update);
  });

  it('does not judge a boot from before the command', () => {
    const installed: Update = { ...(IN['installed'] as Update), sentAt: minute(3) };
    expect(run([booted('1.9', 2)], installed)).toBe(installed);
  });
});

describe('time', () => {
  it.each([
    ['accepted', 11, 'download-timeout'],
    ['downloading', 11, 'download-timeout'],
    ['downloaded', 17, 'install-timeout'],
    ['installing', 17, 'install-timeout'],
    ['installed', 17, 'no-boot'],
  ])('is up: %s after minute %i', (state, m, reason) => {
    const update = IN[state] as Update;
    expect(run([timedOut(m - 1)], update)).toBe(update);
    expect(run([timedOut(m)], update)).toMatchObject({ state: 'queued', reason });
  });

  it('runs on through reports of the same phase', () => {
    expect(run([told('Downloading', 9)], ACCEPTED).dueAt).toEqual(ACCEPTED.dueAt);
    expect(run([told('Installing', 9), told('Installed', 10)], IN['downloaded'] as Update).dueAt).toEqual(IN['downloaded']?.dueAt);
  });
});

describe('after an abort', () => {
  const ended = { ...RULES, ended: true };
  it('what is under way may end well', () => {
    expect(run([told('Installed'), booted('2.0', 5)], ACCEPTED, ended).state).toBe('verified');
  });

  it('nothing is tried again', () => {
    expect(run([told('DownloadFailed')], ACCEPTED, ended)).toMatchObject({ state: 'failed', reason: 'download-failed' });
    expect(run([timedOut(11)], ACCEPTED, ended).state).toBe('failed');
    expect(run([answer('offline')], SENDING, ended)).toMatchObject({ state: 'skipped', reason: 'station-offline', dueAt: null });
  });
});

describe('states', () => {
  it('are queued, under way, or ended', () => {
    const all: UpdateState[] = [
      ...([
        'queued',
        'sending',
        'accepted',
        'downloading',
        'downloaded',
        'installing',
        'installed',
        'verified',
        'failed',
        'skipped',
      ] as const),
    ];
    for (const state of all) expect([state === 'queued', isUnderWay(state), isEnded(state)].filter(Boolean)).toHaveLength(1);
  });
});
