import {
  CommandService,
  type CancelCommandRequest,
  type CancelCommandResponseSchema,
  type GetCommandCatalogueRequest,
  type GetCommandCatalogueResponseSchema,
  type GetCommandRequest,
  type GetCommandResponseSchema,
  type ListCommandsRequest,
  type ListCommandsResponseSchema,
  type RequestStartRequest,
  type RequestStartResponseSchema,
  type RequestStopRequest,
  type RequestStopResponseSchema,
  type SendCommandRequest,
  type SendCommandResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { check, checkedId } from '../stations/field-checks.js';
import { commandCatalogue } from './command-catalogue.js';
import { CommandReads } from './command-reads.js';
import type { CheckedCommand } from './command-rules.js';
import { commandMessage } from './command-row.js';
import { CommandTerms } from './command-terms.js';
import { Commands, type CommandWanted } from './commands.js';

const SHORTEST_MS = 100;
const LONGEST_MS = 600_000;

/** Commands to charging stations. */
@Controller()
export class CommandsGrpc {
  constructor(
    private readonly commands: Commands,
    private readonly reads: CommandReads,
    private readonly terms: CommandTerms,
  ) {}

  @Rpc(CommandService.method.sendCommand)
  async sendCommand(request: SendCommandRequest, call: RpcCall): Promise<MessageInitShape<typeof SendCommandResponseSchema>> {
    const { timeoutMs, idempotencyKey } = request;
    check('timeout_ms', timeoutMs === 0 || (timeoutMs >= SHORTEST_MS && timeoutMs <= LONGEST_MS), `0, or ${SHORTEST_MS} to ${LONGEST_MS}`);
    const stationId = checkedId('station_id', request.stationId);
    const command = this.terms.command(request.action, request.payloadJson);
    const queueUntil = this.terms.queueUntil('queue_until', request.queueUntil);
    const wanted = { stationId, command, idempotencyKey, timeoutMs: timeoutMs || this.terms.timeoutMs };
    return this.send(call, { ...wanted, ...(queueUntil && { queueUntil }) });
  }

  @Rpc(CommandService.method.requestStart)
  async requestStart(request: RequestStartRequest, call: RpcCall): Promise<MessageInitShape<typeof RequestStartResponseSchema>> {
    const { idToken, evseNumber, idempotencyKey } = request;
    const stationId = checkedId('station_id', request.stationId);
    // OCPP 1.6: idTag is a CiString20; EVSE n is connectorId n.
    check('id_token', /^[\x20-\x7e]{1,20}$/.test(idToken), '1 to 20 printable ASCII characters');
    check('evse_number', evseNumber >= 0, '0, or the number of an EVSE');
    if (evseNumber > 0) await this.reads.checkEvse(call.tenantId, stationId, evseNumber);
    const payload = { idTag: idToken, ...(evseNumber > 0 && { connectorId: evseNumber }) };
    const command: CheckedCommand = { action: 'RemoteStartTransaction', payload };
    return this.send(call, { stationId, command, idempotencyKey, timeoutMs: this.terms.timeoutMs });
  }

  @Rpc(CommandService.method.requestStop)
  async requestStop(request: RequestStopRequest, call: RpcCall): Promise<MessageInitShape<typeof RequestStopResponseSchema>> {
    const { stationId, ocppId } = await this.reads.runningSession(call.tenantId, checkedId('session_id', request.sessionId));
    const command: CheckedCommand = { action: 'RemoteStopTransaction', payload: { transactionId: ocppId } };
    return this.send(call, { stationId, command, idempotencyKey: request.idempotencyKey, timeoutMs: this.terms.timeoutMs });
  }

  @Rpc(CommandService.method.cancelCommand)
  async cancelCommand(request: CancelCommandRequest, call: RpcCall): Promise<MessageInitShape<typeof CancelCommandResponseSchema>> {
    return { command: commandMessage(await this.commands.cancel(call, checkedId('command_id', request.commandId))) };
  }

  @Rpc(CommandService.method.getCommandCatalogue)
  getCommandCatalogue(_request: GetCommandCatalogueRequest): MessageInitShape<typeof GetCommandCatalogueResponseSchema> {
    return { commands: commandCatalogue() };
  }

  @Rpc(CommandService.method.getCommand)
  async getCommand(request: GetCommandRequest, call: RpcCall): Promise<MessageInitShape<typeof GetCommandResponseSchema>> {
    return { command: commandMessage(await this.reads.get(call.tenantId, checkedId('command_id', request.commandId))) };
  }

  @Rpc(CommandService.method.listCommands)
  async listCommands(request: ListCommandsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListCommandsResponseSchema>> {
    const page = pageOf(request.page);
    const stationId = request.stationId === '' ? undefined : checkedId('station_id', request.stationId);
    const found = pageFrom(await this.reads.list(call.tenantId, stationId, page), page, ({ key }) => key);
    return { commands: found.rows.map(({ row }) => commandMessage(row)), page: found.page };
  }

  private async send(call: RpcCall, o: Pick<CommandWanted, 'stationId' | 'command' | 'idempotencyKey' | 'timeoutMs' | 'queueUntil'>) {
    check('idempotency_key', /^[\x20-\x7e]{0,200}$/.test(o.idempotencyKey), 'at most 200 printable ASCII characters');
    const row = await this.commands.execute({ ...o, tenantId: call.tenantId, requestedBy: call.caller.subject, caller: call.caller });
    return { command: commandMessage(row) };
  }
}
