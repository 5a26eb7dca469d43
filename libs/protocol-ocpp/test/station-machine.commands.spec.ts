import { describe, expect, it } from '@jest/globals';
import { last, MachineDriver } from './machine-driver.js';

const accepted = (id: string) => [3, id, { status: 'Accepted' }];

describe('a command', () => {
  it('is sent and its answer handed back with both frames and both times', () => {
    const driver = new MachineDriver();
    driver.command('k1', { action: 'Reset', payloadJson: '{"type":"Soft"}' });
    expect(driver.all('send')).toEqual([{ type: 'send', text: '[2,"ours-1","Reset",{"type":"Soft"}]', commandId: 'k1' }]);
    driver.advance(1500);
    driver.receive(accepted('ours-1'));
    expect(driver.all('complete')).toEqual([
      {
        type: 'complete',
        commandId: 'k1',
        delayMs: 0,
        outcome: {
          outcome: 'answered',
          payload: { status: 'Accepted' },
          messageId: 'ours-1',
          sentAt: '2025-06-01T12:00:00.000Z',
          answeredAt: '2025-06-01T12:00:01.500Z',
          requestFrame: '[2,"ours-1","Reset",{"type":"Soft"}]',
          responseFrame: '[3,"ours-1",{"status":"Accepted"}]',
        },
      },
    ]);
    expect(driver.timers.size).toBe(0);
  });

  it('refused by the station ends as a call error, in our spelling of the code', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.receive('[4,"ours-1","OccurrenceConstraintViolation","no",{"a":1}]');
    expect(driver.outcomes('k1')).toMatchObject([
      { outcome: 'call-error', code: 'OccurenceConstraintViolation', description: 'no', details: { a: 1 }, messageId: 'ours-1' },
    ]);
  });

  it('answered unreadably ends as a call error, and the next one goes', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.command('k2');
    driver.receive('[3,"ours-1",null]');
    expect(driver.outcomes('k1')).toMatchObject([
      { outcome: 'call-error', code: 'FormationViolation', details: { reason: 'bad-payload' } },
    ]);
    expect(driver.all('oddity')).toMatchObject([{ reason: 'bad-payload' }]);
    expect(driver.sent).toHaveLength(2);
  });

  it('waits for the one before it', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.command('k2');
    driver.command('k3');
    expect(driver.sent).toHaveLength(1);
    driver.receive(accepted('ours-1'));
    expect(driver.all('send').map((effect) => effect.commandId)).toEqual(['k1', 'k2']);
    driver.receive(accepted('ours-2'));
    driver.receive(accepted('ours-3'));
    expect(driver.all('complete').map((effect) => effect.commandId)).toEqual(['k1', 'k2', 'k3']);
  });

  it('times out, and the next one goes', () => {
    const driver = new MachineDriver({ commandTimeoutMs: 5000 });
    driver.command('k1');
    driver.command('k2');
    driver.advance(4999);
    expect(driver.sent).toHaveLength(1);
    driver.advance(1);
    expect(driver.outcomes('k1')).toEqual([{ outcome: 'timeout', messageId: 'ours-1', requestFrame: '[2,"ours-1","ClearCache",{}]' }]);
    expect(driver.all('send').map((effect) => effect.commandId)).toEqual(['k1', 'k2']);
  });

  it('is not timed out by a timer that fires too early', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.advance(1000);
    driver.handle({ type: 'timer', timer: 'command-timeout' });
    driver.receive(accepted('ours-1'));
    expect(driver.outcomes('k1')).toMatchObject([{ outcome: 'answered' }]);
  });

  it('never gets the late answer of another', () => {
    const driver = new MachineDriver({ commandTimeoutMs: 5000 });
    driver.command('k1');
    driver.command('k2');
    driver.advance(5000);
    driver.receive(accepted('ours-1'));
    expect(last(driver.all('oddity'))).toMatchObject({ reason: 'late-answer' });
    expect(driver.outcomes('k2')).toEqual([]);
    driver.receive([3, 'ours-99', {}]);
    expect(last(driver.all('oddity'))).toMatchObject({ reason: 'unknown-answer' });
    driver.receive(accepted('ours-2'));
    expect(driver.outcomes('k2')).toMatchObject([{ outcome: 'answered' }]);
    driver.receive(accepted('ours-2'));
    expect(driver.outcomes('k2')).toHaveLength(1);
  });
});

