import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callFrame, errorFrame, OCPP_ERROR_CODES, parseFrame, readErrorCode, resultFrame, type ParsedFrame } from './index.js';

const ID = '0190f0a0-0000-7000-8000-000000000001';

describe('parseFrame: conforming frames', () => {
  it('reads a CALL', () => {
    expect(parseFrame(`[2,"${ID}","StatusNotification",{"connectorId":1}]`)).toEqual({
      kind: 'call',
      messageId: ID,
      echo: `"${ID}"`,
      action: 'StatusNotification',
      payload: { connectorId: 1 },
      deviations: [],
    });
  });

  it('reads a CALLRESULT and a CALLERROR', () => {
    expect(parseFrame(`[3,"${ID}",{}]`)).toMatchObject({ kind: 'result', messageId: ID, payload: {}, deviations: [] });
    expect(parseFrame(`[4,"${ID}","NotSupported","why",{"a":1}]`)).toMatchObject({
      kind: 'error',
      messageId: ID,
      code: 'NotSupported',
      description: 'why',
      details: { a: 1 },
    });
  });

  it('tolerates white space anywhere JSON does', () => {
    expect(parseFrame(' [ 2 ,\n"a" , "Heartbeat" , { } ] ')).toMatchObject({ kind: 'call', messageId: 'a', action: 'Heartbeat' });
  });

  it('ignores message types nobody defined for 1.6', () => {
    expect(parseFrame('[5,"a","x",{}]')).toEqual({ kind: 'ignored', messageTypeId: 5 });
    expect(parseFrame('[0]')).toEqual({ kind: 'ignored', messageTypeId: 0 });
    expect(parseFrame('[2.5,"a","x",{}]')).toEqual({ kind: 'ignored', messageTypeId: 2.5 });
  });
});

describe('parseFrame: message ids', () => {
  it.each(['17', '17.0', '-1', '1e3', '12345678901234567890'])('reads the number %s and echoes it as sent', (raw) => {
    const frame = parseFrame(`[2, ${raw} ,"Heartbeat",{}]`);
    expect(frame).toMatchObject({ kind: 'call', messageId: raw, echo: raw, deviations: ['numeric-message-id'] });
    expect(frame.kind === 'call' && resultFrame(frame, '{}')).toBe(`[3,${raw},{}]`);
  });

  it('reads ids of 37 to 255 characters with a deviation', () => {
    expect(parseFrame(`[2,"${'a'.repeat(36)}","Heartbeat",{}]`)).toMatchObject({ kind: 'call', deviations: [] });
    expect(parseFrame(`[2,"${'a'.repeat(37)}","Heartbeat",{}]`)).toMatchObject({ kind: 'call', deviations: ['long-message-id'] });
    expect(parseFrame(`[2,"${'a'.repeat(255)}","Heartbeat",{}]`)).toMatchObject({ kind: 'call' });
    expect(parseFrame(`[2,"${'a'.repeat(256)}","Heartbeat",{}]`)).toMatchObject({ kind: 'malformed', reason: 'bad-message-id' });
  });

  it('reads the empty id', () => {
    expect(parseFrame('[2,"","Heartbeat",{}]')).toMatchObject({
      kind: 'call',
      messageId: '',
      echo: '""',
      deviations: ['empty-message-id'],
    });
  });

  it.each(['null', 'true', '{}', '[]'])('does not recognise %s as an id', (raw) => {
    expect(parseFrame(`[2,${raw},"Heartbeat",{}]`)).toEqual({ kind: 'malformed', reason: 'bad-message-id', messageType: 2, archive: true });
  });

  it('echoes an id of broken Unicode byte for byte', () => {
    const frame = parseFrame('[2,"a\\ud800\\u0000b","Heartbeat",{}]');
    expect(frame).toMatchObject({ messageId: 'a\uFFFD\uFFFDb', echo: '"a\\ud800\\u0000b"', deviations: ['replaced-unstorable-text'] });
  });
});

