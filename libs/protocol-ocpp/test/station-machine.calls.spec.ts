import { describe, expect, it } from '@jest/globals';
import { MachineDriver } from './machine-driver.js';

const heartbeat = (id: string) => [2, id, 'Heartbeat', {}];
const START = [2, 's1', 'StartTransaction', { connectorId: 1, idTag: 'a', meterStart: 0, timestamp: '2025-06-01T12:00:00Z' }];

describe('an inbound CALL', () => {
  it('is forwarded with everything the back end needs, and answered with its own id', () => {
    const driver = new MachineDriver();
    const text = JSON.stringify(START);
    expect(driver.receive(text)).toEqual([
      {
        type: 'forward',
        callId: 'call-1',
        messageId: 's1',
        action: 'StartTransaction',
        rawFrame: text,
        receivedAtMs: Date.parse('2025-06-01T12:00:00Z'),
        deadlineMs: Date.parse('2025-06-01T12:00:25Z'),
        deviations: [],
      },
    ]);
    const answer = { outcome: 'result', payloadJson: '{"transactionId":1}' } as const;
    expect(driver.answer('call-1', answer)).toEqual([{ type: 'send', text: '[3,"s1",{"transactionId":1}]', answers: 'call-1' }]);
    expect(driver.timers.size).toBe(0);
  });

  it('is answered with a CALLERROR when the back end says so', () => {
    const driver = new MachineDriver();
    driver.receive(heartbeat('a'));
    driver.answer('call-1', { outcome: 'error', code: 'InternalError', description: 'x'.repeat(300), details: { why: 1 } });
    expect(driver.sent).toEqual([`[4,"a","InternalError","${'x'.repeat(255)}",{"why":1}]`]);
  });

  it('has a number as id echoed as a number', () => {
    const driver = new MachineDriver();
    driver.receive('[2,17,"Heartbeat",{}]');
    driver.answer('call-1');
    expect(driver.sent).toEqual(['[3,17,{}]']);
    expect(driver.lastForwarded).toMatchObject({ messageId: '17', deviations: ['numeric-message-id'] });
  });

  it('waits for the one before it, and they are answered in order', () => {
    const driver = new MachineDriver();
    driver.receive(heartbeat('a'));
    driver.receive(heartbeat('b'));
    driver.receive(heartbeat('c'));
    expect(driver.forwarded.map((call) => call.messageId)).toEqual(['a']);
    driver.answer('call-1');
    driver.answer('call-2');
    driver.answer('call-3');
    expect(driver.sent).toEqual(['[3,"a",{}]', '[3,"b",{}]', '[3,"c",{}]']);
  });

  it('is forwarded and answered while our own CALL is unanswered', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.receive(heartbeat('a'));
    driver.answer('call-2');
    expect(driver.sent).toEqual(['[2,"ours-1","ClearCache",{}]', '[3,"a",{}]']);
    driver.receive('[3,"ours-1",{"status":"Accepted"}]');
    expect(driver.outcomes('k1')).toMatchObject([{ outcome: 'answered' }]);
  });

  it.each([
    ['TransactionEvent', 'NotImplemented', 'unknown-action'],
    ['toString', 'NotImplemented', 'unknown-action'],
    ['Reset', 'NotSupported', 'unsupported-action'],
  ])('%s is answered %s without asking the back end', (action, code, reason) => {
    const driver = new MachineDriver();
    driver.receive([2, 'a', action, {}]);
    expect(driver.forwarded).toEqual([]);
    expect(driver.sent).toEqual([expect.stringContaining(`[4,"a","${code}",`)]);
    expect(driver.all('oddity')).toMatchObject([{ reason, answer: driver.sent[0] }]);
    expect(driver.machine.open).toBe(true);
  });

  it('of an unknown action is answered in its turn', () => {
    const driver = new MachineDriver();
    driver.receive(heartbeat('a'));
    driver.receive([2, 'b', 'Nonsense', {}]);
    driver.receive(heartbeat('c'));
    driver.answer('call-1');
    driver.answer('call-3');
    expect(driver.sent.map((text) => text.slice(0, 6))).toEqual(['[3,"a"', '[4,"b"', '[3,"c"']);
  });
});

