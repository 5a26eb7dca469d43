import { describe, expect, it } from '@jest/globals';
import {
  admitOcpp16Action,
  isOcpp16Action,
  OCPP_ERROR_CODES,
  parseFrame,
  StationMachine,
  validateInbound,
  type MachineEffect,
} from '@ampline/protocol-ocpp';
import { fuzzFrame, type FuzzFrame } from '../src/index.js';

/** `npm run fuzz` sends a hundred thousand, to a real gateway as well. */
const FRAMES = 5_000;
const SEED = 20_260_501;
const NOW = new Date('2026-05-01T12:00:00Z');

describe(`${FRAMES} fuzzed frames of seed ${SEED}`, () => {
  it('are the same when they are made again', () => {
    for (const index of [0, 17, FRAMES]) expect(fuzzFrame(SEED, index, NOW)).toEqual(fuzzFrame(SEED, index, NOW));
    expect(fuzzFrame(SEED, 1, NOW)).not.toEqual(fuzzFrame(SEED + 1, 1, NOW));
  });

  it('throw nowhere, are answered by id or not at all, and leave the socket usable', () => {
    let ids = 0;
    const newId = () => String((ids += 1));
    const machine = new StationMachine({
      epoch: 1,
      limits: { callsPerMinute: 1_000_000_000 },
      admit: (action) => admitOcpp16Action('central-system', action),
      newCallId: newId,
      newMessageId: newId,
    });
    const feed = (text: string, at: number) =>
      answered(machine, machine.handle({ type: 'frame', text }, { wallMs: at, monotonicMs: at }), at);
    for (let index = 0; index < FRAMES; index++) {
      for (const answer of feed(textOf(fuzzFrame(SEED, index, NOW)), index)) {
        const [type, , code, description] = JSON.parse(answer) as [number, unknown, string, string];
        if (type === 3) continue;
        expect(OCPP_ERROR_CODES).toContain(code);
        expect(description.length).toBeLessThanOrEqual(255);
      }
    }
    expect(feed('[2,"last","Heartbeat",{}]', FRAMES)).toEqual(['[3,"last",{}]']);
  });
});

/** What goes back to the station when the back end judges each call as csms does. */
function answered(machine: StationMachine, effects: MachineEffect[], at: number): string[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'close') throw new Error(`closed: ${effect.reason}`);
    if (effect.type === 'send') return [effect.text];
    if (effect.type !== 'forward') return [];
    const frame = parseFrame(effect.rawFrame);
    if (frame.kind !== 'call' || !isOcpp16Action(frame.action)) throw new Error('forwarded what is no call');
    const judged = validateInbound(frame.action, 'request', frame.payload);
    const answer = judged.ok
      ? ({ outcome: 'result', payloadJson: '{}' } as const)
      : ({ outcome: 'error', code: judged.code, description: judged.description, details: judged.details } as const);
    return answered(machine, machine.handle({ type: 'call-answered', callId: effect.callId, answer }, { wallMs: at, monotonicMs: at }), at);
  });
}

function textOf(frame: FuzzFrame): string {
  if (frame.kind === 'text') return frame.text;
  return (frame.kind === 'binary' ? frame.bytes : Buffer.concat(frame.parts)).toString('utf8');
}