describe('parseFrame: malformed frames', () => {
  const answered = (id: string) => expect.stringMatching(new RegExp(`^\\[4,${id},"FormationViolation","[^"]+",\\{\\}\\]$`)) as unknown;

  it.each([
    ['payload null', '[2,"a","Heartbeat",null]', 'bad-payload'],
    ['payload missing', '[2,"a","Heartbeat"]', 'bad-payload'],
    ['payload a list', '[2,"a","Heartbeat",[]]', 'bad-payload'],
    ['payload a text', '[2,"a","Heartbeat","{}"]', 'bad-payload'],
    ['action missing', '[2,"a"]', 'bad-action'],
    ['action empty', '[2,"a","",{}]', 'bad-action'],
    ['action a number', '[2,"a",7,{}]', 'bad-action'],
    ['JSON cut off', '[2,"a","StopTransaction",{"meterStop":12', 'not-json'],
    ['two frames in one', '[2,"a","Heartbeat",{}][2,"b","Heartbeat",{}]', 'not-json'],
    ['nested too deeply', `[2,"a","DataTransfer",{"data":${'['.repeat(40)}${']'.repeat(40)}}]`, 'too-deep'],
  ])('answers a CALL with %s', (_, text, reason) => {
    expect(parseFrame(text)).toMatchObject({
      kind: 'malformed',
      reason,
      messageType: 2,
      messageId: 'a',
      answer: answered('"a"'),
      archive: true,
    });
  });

  it.each([
    ['no JSON', 'hello', 'not-json'],
    ['nothing', '', 'not-json'],
    ['an object', '{"a":1}', 'not-an-array'],
    ['null', 'null', 'not-an-array'],
    ['an empty list', '[]', 'bad-message-type'],
    ['a text as message type', '["2","a","Heartbeat",{}]', 'bad-message-type'],
    ['a cut-off result', '[3,"a",{', 'not-json'],
    ['a cut-off id', '[2,"a', 'not-json'],
  ])('archives %s without an answer', (_, text, reason) => {
    const frame = parseFrame(text);
    expect(frame).toMatchObject({ kind: 'malformed', reason, archive: true });
    expect(frame).not.toHaveProperty('answer');
  });

  it('answers with id -1 only when told to, and never a result', () => {
    expect(parseFrame('hello', { answerUnrecognised: true })).toMatchObject({ answer: answered('"-1"') });
    expect(parseFrame('[2,null,"Heartbeat",{}]', { answerUnrecognised: true })).toMatchObject({ answer: answered('"-1"') });
    expect(parseFrame('[3,null,{}]', { answerUnrecognised: true })).not.toHaveProperty('answer');
  });

  it('names the message of a broken answer, so that whoever waits can be told', () => {
    expect(parseFrame('[3,"a",null]')).toEqual({ kind: 'malformed', reason: 'bad-payload', messageType: 3, messageId: 'a', archive: true });
    expect(parseFrame('[4,"a",7]')).toEqual({ kind: 'malformed', reason: 'bad-error-code', messageType: 4, messageId: 'a', archive: true });
  });

  it('counts bytes, not characters', () => {
    const text = `[2,"a","DataTransfer",{"vendorId":"${'ä'.repeat(20)}"}]`;
    const bytes = Buffer.byteLength(text);
    expect(parseFrame(text, { maxBytes: bytes })).toMatchObject({ kind: 'call' });
    expect(parseFrame(text, { maxBytes: bytes - 1 })).toEqual({ kind: 'malformed', reason: 'too-large', archive: true });
  });

  it('survives a million brackets', () => {
    expect(parseFrame('['.repeat(1_000_000), { maxBytes: 2_000_000 })).toMatchObject({ kind: 'malformed', reason: 'too-deep' });
  });

  it('does not count brackets inside texts', () => {
    expect(parseFrame(`[2,"a","DataTransfer",{"vendorId":"${'[{\\"'.repeat(50)}"}]`)).toMatchObject({ kind: 'call' });
  });
});

