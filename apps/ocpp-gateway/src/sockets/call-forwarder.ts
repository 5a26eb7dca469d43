import { StationPathHeader, type CallErrorBody } from '@ampline/contracts';
import { AppError, KIND_TABLE } from '@ampline/kernel-errors';
import { subjectToken } from '@ampline/kernel-ids';
import type { Bus, Headers, Reply } from '@ampline/platform-nats';
import {
  errorFrame,
  isJsonObject,
  isOcpp16Action,
  ocpp16Action,
  parseFrame,
  readErrorCode,
  resultFrame,
  type CallAnswer,
  type ForwardedCall,
} from '@ampline/protocol-ocpp';
import { gatewayErrors } from '../errors.js';
import type { GatewayMetrics } from '../gateway-metrics.js';
import type { ForeignMessages } from '../proxy/foreign-messages.js';
import { backOffMs, type Time } from '../time.js';
import { TurnBatch } from '../turn-batch.js';
import { wayOf, type RoutedSocket, type Way } from './route.js';
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
    private readonly foreign: ForeignMessages,
  ) {}

  /** Undefined when nobody answered before the deadline, or `wanted` became false. Never rejects. */
  async forward(socket: RoutedSocket, call: ForwardedCall, wanted: () => boolean): Promise<CallAnswer | undefined> {
    const headers = this.headersOf(socket.identity, call);
    await this.batch.next();
    for (let tries = 1; wanted(); tries += 1) {
      const remainingMs = call.deadlineMs - this.time.clock.now().getTime();
      if (remainingMs <= 0) return undefined;
      const way = wayOf(socket, call.action);
      const timeoutMs = Math.min(this.tryMs, remainingMs);
      const outcome = 'subject' in way ? await this.ask(way, call, headers, timeoutMs) : await askSecond(way, call, timeoutMs);
      if ('outcome' in outcome) {
        if (way.by !== undefined) this.archive(socket.identity, call, outcome, way.by);
        return outcome;
      }
      this.metrics.retried(outcome.cause);
      if (outcome.again === 'after-a-pause') await this.time.pause(backOffMs(tries));
    }
    return undefined;
  }

  private async ask(
    { subject, by }: Extract<Way, { subject: string }>,
    call: ForwardedCall,
    headers: Headers,
    timeoutMs: number,
  ): Promise<CallAnswer | Failure> {
    if (!this.bus.connected) return { again: 'after-a-pause', cause: 'bus.disconnected' };
    try {
      const reply = await this.bus.request(subject, call.rawFrame, { timeoutMs, headers });
      if (reply.headers[StationPathHeader.retry] === 'true') return { again: 'after-a-pause', cause: 'retry' };
      if (by !== undefined) checkJson(reply.body);
      return readAnswer(reply);
    } catch (error) {
      return judge(error, call.action);
    }
  }

  /** Whoever is not csms answers what csms does not know: it is told, for the archive. */
  private archive(identity: SocketIdentity, call: ForwardedCall, answer: CallAnswer, by: string): void {
    const { callId: messageUuid, action, messageId, rawFrame: requestFrame } = call;
    const responseFrame =
      answer.outcome === 'result'
        ? resultFrame(messageId, answer.payloadJson)
        : errorFrame(messageId, answer.code, answer.description, answer.details);
    const receivedAt = new Date(call.receivedAtMs).toISOString();
    const result = answer.outcome === 'result' ? 'ok' : answer.code;
    this.foreign.tell(identity, {
      messageUuid,
      receivedAt,
      direction: 'from-station',
      action,
      messageId,
      requestFrame,
      responseFrame,
      result,
      by,
    });
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

async function askSecond(
  { second }: Extract<Way, { second: unknown }>,
  call: ForwardedCall,
  timeoutMs: number,
): Promise<CallAnswer | Failure> {
  const text = await second?.ask(call.messageId, call.rawFrame, timeoutMs);
  const frame = text === undefined ? undefined : parseFrame(text);
  if (frame?.kind === 'result') return { outcome: 'result', payloadJson: JSON.stringify(frame.payload) };
  if (frame?.kind !== 'error') return { again: 'after-a-pause', cause: 'second-csms' };
  return { outcome: 'error', code: readErrorCode(frame.code) ?? 'GenericError', description: frame.description, details: frame.details };
}

/** The text becomes part of a frame as it is. Throws for what is no JSON object. */
function checkJson(body: string): void {
  if (!isJsonObject(JSON.parse(body))) throw gatewayErrors.unreadableReply({ subject: 'ocpp.foreign' });
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
