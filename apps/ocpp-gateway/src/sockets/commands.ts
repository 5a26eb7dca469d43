import { StationPathHeader, StationPathSubject, SUPERSEDED_ACTION, type CommandReply } from '@ampline/contracts';
import { isJsonObject, type CommandOutcome } from '@ampline/protocol-ocpp';
import type { Incoming, Outgoing, Served } from '@ampline/platform-nats';
import { gatewayErrors } from '../errors.js';
import type { GatewayServices } from '../gateway-services.js';
import type { StationSocket } from './station-socket.js';

/**
 * Takes commands for one socket. The subscription is the routing: while it stands, the back end's request comes here; without it, NATS
 * tells the back end at once that the station is offline.
 */
export function serveCommands(socket: StationSocket, services: GatewayServices): Served {
  const { tenant, station } = socket.identity;
  const subject = StationPathSubject.command(tenant, station);
  return services.bus.serve(subject, { spanName: 'ocpp.command' }, (message) => handle(socket, services, message));
}

/** Tells sockets of the station at other gateways that this one is newer. */
export function announce(socket: StationSocket, services: GatewayServices): void {
  const { tenant, station, epoch } = socket.identity;
  services.bus.publish(StationPathSubject.command(tenant, station), '', {
    [StationPathHeader.action]: SUPERSEDED_ACTION,
    [StationPathHeader.epoch]: String(epoch),
  });
}

async function handle(socket: StationSocket, services: GatewayServices, message: Incoming): Promise<Outgoing | void> {
  const action = message.headers(StationPathHeader.action) ?? '';
  const epoch = Number(message.headers(StationPathHeader.epoch));
  const isOlder = socket.identity.epoch < epoch;
  if (action === SUPERSEDED_ACTION) {
    if (isOlder) socket.supersede();
    return;
  }
  const command = { commandId: message.headers(StationPathHeader.commandId) ?? '', epoch, action, payloadJson: message.body };
  const deadlineMs = Date.parse(message.headers(StationPathHeader.deadline) ?? '');
  const named = action !== '' && command.commandId !== '' && Number.isSafeInteger(epoch);
  const complete = named && !Number.isNaN(deadlineMs) && isJsonObjectText(command.payloadJson);
  if (!complete) throw gatewayErrors.badCommand({ action, epoch });
  const outcome: CommandReply = await socket.command({ ...command, deadlineMs });
  services.metrics.commanded(action, labelOf(outcome));
  services.log.info('command.completed', { ...socket.labels(), action, commandId: command.commandId, outcome: labelOf(outcome) });
  // The back end names an epoch it gave to a later connection: this socket is a left-over that nobody will ever command again.
  if (isOlder) socket.supersede();
  return { body: JSON.stringify(outcome) };
}

/** The text becomes part of a frame as it is. */
function isJsonObjectText(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch (e) {
    if (e instanceof SyntaxError) return false;
    throw e;
  }
}

function labelOf(outcome: CommandOutcome): string {
  return outcome.outcome === 'not-sent' ? `not-sent-${outcome.reason}` : outcome.outcome;
}