describe('parseFrame: hostile payloads', () => {
  it('lets the last of duplicate keys count', () => {
    expect(parseFrame('[2,"a","StopTransaction",{"meterStop":1,"meterStop":2}]')).toMatchObject({ payload: { meterStop: 2 } });
  });

  it('treats __proto__ as any other key', () => {
    const frame = parseFrame('[2,"a","Heartbeat",{"__proto__":{"polluted":true},"constructor":{"prototype":1}}]');
    expect(frame.kind === 'call' && Object.keys(frame.payload)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('replaces what no database column takes, in values and keys, and says so', () => {
    const frame = parseFrame('[2,"a","DataTransfer",{"v":"x\\u0000","l":["\\udc00"],"k\\u0000":{"e":"\\ud83d\\ude97"}}]');
    expect(frame).toMatchObject({
      kind: 'call',
      deviations: ['replaced-unstorable-text'],
      payload: { v: 'x\uFFFD', l: ['\uFFFD'], 'k\uFFFD': { e: '🚗' } },
    });
  });

  it('keeps escaped emoji and escaped backslashes as they are', () => {
    const frame = parseFrame('[2,"a","DataTransfer",{"v":"\\ud83d\\ude97","w":"\\\\u0000"}]');
    expect(frame).toMatchObject({ deviations: [], payload: { v: '🚗', w: '\\u0000' } });
  });

  it('reads more elements than there should be', () => {
    expect(parseFrame('[2,"a","Heartbeat",{},"x"]')).toMatchObject({ kind: 'call', deviations: ['extra-elements'] });
    expect(parseFrame('[3,"a",{},1]')).toMatchObject({ kind: 'result', deviations: ['extra-elements'] });
    expect(parseFrame('[4,"a","GenericError","",{},1]')).toMatchObject({ kind: 'error', deviations: ['extra-elements'] });
  });
});

describe('CALLERROR codes', () => {
  it.each([
    ['FormatViolation', 'FormationViolation'],
    ['OccurrenceConstraintViolation', 'OccurenceConstraintViolation'],
    ['notimplemented', 'NotImplemented'],
    [' GenericError ', 'GenericError'],
  ])('%j is read as %s', (text, code) => {
    expect(readErrorCode(text)).toBe(code);
    expect(parseFrame(JSON.stringify([4, 'a', text, '', {}]))).toMatchObject({ kind: 'error', code });
  });

  it('keeps a code nobody defined, and fills in what a station left out', () => {
    expect(readErrorCode('RpcFrameworkError')).toBeUndefined();
    expect(parseFrame('[4,"a","VendorError"]')).toMatchObject({ kind: 'error', code: 'VendorError', description: '', details: {} });
  });
});

describe('builders', () => {
  it('cut a description to 255 characters without halving one', () => {
    const frame = parseFrame(errorFrame('a', 'InternalError', '🚗'.repeat(300)));
    expect(frame.kind === 'error' && [...frame.description]).toHaveLength(255);
    expect(frame).toMatchObject({ deviations: [] });
  });

  it('write what parseFrame reads', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 36 }).filter((text) => !text.includes('\0'));
    const payload = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });
    const code = fc.constantFrom(...OCPP_ERROR_CODES);
    fc.assert(
      fc.property(id, fc.string({ minLength: 1 }), payload, code, (messageId, action, body, errorCode) => {
        const json = JSON.stringify(body);
        fc.pre(!json.includes('\\u'));
        expect(parseFrame(callFrame(messageId, action, json))).toMatchObject({
          kind: 'call',
          messageId,
          action,
          payload: JSON.parse(json),
        });
        expect(parseFrame(resultFrame(messageId, json))).toMatchObject({ kind: 'result', messageId, payload: JSON.parse(json) });
        expect(parseFrame(errorFrame(messageId, errorCode, action, JSON.parse(json)))).toMatchObject({ kind: 'error', code: errorCode });
      }),
    );
  });
});

describe('parseFrame: anything at all', () => {
  const kinds = new Set<ParsedFrame['kind']>(['call', 'result', 'error', 'malformed', 'ignored']);

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(kinds.has(parseFrame(text).kind)).toBe(true)));
    fc.assert(fc.property(fc.json(), (text) => expect(kinds.has(parseFrame(text).kind)).toBe(true)));
  });

  it('never throws on a damaged frame, and answers a CALL with nothing but its own id', () => {
    const whole = callFrame(ID, 'StartTransaction', '{"connectorId":1,"idTag":"a","meterStart":0,"timestamp":"2025-01-01T00:00:00Z"}');
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(3), fc.string({ maxLength: 3 }), (at, gap, noise) => {
        const frame = parseFrame(`${whole.slice(0, at)}${noise}${whole.slice(at + gap)}`);
        if (frame.kind !== 'malformed' || frame.answer === undefined) return;
        expect(parseFrame(frame.answer)).toMatchObject({ kind: 'error', messageId: frame.messageId, code: 'FormationViolation' });
      }),
      { numRuns: 500 },
    );
  });
});
