import { StationPathHeader, StationPathSubject, type CallErrorBody } from '@ampline/contracts';
import { AppError, KIND_TABLE } from '@ampline/kernel-errors';
import { subjectToken } from '@ampline/kernel-ids';
import type { Bus, Headers, Reply } from '@ampline/platform-nats';
import { isOcpp16Action, ocpp16Action, readErrorCode, type CallAnswer, type ForwardedCall } from '@ampline/protocol-ocpp';
import { gatewayErrors } from '../errors.js';
import type { GatewayMetrics } from '../gateway-metrics.js';
import { backOffMs, type Time } from '../time.js';
import { TurnBatch } from '../turn-batch.js';
import type { SocketIdentity } from './socket-identity.js';

/** Nothing was decided: the same request is made again. */
interface Failure {
  again: 'at-once' | 'after-a-pause';
  cause: string;
}

const PLAIN_TEXT = /^[\x21-\x7e]+$/;
const OPENING_BRACE = 0x7b;

/**
 * Carries a station's CALL to the back end and its answer back, however long the back end is away: the same request with the same call
 * id, again and again, until it is answered, its deadline has passed or its socket is gone.
 */
export class CallForwarder {
  private readonly batch = new TurnBatch();

  constructor(
    private readonly bus: Bus,
    private readonly gatewayId: string,
    private readonly tryMs: number,
    private readonly time: Time,
    private readonly metrics: GatewayMetrics,
  ) {}

  /** Undefined when nobody answered before the deadline, or `wanted` became false. Never rejects. */
  async forward(socket: SocketIdentity, call: ForwardedCall, wanted: () => boolean): Promise<CallAnswer | undefined> {
    const subject = StationPathSubject.call(socket.tenant, socket.station, call.action);
    const headers = this.headersOf(socket, call);
    await this.batch.next();
    for (let tries = 1; wanted(); tries += 1) {
      const remainingMs = call.deadlineMs - this.time.clock.now().getTime();
      if (remainingMs <= 0) return undefined;
      const outcome = await this.tryOnce(subject, call, headers, Math.min(this.tryMs, remainingMs));
      if ('outcome' in outcome) return outcome;
      this.metrics.retried(outcome.cause);
      if (outcome.again === 'after-a-pause') await this.time.pause(backOffMs(tries));
    }
    return undefined;
  }

  private async tryOnce(subject: string, call: ForwardedCall, headers: Headers, timeoutMs: number): Promise<CallAnswer | Failure> {
    if (!this.bus.connected) return { again: 'after-a-pause', cause: 'bus.disconnected' };
    try {
      const reply = await this.bus.request(subject, call.rawFrame, { timeoutMs, headers });
      if (reply.headers[StationPathHeader.retry] === 'true') return { again: 'after-a-pause', cause: 'retry' };
      return readAnswer(reply);
    } catch (error) {
      return judge(error, call.action);
    }
  }

  private headersOf(socket: SocketIdentity, call: ForwardedCall): Headers {
    return {
      [StationPathHeader.callId]: call.callId,
      [StationPathHeader.receivedAt]: new Date(call.receivedAtMs).toISOString(),
      [StationPathHeader.tenantId]: socket.tenantId,
      [StationPathHeader.stationId]: socket.stationId,
      [StationPathHeader.epoch]: String(socket.epoch),
      [StationPathHeader.messageId]: headerText(call.messageId),
      [StationPathHeader.deadline]: new Date(call.deadlineMs).toISOString(),
      [StationPathHeader.gatewayId]: this.gatewayId,
    };
  }
}

function readAnswer(reply: Reply): CallAnswer {
  const errorCode = reply.headers[StationPathHeader.callError];
  if (errorCode === undefined) {
    if (reply.body.charCodeAt(0) !== OPENING_BRACE) throw gatewayErrors.unreadableReply({ subject: 'ocpp.call' });
    return { outcome: 'result', payloadJson: reply.body };
  }
  const { description, details } = JSON.parse(reply.body) as Partial<CallErrorBody>;
  return { outcome: 'error', code: readErrorCode(errorCode) ?? 'GenericError', description: description ?? '', details: details ?? {} };
}

/**
 * What a failed try means. Outages are tried again. A verdict of the back end is passed on. For its inability (a bug) the station gets
 * InternalError, unless the message is one that the station would drop after a few of them.
 */
function judge(error: unknown, action: string): CallAnswer | Failure {
  const { kind, code } = AppError.is(error) ? error : gatewayErrors.unreadableReply(undefined, error);
  if (kind === 'timeout') return { again: 'at-once', cause: code };
  if (kind === 'unavailable' || kind === 'exhausted' || code === 'bus.forbidden') return { again: 'after-a-pause', cause: code };
  if (kind === 'internal' && isOcpp16Action(action) && ocpp16Action(action).transactionRelated)
    return { again: 'after-a-pause', cause: code };
  return { outcome: 'error', code: readErrorCode(KIND_TABLE[kind].ocpp) ?? 'InternalError', description: code, details: {} };
}

/** A message id is whatever the station sent; a header holds one line of plain text. */
function headerText(text: string): string {
  return text === '' || PLAIN_TEXT.test(text) ? text : subjectToken(text);
}