describe('the same command again', () => {
  it('while it waits or is on the wire is not sent again and completes once for all', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.command('k2');
    expect(driver.command('k1')).toEqual([]);
    expect(driver.command('k2')).toEqual([]);
    driver.receive(accepted('ours-1'));
    driver.receive(accepted('ours-2'));
    expect(driver.sent).toHaveLength(2);
    expect(driver.all('complete').map((effect) => effect.commandId)).toEqual(['k1', 'k2']);
  });

  it('afterwards yields its outcome again, the time-out too', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.receive(accepted('ours-1'));
    driver.command('k2');
    driver.advance(30_000);
    driver.command('k1');
    driver.command('k2');
    expect(driver.sent).toHaveLength(2);
    expect(driver.outcomes('k1')[1]).toEqual(driver.outcomes('k1')[0]);
    expect(driver.outcomes('k2').map((outcome) => outcome.outcome)).toEqual(['timeout', 'timeout']);
  });

  it('on a closed socket still yields its outcome', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.receive(accepted('ours-1'));
    driver.command('k2');
    driver.handle({ type: 'closed' });
    driver.command('k1');
    driver.command('k2');
    expect(driver.outcomes('k1').map((outcome) => outcome.outcome)).toEqual(['answered', 'answered']);
    expect(driver.outcomes('k2').map((outcome) => outcome.outcome)).toEqual(['timeout', 'timeout']);
  });

  it('long after its deadline is not carried out either', () => {
    const driver = new MachineDriver();
    const deadlineMs = driver.now.wallMs + 10_000;
    driver.command('k1', { deadlineMs });
    driver.receive(accepted('ours-1'));
    driver.advance(3_600_000);
    driver.command('k1', { deadlineMs });
    expect(last(driver.outcomes('k1'))).toEqual({ outcome: 'not-sent', reason: 'deadline' });
    expect(driver.sent).toHaveLength(1);
  });
});

describe('a command that is not sent', () => {
  it('names another epoch: superseded, after the right socket had its chance', () => {
    const driver = new MachineDriver();
    driver.command('k1', { epoch: 6 });
    driver.command('k2', { epoch: 8 });
    expect(driver.all('complete')).toEqual([
      { type: 'complete', commandId: 'k1', outcome: { outcome: 'superseded' }, delayMs: 250 },
      { type: 'complete', commandId: 'k2', outcome: { outcome: 'superseded' }, delayMs: 250 },
    ]);
    expect(driver.sent).toEqual([]);
  });

  it('comes after its deadline', () => {
    const driver = new MachineDriver();
    driver.command('k1', { deadlineMs: driver.now.wallMs });
    expect(driver.outcomes('k1')).toEqual([{ outcome: 'not-sent', reason: 'deadline' }]);
  });

  it('waits beyond its deadline, and is told at the deadline', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.command('k2', { deadlineMs: driver.now.wallMs + 2000 });
    driver.command('k3', { deadlineMs: driver.now.wallMs + 1000 });
    driver.advance(999);
    expect(driver.all('complete')).toEqual([]);
    driver.advance(1);
    expect(driver.outcomes('k3')).toEqual([{ outcome: 'not-sent', reason: 'deadline' }]);
    driver.advance(1000);
    expect(driver.outcomes('k2')).toEqual([{ outcome: 'not-sent', reason: 'deadline' }]);
    driver.receive(accepted('ours-1'));
    expect(driver.sent).toHaveLength(1);
  });

  it('is past its deadline when its turn comes, although its timer has not fired: the wall clock was corrected', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.command('k2', { deadlineMs: driver.now.wallMs + 20_000 });
    driver.clock.setNow(new Date(driver.now.wallMs + 21_000));
    driver.receive(accepted('ours-1'));
    expect(driver.sent).toHaveLength(1);
    expect(driver.outcomes('k2')).toEqual([{ outcome: 'not-sent', reason: 'deadline' }]);
  });

  it('is one too many', () => {
    const driver = new MachineDriver({ maxWaitingCommands: 2 });
    for (const id of ['k1', 'k2', 'k3', 'k4']) driver.command(id);
    expect(driver.all('complete')).toMatchObject([{ commandId: 'k4', outcome: { outcome: 'not-sent', reason: 'queue-full' } }]);
    driver.receive(accepted('ours-1'));
    driver.command('k5');
    expect(driver.outcomes('k5')).toEqual([]);
  });

  it('meets a closed socket', () => {
    const driver = new MachineDriver();
    driver.handle({ type: 'closed' });
    driver.command('k1');
    expect(driver.outcomes('k1')).toEqual([{ outcome: 'not-sent', reason: 'closed' }]);
  });

  it('meets a socket that shuts down', () => {
    const driver = new MachineDriver();
    driver.receive([2, 'a', 'Heartbeat', {}]);
    driver.handle({ type: 'shutdown', code: 1001, reason: 'going away' });
    driver.command('k1');
    expect(driver.outcomes('k1')).toEqual([{ outcome: 'not-sent', reason: 'closed' }]);
  });
});

