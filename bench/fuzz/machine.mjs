// Frames through the call protocol of one socket and the schemas of its messages, as a gateway and csms have them.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { admitOcpp16Action, parseFrame, StationMachine, validateInbound } from '@ampline/protocol-ocpp';
import { fuzzFrame } from '@ampline/station-simulator';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

export class FuzzedMachine {
  #ids = 0;
  #answers = 0;

  constructor(seed, now) {
    this.seed = seed;
    this.now = now;
    const newId = () => String((this.#ids += 1));
    this.machine = new StationMachine({
      epoch: 1,
      limits: { callsPerMinute: Number.MAX_SAFE_INTEGER },
      admit: (action) => admitOcpp16Action('central-system', action),
      newCallId: newId,
      newMessageId: newId,
    });
  }

  /** @returns {{ problem?: string, grownBytes: number, perSecond: number }} */
  run(frames) {
    const from = performance.now();
    let warmBytes = 0;
    for (let index = 0; index < frames; index++) {
      if (index === Math.floor(frames / 5)) warmBytes = heapBytes();
      const problem = this.#problemOf(index);
      if (problem !== undefined) return { problem: `frame ${index}: ${problem}`, grownBytes: 0, perSecond: 0 };
    }
    const perSecond = (frames / (performance.now() - from)) * 1_000;
    const answers = this.#answers;
    this.#feed('[2,"last","Heartbeat",{}]', frames);
    const problem = this.#answers === answers + 1 ? undefined : 'a normal call got no answer';
    return { problem, grownBytes: heapBytes() - warmBytes, perSecond };
  }

  #problemOf(index) {
    const frame = fuzzFrame(this.seed, index, this.now);
    try {
      this.#feed(frame.kind === 'text' ? frame.text : Buffer.concat(frame.parts).toString('utf8'), index);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.stack : String(error);
    }
  }

  #feed(text, at) {
    const instant = { wallMs: at, monotonicMs: at };
    const effects = this.machine.handle({ type: 'frame', text }, instant);
    for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) {
      if (effect.type === 'close') throw new Error(`closed: ${effect.reason}`);
      if (effect.type === 'send') this.#answered(effect.text);
      if (effect.type !== 'forward') continue;
      const answer = judge(effect);
      effects.push(...this.machine.handle({ type: 'call-answered', callId: effect.callId, answer }, instant));
    }
  }

  #answered(text) {
    const [type] = JSON.parse(text);
    if (type !== 3 && type !== 4) throw new Error('an answer that is none');
    this.#answers += 1;
  }
}

function judge({ action, rawFrame }) {
  const judged = validateInbound(action, 'request', parseFrame(rawFrame).payload);
  if (judged.ok) return { outcome: 'result', payloadJson: '{}' };
  const { code, description, details } = judged;
  return { outcome: 'error', code, description, details };
}

function heapBytes() {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
