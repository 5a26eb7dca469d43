import { StationPathHeader, StationPathSubject, type CommandReply } from '@ampline/contracts';
import { isUuid } from '@ampline/kernel-ids';
import type { Bus, Incoming, Served } from '@ampline/platform-nats';

/** A request as a gateway got it. */
export interface SeenCommand {
  commandId: string;
  epoch: number;
  action: string;
  deadline: Date;
  payload: unknown;
}

/** What the station behind a socket does with a command. */
export type Behaviour = (command: SeenCommand) => CommandReply | Promise<CommandReply>;

/** How long the wrong socket holds its answer back, so that the right one is first. */
const SUPERSEDED_AFTER_MS = 250;

/**
 * One socket of a station at some gateway, as the contract of the station path demands it: only the named epoch carries a command out,
 * each command id once; any other epoch answers `superseded`, late.
 */
export class FakeSocket {
  /** Commands that were carried out. */
  readonly executed: SeenCommand[] = [];
  /** Violations of the contract by whoever asks. */
  readonly complaints: string[] = [];
  private readonly known = new Map<string, Promise<CommandReply>>();
  private readonly served: Served;

  private constructor(
    bus: Bus,
    subject: string,
    private readonly epoch: number,
    private readonly behaviour: Behaviour,
  ) {
    this.served = bus.serve(subject, {}, async (message) => ({ body: JSON.stringify(await this.handle(message)) }));
  }

  /** Resolves when the bus routes commands here. */
  static async open(bus: Bus, tenant: string, station: string, epoch: number, behaviour: Behaviour): Promise<FakeSocket> {
    const socket = new FakeSocket(bus, StationPathSubject.command(tenant, station), epoch, behaviour);
    await bus.flush();
    return socket;
  }

  close(): Promise<void> {
    return this.served.drain();
  }

  private async handle(message: Incoming): Promise<CommandReply> {
    const command = this.read(message);
    if (command.epoch !== this.epoch) {
      await new Promise((resolve) => setTimeout(resolve, SUPERSEDED_AFTER_MS));
      return { outcome: 'superseded' };
    }
    const known = this.known.get(command.commandId);
    if (known) return known;
    const reply = Promise.resolve(this.behaviour(command));
    this.known.set(command.commandId, reply);
    this.executed.push(command);
    return reply;
  }

  private read(message: Incoming): SeenCommand {
    const header = (name: string): string => message.headers(name) ?? '';
    const command = {
      commandId: header(StationPathHeader.commandId),
      epoch: Number(header(StationPathHeader.epoch)),
      action: header(StationPathHeader.action),
      deadline: new Date(header(StationPathHeader.deadline)),
      payload: JSON.parse(message.body) as unknown,
    };
    if (!isUuid(command.commandId)) this.complaints.push('command id is no UUID');
    if (!Number.isSafeInteger(command.epoch)) this.complaints.push('epoch is no whole number');
    if (command.action === '') this.complaints.push('no action');
    if (!(command.deadline.getTime() > Date.now())) this.complaints.push('the deadline has passed');
    if (!/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/.test(message.headers('traceparent') ?? '')) this.complaints.push('no trace');
    return command;
  }
}

/** A station that answers with this payload. */
export function answers(payload: object): Behaviour {
  return ({ commandId, action, payload: request }) => {
    const messageId = commandId.slice(-12);
    const now = new Date().toISOString();
    const requestFrame = JSON.stringify([2, messageId, action, request]);
    return {
      outcome: 'answered',
      payload,
      messageId,
      sentAt: now,
      answeredAt: now,
      requestFrame,
      responseFrame: JSON.stringify([3, messageId, payload]),
    };
  };
}

/** A station that answers with a CALLERROR. */
export function refuses(code: string, description: string): Behaviour {
  return ({ commandId, action, payload }) => {
    const messageId = commandId.slice(-12);
    const now = new Date().toISOString();
    const requestFrame = JSON.stringify([2, messageId, action, payload]);
    const responseFrame = JSON.stringify([4, messageId, code, description, {}]);
    return { outcome: 'call-error', code, description, details: {}, messageId, sentAt: now, answeredAt: now, requestFrame, responseFrame };
  };
}