describe('the same CALL again', () => {
  it('while it is in work or waits is forwarded once and answered once', () => {
    const driver = new MachineDriver();
    driver.receive(START);
    driver.receive(heartbeat('h'));
    driver.receive(START);
    driver.receive(heartbeat('h'));
    expect(driver.all('oddity').map((effect) => effect.reason)).toEqual(['repeated-call', 'repeated-call']);
    driver.answer('call-1');
    driver.answer('call-2');
    expect(driver.forwarded).toHaveLength(2);
    expect(driver.sent).toEqual(['[3,"s1",{}]', '[3,"h",{}]']);
  });

  it('after its answer is a new call: the back end knows its facts', () => {
    const driver = new MachineDriver();
    driver.receive(START);
    driver.answer('call-1');
    driver.receive(START);
    driver.answer('call-2');
    expect(driver.sent).toEqual(['[3,"s1",{}]', '[3,"s1",{}]']);
  });

  it('with other content is a call of its own: no fact is lost to a station that reuses ids', () => {
    const driver = new MachineDriver();
    driver.receive([2, '1', 'MeterValues', { connectorId: 1, meterValue: [] }]);
    driver.receive([2, '1', 'MeterValues', { connectorId: 2, meterValue: [] }]);
    driver.answer('call-1');
    driver.answer('call-2');
    expect(driver.forwarded).toHaveLength(2);
    expect(driver.sent).toEqual(['[3,"1",{}]', '[3,"1",{}]']);
  });
});

describe('no answer from the back end', () => {
  it.each(['StartTransaction', 'StopTransaction', 'MeterValues', 'Heartbeat', 'Authorize'])(
    'closes with 1013 at the deadline and sends no CALLERROR for %s',
    (action) => {
      const driver = new MachineDriver();
      driver.receive([2, 'a', action, {}]);
      driver.advance(24_999);
      expect(driver.machine.open).toBe(true);
      driver.advance(1);
      expect(driver.closes).toEqual([[1013, 'back end unavailable']]);
      expect(driver.sent).toEqual([]);
      expect(driver.timers.size).toBe(0);
    },
  );

  it('closes at once when the driver gives up', () => {
    const driver = new MachineDriver();
    driver.receive(START);
    driver.handle({ type: 'call-failed', callId: 'another' });
    expect(driver.machine.open).toBe(true);
    driver.handle({ type: 'call-failed', callId: 'call-1' });
    expect(driver.closes).toEqual([[1013, 'back end unavailable']]);
  });

  it('counts the time a call has waited behind another', () => {
    const driver = new MachineDriver();
    driver.receive(heartbeat('a'));
    driver.advance(10_000);
    driver.receive(heartbeat('b'));
    driver.advance(14_000);
    driver.answer('call-1');
    driver.advance(10_999);
    expect(driver.machine.open).toBe(true);
    driver.advance(1);
    expect(driver.closes).toHaveLength(1);
    expect(driver.lastForwarded.messageId).toBe('b');
  });

  it('drops what comes after the close, and counts it', () => {
    const driver = new MachineDriver();
    driver.receive(START);
    driver.advance(25_000);
    expect(driver.answer('call-1')).toEqual([{ type: 'answer-dropped', callId: 'call-1' }]);
    expect(driver.receive(heartbeat('z'))).toEqual([{ type: 'oddity', reason: 'after-close', frame: JSON.stringify(heartbeat('z')) }]);
    expect(driver.handle({ type: 'closed' })).toEqual([]);
  });

  it('never takes the answer to an earlier call for the one in work', () => {
    const driver = new MachineDriver();
    driver.receive(START);
    driver.answer('call-1');
    driver.receive(heartbeat('a'));
    expect(driver.answer('call-1', { outcome: 'result', payloadJson: '{"transactionId":9}' })).toEqual([
      { type: 'answer-dropped', callId: 'call-1' },
    ]);
    driver.answer('call-2');
    expect(driver.sent).toEqual(['[3,"s1",{}]', '[3,"a",{}]']);
  });

  it('drops a second answer to one call', () => {
    const driver = new MachineDriver();
    driver.receive(START);
    driver.answer('call-1');
    expect(driver.answer('call-1')).toEqual([{ type: 'answer-dropped', callId: 'call-1' }]);
    expect(driver.sent).toHaveLength(1);
  });

  it('is not concluded from a timer that fires too early', () => {
    const driver = new MachineDriver();
    driver.receive(START);
    driver.advance(1000);
    driver.handle({ type: 'timer', timer: 'call-deadline' });
    driver.advance(23_999);
    expect(driver.machine.open).toBe(true);
    driver.advance(1);
    expect(driver.machine.open).toBe(false);
  });
});

describe('frames that are no CALL we could forward', () => {
  it('are answered at once when they are malformed CALLs, also while another is in work', () => {
    const driver = new MachineDriver();
    driver.receive(heartbeat('a'));
    driver.receive('[2,"b","Heartbeat",null]');
    expect(driver.sent).toEqual([expect.stringContaining('[4,"b","FormationViolation"')]);
    expect(driver.all('oddity')).toMatchObject([{ reason: 'bad-payload', answer: driver.sent[0] }]);
    driver.answer('call-1');
    expect(driver.sent).toHaveLength(2);
  });

  it.each([
    ['hello', 'not-json'],
    ['[5,"a",{}]', 'ignored-message-type'],
    ['[3,"nobody",{}]', 'unknown-answer'],
    ['[4,"nobody","GenericError","",{}]', 'unknown-answer'],
  ])('%s is archived without an answer and the socket lives', (text, reason) => {
    const driver = new MachineDriver();
    expect(driver.receive(text)).toEqual([{ type: 'oddity', reason, frame: text }]);
    expect(driver.machine.open).toBe(true);
  });

  it('close the socket when there are more of them than the rate allows', () => {
    const driver = new MachineDriver({ callsPerMinute: 10 });
    for (let i = 0; i < 10; i += 1) driver.receive('garbage');
    expect(driver.machine.open).toBe(true);
    driver.receive('garbage');
    expect(driver.closes).toEqual([[1008, 'too many unusable frames']]);
    expect(driver.all('oddity')).toHaveLength(11);
  });
});

