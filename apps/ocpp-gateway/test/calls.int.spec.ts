import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import { Installation, latch, type RunningGateway } from './support/installation.js';
import { ScriptedCsms } from './support/scripted-csms.js';

describe('calls of a station', () => {
  let installation: Installation;
  let csms: ScriptedCsms;
  let gateway: RunningGateway;

  beforeAll(async () => {
    installation = await Installation.start();
    csms = installation.csms;
  });
  beforeEach(async () => {
    gateway = await installation.gateway();
    csms.calls.length = 0;
    csms.oddities.length = 0;
    csms.answer = () => Promise.resolve({ body: '{}' });
  });
  afterEach(async () => {
    await installation.clear();
    expect(csms.violations).toEqual([]);
  });
  afterAll(() => installation.stop());

  it('reach the back end as the raw frame, with their headers, and are answered with its payload', async () => {
    csms.answer = () => Promise.resolve({ body: '{"currentTime":"2026-01-01T00:00:00Z","odd key":"\\u00fc"}' });
    const station = await installation.station(gateway, 'CALL-1');
    const frame = '[2, "msg-1" ,"Heartbeat", { } ]';
    station.send(frame);
    expect(await station.answer('msg-1')).toEqual([3, 'msg-1', { currentTime: '2026-01-01T00:00:00Z', 'odd key': 'ü' }]);
    expect(csms.calls).toHaveLength(1);
    expect(csms.calls[0]).toMatchObject({
      tenant: 'acme',
      station: 'CALL-1',
      stationId: csms.stationId('CALL-1'),
      epoch: 1,
      action: 'Heartbeat',
      messageId: 'msg-1',
      raw: frame,
    });
  });

  it('are refused with the CALLERROR that the back end names', async () => {
    csms.answer = () =>
      Promise.resolve({
        body: JSON.stringify({ description: 'idTag is missing', details: { field: 'idTag' } }),
        headers: { 'Ampline-Call-Error': 'OccurenceConstraintViolation' },
      });
    const station = await installation.station(gateway, 'CALL-2');
    expect(await station.call('1', 'Authorize')).toEqual([4, '1', 'OccurenceConstraintViolation', 'idTag is missing', { field: 'idTag' }]);
  });

  it('are forwarded one at a time, in order, each answered once', async () => {
    const gates = [latch(), latch(), latch()];
    csms.answer = async (call) => {
      await gates[Number(call.messageId)]?.opened;
      return { body: `{"n":${call.messageId}}` };
    };
    const station = await installation.station(gateway, 'CALL-3');
    for (const id of ['0', '1', '2']) station.send([2, id, 'Heartbeat', {}]);
    await eventually(() => csms.calls.length === 1);
    for (const [i, gate] of gates.entries()) {
      await eventually(() => csms.calls.length === i + 1);
      gate.open();
    }
    await station.answer('2');
    expect(station.frames).toEqual(['[3,"0",{"n":0}]', '[3,"1",{"n":1}]', '[3,"2",{"n":2}]']);
  });

  it('are forwarded once when the station repeats them impatiently', async () => {
    const gate = latch();
    csms.answer = async () => {
      await gate.opened;
      return { body: '{}' };
    };
    const station = await installation.station(gateway, 'CALL-4');
    for (let i = 0; i < 3; i += 1) station.send([2, 'same', 'Heartbeat', {}]);
    await eventually(() => csms.oddities.length === 2);
    gate.open();
    await station.answer('same');
    await station.call('next', 'Heartbeat');
    expect(station.frames.map((f) => (JSON.parse(f) as unknown[])[1])).toEqual(['same', 'next']);
    expect(csms.calls.map((call) => call.messageId)).toEqual(['same', 'next']);
    expect(csms.oddities.map((oddity) => oddity.reason)).toEqual(['repeated-call', 'repeated-call']);
  });

  it('carry any message id as it is', async () => {
    const station = await installation.station(gateway, 'CALL-5');
    for (const id of ['a b', 'grün', 'line\nbreak\r\nAmpline-Epoch: 9', '\u0000', '😀', '', '%']) {
      station.send([2, id, 'Heartbeat', {}]);
    }
    await eventually(() => station.frames.length === 7);
    expect(station.frames.map((f) => (JSON.parse(f) as unknown[])[0])).toEqual([3, 3, 3, 3, 3, 3, 3]);
    expect(csms.calls.map((call) => call.messageId)).toEqual([
      'a%20b',
      'gr%C3%BCn',
      'line%0Abreak%0D%0AAmpline-Epoch%3A%209',
      '%EF%BF%BD',
      '%F0%9F%98%80',
      '',
      '%',
    ]);
    expect(csms.calls.map((call) => call.epoch)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it.each([
    ['bad JSON', '{', undefined, 'not-json'],
    ['no array', '{"a":1}', undefined, 'not-an-array'],
    ['bad JSON that shows its id', '[2,"b1","Heartbeat",{', [4, 'b1', 'FormationViolation', expect.any(String), {}], 'not-json'],
    ['no payload', '[2,"b2","Heartbeat"]', [4, 'b2', 'FormationViolation', expect.any(String), {}], 'bad-payload'],
    ['payload null', '[2,"b3","Heartbeat",null]', [4, 'b3', 'FormationViolation', expect.any(String), {}], 'bad-payload'],
    ['unknown action', '[2,"b4","Warp",{}]', [4, 'b4', 'NotImplemented', expect.any(String), {}], 'unknown-action'],
    ['action for stations', '[2,"b5","Reset",{"type":"Hard"}]', [4, 'b5', 'NotSupported', expect.any(String), {}], 'unsupported-action'],
    ['unknown message type', '[9,"b6",{}]', undefined, 'ignored-message-type'],
    ['result nobody waits for', '[3,"b7",{}]', undefined, 'unknown-answer'],
    ['error nobody waits for', '[4,"b8","InternalError","",{}]', undefined, 'unknown-answer'],
  ])('survive %s', async (_name, frame, answer, reason) => {
    const station = await installation.station(gateway, 'CALL-6');
    station.send(frame);
    await eventually(() => csms.oddities.length === 1);
    expect(csms.oddities[0]).toMatchObject({ reason, frame, stationId: csms.stationId('CALL-6') });
    expect(await station.call('after', 'Heartbeat')).toEqual([3, 'after', {}]);
    expect(station.frames.map((f) => JSON.parse(f) as unknown)).toEqual([...(answer ? [answer] : []), [3, 'after', {}]]);
    expect(csms.calls.map((call) => call.action)).toEqual(['Heartbeat']);
  });

  it('end with 1003 for a binary frame, 1007 for one that is not UTF-8, and 1009 for one over the limit', async () => {
    const binary = await installation.station(gateway, 'CALL-7');
    binary.ws.send(Buffer.from('[2,"1","Heartbeat",{}]'), { binary: true });
    expect((await binary.closed).code).toBe(1003);
    const garbled = await installation.station(gateway, 'CALL-11');
    garbled.ws.send(Buffer.from([0x5b, 0xff, 0x5d]), { binary: false });
    expect((await garbled.closed).code).toBe(1007);
    const large = await installation.station(gateway, 'CALL-8');
    large.send([2, '1', 'DataTransfer', { vendorId: 'v', data: 'x'.repeat(5_000) }]);
    expect((await large.closed).code).toBe(1009);
    expect(csms.calls).toEqual([]);
  });

  it('belong to one trace, from the frame to the request', async () => {
    const station = await installation.station(gateway, 'CALL-9');
    await station.call('1', 'Heartbeat');
    const root = await eventually(() => gateway.telemetry.spans.find((span) => span.name === 'ocpp.frame Heartbeat'));
    expect(root.parentSpanContext).toBeUndefined();
    expect(csms.calls[0]?.traceparent).toContain(root.spanContext().traceId);
  });

  it('are counted', async () => {
    const station = await installation.station(gateway, 'CALL-10');
    await station.call('1', 'Heartbeat');
    await station.call('2', 'Nonsense');
    const metrics = await gateway.telemetry.metricsText();
    expect(metrics).toMatch(/^ocpp_calls_total\{action="Heartbeat",result="result".*\} 1/m);
    expect(metrics).toMatch(/^ocpp_oddities_total\{reason="unknown-action".*\} 1/m);
    expect(metrics).toMatch(/^ocpp_sockets\{protocol="ocpp1.6".*\} 1/m);
    expect(metrics).toMatch(/^ocpp_call_duration_seconds_count\{action="Heartbeat".*\} 1/m);
  });
});