describe('when the socket shuts down', () => {
  function busy(): MachineDriver {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.command('k2');
    driver.handle({ type: 'shutdown', code: 1001, reason: 'going away' });
    return driver;
  }

  it('waits for the answer to the command on the wire, and sends none of those that wait', () => {
    const driver = busy();
    expect(driver.outcomes('k2')).toEqual([{ outcome: 'not-sent', reason: 'closed' }]);
    expect(driver.closes).toEqual([]);
    driver.receive([3, 'ours-1', { status: 'Accepted' }]);
    expect(driver.outcomes('k1')).toMatchObject([{ outcome: 'answered' }]);
    expect(driver.closes).toEqual([[1001, 'going away']]);
    expect(driver.sent).toHaveLength(1);
  });

  it('serves calls until then: some stations answer nothing while a call of their own is open', () => {
    const driver = busy();
    driver.receive([2, 'a', 'Heartbeat', {}]);
    driver.answer(driver.lastForwarded.callId);
    expect(driver.sent.at(-1)).toBe('[3,"a",{}]');
    driver.receive([2, 'b', 'Heartbeat', {}]);
    driver.receive([3, 'ours-1', {}]);
    expect(driver.closes).toEqual([]);
    driver.answer(driver.lastForwarded.callId);
    expect(driver.closes).toEqual([[1001, 'going away']]);
  });

  it('waits no longer than the command may take', () => {
    const driver = busy();
    driver.advance(30_000);
    expect(driver.outcomes('k1')).toMatchObject([{ outcome: 'timeout' }]);
    expect(driver.closes).toEqual([[1001, 'going away']]);
    expect(driver.timers.size).toBe(0);
  });
});

describe('when the socket ends', () => {
  it.each([
    ['was closed', (driver: MachineDriver) => driver.handle({ type: 'closed' })],
    ['is closed for a failed call', (driver: MachineDriver) => driver.handle({ type: 'call-failed', callId: driver.lastForwarded.callId })],
  ])('because it %s, the command on the wire timed out and those that wait were not sent', (_, end) => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.command('k2');
    driver.receive([2, 'a', 'Heartbeat', {}]);
    end(driver);
    expect(driver.outcomes('k1')).toEqual([{ outcome: 'timeout', messageId: 'ours-1', requestFrame: '[2,"ours-1","ClearCache",{}]' }]);
    expect(driver.outcomes('k2')).toEqual([{ outcome: 'not-sent', reason: 'closed' }]);
    expect(driver.timers.size).toBe(0);
    expect(driver.machine.open).toBe(false);
  });

  it('because a newer one was admitted, those that wait are superseded', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.command('k2');
    driver.receive([2, 'a', 'Heartbeat', {}]);
    driver.handle({ type: 'superseded' });
    expect(driver.outcomes('k1')).toMatchObject([{ outcome: 'timeout' }]);
    expect(driver.all('complete').filter((effect) => effect.commandId === 'k2')).toEqual([
      { type: 'complete', commandId: 'k2', outcome: { outcome: 'superseded' }, delayMs: 250 },
    ]);
    expect(driver.closes).toEqual([[1000, 'superseded by a newer connection']]);
    driver.handle({ type: 'superseded' });
    expect(driver.closes).toHaveLength(1);
  });

  it('nothing is sent any more', () => {
    const driver = new MachineDriver();
    driver.command('k1');
    driver.command('k2');
    driver.handle({ type: 'closed' });
    const before = driver.sent.length;
    driver.receive(accepted('ours-1'));
    driver.receive('[2,"b","Heartbeat",null]');
    driver.advance(3_600_000);
    for (const timer of ['call-deadline', 'call-rate', 'command-timeout', 'command-deadline'] as const) {
      driver.handle({ type: 'timer', timer });
    }
    expect(driver.sent).toHaveLength(before);
  });
});
