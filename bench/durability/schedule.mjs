import { Seeded } from '../support/seeded.mjs';

/**
 * @typedef {'kill' | 'freeze' | 'restart' | 'empty-store' | 'power-loss'} Kind
 * @typedef {{ target: string, replica: number | 'all', kind: Kind }} Blow what is done to whom; the target `stations` loses power
 * @typedef {Blow & { atMs: number, lastsMs: number }} Event
 */

export const REPLICAS = { 'ocpp-csms': 2, 'ocpp-gateway': 2 };

/** Every kind of blow, so that even a short run holds each once. */
const BLOWS = [
  ...Object.entries(REPLICAS).flatMap(([target, replicas]) => [
    ...['kill', 'freeze', 'restart'].flatMap((kind) => Array.from({ length: replicas }, (_, replica) => ({ target, replica, kind }))),
    { target, replica: 'all', kind: 'kill' },
  ]),
  ...['nats', 'postgres'].flatMap((target) => ['kill', 'freeze', 'restart'].map((kind) => ({ target, replica: 'all', kind }))),
  ...['session-export', 'identity', 'api-gateway'].map((target) => ({ target, replica: 'all', kind: 'kill' })),
  { target: 'stations', replica: 'all', kind: 'power-loss' },
];
const EMPTY_STORE = { target: 'nats', replica: 'all', kind: 'empty-store' };

/**
 * When what is done to whom: the same seed and length, the same schedule. Blows to different targets overlap, those to one target
 * do not. JetStream's directory is emptied once, in the middle third.
 *
 * @param {{ seed: number, lengthMs: number, freezeMs: number, downMs: [number, number] }} o
 * @returns {Event[]}
 */
export function makeSchedule({ seed, lengthMs, freezeMs, downMs }) {
  const chance = new Seeded(seed);
  const averageGapMs = lengthMs / Math.max(BLOWS.length + 2, Math.round(lengthMs / 6_000));
  const free = new Map();
  const events = [];
  const emptyFromMs = lengthMs / 3;
  const pending = [];
  let emptied = false;
  for (let atMs = averageGapMs / 2; atMs < lengthMs; atMs += averageGapMs * (0.5 + chance.next())) {
    if (pending.length === 0) pending.push(...chance.shuffled(BLOWS));
    const candidates = !emptied && atMs >= emptyFromMs ? [EMPTY_STORE, ...pending] : pending;
    const blow = candidates.find(({ target }) => (free.get(target) ?? 0) <= atMs);
    if (blow === undefined) continue;
    if (blow === EMPTY_STORE) emptied = true;
    else pending.splice(pending.indexOf(blow), 1);
    const lastsMs = durationOf(blow, chance, { freezeMs, downMs });
    free.set(blow.target, atMs + lastsMs + averageGapMs / 2);
    events.push({ ...blow, atMs: Math.round(atMs), lastsMs });
  }
  return events;
}

function durationOf({ kind }, chance, { freezeMs, downMs }) {
  if (kind === 'freeze') return freezeMs;
  if (kind === 'restart' || kind === 'power-loss') return 0;
  return chance.integer(...downMs);
}

/** @param {Event} event */
export function describeEvent({ atMs, target, replica, kind, lastsMs }) {
  const who = replica === 'all' ? target : `${target}-${replica}`;
  const how = {
    kill: `killed, away for ${lastsMs} ms`,
    freeze: `frozen for ${lastsMs} ms`,
    restart: 'restarted in good order',
    'empty-store': `killed, its directory emptied, away for ${lastsMs} ms`,
    'power-loss': 'a tenth of them lose power',
  }[kind];
  return `${(atMs / 1_000).toFixed(1).padStart(6)} s  ${who}: ${how}`;
}