describe('the rate of calls', () => {
  const flood = (driver: MachineDriver, count: number, from = 0) => {
    for (let i = from; i < from + count; i += 1) driver.receive(heartbeat(`h${i}`));
  };
  const answerAll = (driver: MachineDriver) => {
    for (let done = driver.sent.length; done < driver.forwarded.length; done += 1) driver.answer(driver.forwarded[done]?.callId as string);
  };

  it('lets a burst through and makes the rest wait, dropping nothing', () => {
    const driver = new MachineDriver({ callsPerMinute: 6 });
    flood(driver, 8);
    answerAll(driver);
    expect(driver.sent).toHaveLength(6);
    driver.advance(9_999);
    expect(driver.forwarded).toHaveLength(6);
    driver.advance(1);
    answerAll(driver);
    driver.advance(10_000);
    answerAll(driver);
    expect(driver.sent).toHaveLength(8);
    expect(driver.machine.open).toBe(true);
  });

  it('fills up again while the station is quiet, to one burst at most', () => {
    const driver = new MachineDriver({ callsPerMinute: 6 });
    flood(driver, 6);
    answerAll(driver);
    driver.advance(3_600_000);
    flood(driver, 7, 100);
    answerAll(driver);
    expect(driver.sent).toHaveLength(12);
  });

  it('closes with 1008 when a call has waited for its whole deadline because of it', () => {
    const driver = new MachineDriver({ callsPerMinute: 1 });
    flood(driver, 2);
    answerAll(driver);
    driver.advance(25_000);
    expect(driver.closes).toEqual([[1008, 'more calls than the agreed rate']]);
  });

  it('pauses reading at the mark and resumes at half of it', () => {
    const driver = new MachineDriver({ pauseReadingAt: 4 });
    flood(driver, 4);
    expect(driver.all('pause-reading')).toHaveLength(0);
    flood(driver, 3, 4);
    expect(driver.all('pause-reading')).toHaveLength(1);
    for (let i = 0; i < 3; i += 1) driver.answer(driver.lastForwarded.callId);
    expect(driver.all('resume-reading')).toHaveLength(0);
    driver.answer(driver.lastForwarded.callId);
    expect(driver.all('resume-reading')).toHaveLength(1);
  });

  it('closes with 1008 when frames keep coming although reading is paused', () => {
    const driver = new MachineDriver({ maxWaitingCalls: 10 });
    flood(driver, 11);
    expect(driver.machine.open).toBe(true);
    flood(driver, 1, 11);
    expect(driver.closes).toEqual([[1008, 'too many calls at once']]);
    expect(driver.sent).toEqual([]);
  });

  it('bounds the size of what waits as well', () => {
    const driver = new MachineDriver({ maxWaitingChars: 1000 });
    driver.receive(heartbeat('a'));
    driver.receive([2, 'b', 'DataTransfer', { vendorId: 'v', data: 'x'.repeat(1000) }]);
    expect(driver.closes).toEqual([[1008, 'too many calls at once']]);
  });
});

describe('shutdown', () => {
  it('closes an idle socket at once', () => {
    const driver = new MachineDriver();
    expect(driver.handle({ type: 'shutdown', code: 1001, reason: 'going away' })).toEqual([
      { type: 'close', code: 1001, reason: 'going away' },
    ]);
  });

  it('answers the call in work first, and forwards none of those that wait', () => {
    const driver = new MachineDriver();
    driver.receive(heartbeat('a'));
    driver.receive(heartbeat('b'));
    driver.handle({ type: 'shutdown', code: 1001, reason: 'going away' });
    driver.receive(heartbeat('c'));
    expect(driver.machine.open).toBe(true);
    driver.answer('call-1');
    expect(driver.sent).toEqual(['[3,"a",{}]']);
    expect(driver.forwarded).toHaveLength(1);
    expect(driver.closes).toEqual([[1001, 'going away']]);
  });

  it('does not wait longer than the deadline', () => {
    const driver = new MachineDriver();
    driver.receive(heartbeat('a'));
    driver.handle({ type: 'shutdown', code: 1001, reason: 'going away' });
    driver.handle({ type: 'shutdown', code: 1001, reason: 'again' });
    driver.advance(25_000);
    expect(driver.closes).toEqual([[1013, 'back end unavailable']]);
  });
});
