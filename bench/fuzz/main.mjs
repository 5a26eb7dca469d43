// `npm run bench:fuzz [-- --frames N | --socket-frames N | --seed N | --frame N]`: seeded hostile frames, judged in process and through
// a real gateway and back end. Nothing may crash, grow, or stop answering.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzzFrame } from '@ampline/station-simulator';
import { FuzzedMachine } from './machine.mjs';
import { FuzzedPlatform } from './sockets.mjs';

const HELP = `Usage: npm run bench:fuzz -- [options]

  --frames N         frames through the call protocol and the schemas, in process; default 100000
  --socket-frames N  of these, how many also go through a gateway and back end of their own; default 10000
  --seed N           the same seed, the same frames; default by the time
  --frame N          only shows frame N of the seed
  --help             this text
`;

const OPTIONS = {
  frames: { type: 'string', default: '100000' },
  'socket-frames': { type: 'string', default: '10000' },
  seed: { type: 'string', default: String(Math.floor(Date.now() / 1_000)) },
  frame: { type: 'string' },
  help: { type: 'boolean', default: false },
};
/** Times in the frames do not depend on when they are made, so that a replay sends the same. */
const NOW = new Date('2026-05-01T12:00:00Z');

const checks = [];
const check = (name, problem) => {
  checks.push(problem === undefined);
  console.log(`${problem === undefined ? '✓' : '✗'} ${name}${problem === undefined ? '' : `: ${problem}`}`);
};

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void process.stdout.write(HELP);
  const [seed, frames, socketFrames] = [values.seed, values.frames, values['socket-frames']].map(Number);
  if (values.frame !== undefined) return void console.log(fuzzFrame(seed, Number(values.frame), NOW));
  console.log(`seed ${seed}`);
  const unhandled = [];
  process.on('unhandledRejection', (reason) => unhandled.push(reason));
  inProcess(seed, frames);
  if (socketFrames > 0) await overSockets(seed, Math.min(frames, socketFrames));
  check('no rejection went unhandled', unhandled.length > 0 ? String(unhandled[0]) : undefined);
  const passed = checks.filter(Boolean).length;
  console.log(`\n${passed} passed, ${checks.length - passed} failed`);
  process.exitCode = passed === checks.length ? 0 : 1;
}

function inProcess(seed, frames) {
  const { problem, grownBytes, perSecond } = new FuzzedMachine(seed, NOW).run(frames);
  check(`${frames} frames in process (${Math.round(perSecond)} per second)`, problem);
  const kib = Math.round(grownBytes / 1_024);
  check(`memory after them, collected: ${kib} KiB more than after the first fifth`, grownBytes < MOST_GROWN_BYTES ? undefined : 'it grows');
}

async function overSockets(seed, frames) {
  const platform = await FuzzedPlatform.start(seed, NOW);
  try {
    const { problems, closes, grownKib } = await platform.run(frames);
    check(`${frames} frames over sockets (closed for ${closes.join(', ') || 'nothing'})`, problems[0]);
    check('a normal call is answered after them', await platform.isAlive());
    check(`memory of the gateway: ${grownKib} KiB more than after the first fifth`, grownKib < MOST_GROWN_KIB ? undefined : 'it grows');
    for (const name of ['ocpp-gateway', 'ocpp-csms']) {
      const log = readFileSync(join(platform.dir, `${name}-0.log`), 'utf8');
      check(`${name} lived through it, and knew what each of them was`, platform.faultOf(name, log));
    }
  } finally {
    await platform.stop();
  }
}

const MOST_GROWN_BYTES = 2 * 1_024 * 1_024;
/** Uncollected: what the allocator keeps comes and goes by tens of MiB. */
const MOST_GROWN_KIB = 64 * 1_024;

await main();
