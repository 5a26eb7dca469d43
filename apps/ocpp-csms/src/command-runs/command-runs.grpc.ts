import {
  CommandRunService,
  type GetCommandRunRequest,
  type GetCommandRunResponseSchema,
  type ListCommandRunsRequest,
  type ListCommandRunsResponseSchema,
  type ListCommandRunStationsRequest,
  type ListCommandRunStationsResponseSchema,
  type PreviewCommandRunRequest,
  type PreviewCommandRunResponseSchema,
  type StartCommandRunRequest,
  type StartCommandRunResponseSchema,
  type StopCommandRunRequest,
  type StopCommandRunResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { CommandTerms } from '../commands/command-terms.js';
import { csmsErrors } from '../errors.js';
import { check, checkedId, checkedIds } from '../stations/field-checks.js';
import { checkedStationFilter } from '../stations/station-filter.js';
import { previewMessage } from './preview.js';
import { runMessage, runStationMessage, type RunCounts, type RunRow } from './run-row.js';
import { CommandRunStore, type RunWanted } from './run-store.js';

const DEFAULT_CONCURRENCY = 20;
const MOST_CONCURRENCY = 200;

/** One command over many stations. */
@Controller()
export class CommandRunsGrpc {
  constructor(
    private readonly runs: CommandRunStore,
    private readonly terms: CommandTerms,
  ) {}

  @Rpc(CommandRunService.method.previewCommandRun)
  async previewCommandRun(
    request: PreviewCommandRunRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof PreviewCommandRunResponseSchema>> {
    return previewMessage(await this.runs.preview(call.tenantId, this.wanted(request)));
  }

  @Rpc(CommandRunService.method.startCommandRun)
  async startCommandRun(request: StartCommandRunRequest, call: RpcCall): Promise<MessageInitShape<typeof StartCommandRunResponseSchema>> {
    const { concurrency, idempotencyKey } = request;
    check('concurrency', concurrency >= 0 && concurrency <= MOST_CONCURRENCY, `0, or 1 to ${MOST_CONCURRENCY}`);
    check('idempotency_key', /^[\x20-\x7e]{0,200}$/.test(idempotencyKey), 'at most 200 printable ASCII characters');
    const o = { concurrency: concurrency || DEFAULT_CONCURRENCY, timeoutMs: this.terms.timeoutMs, idempotencyKey };
    return answer(await this.runs.start(call, this.wanted(request), o));
  }

  @Rpc(CommandRunService.method.getCommandRun)
  async getCommandRun({ runId }: GetCommandRunRequest, call: RpcCall): Promise<MessageInitShape<typeof GetCommandRunResponseSchema>> {
    return answer(await this.runs.get(call.tenantId, checkedId('run_id', runId)));
  }

  @Rpc(CommandRunService.method.listCommandRuns)
  async listCommandRuns(request: ListCommandRunsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListCommandRunsResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.runs.list(call.tenantId, page), page, ({ key }) => key);
    return { runs: found.rows.map(({ run, counts }) => runMessage(run, counts)), page: found.page };
  }

  @Rpc(CommandRunService.method.listCommandRunStations)
  async listCommandRunStations(
    request: ListCommandRunStationsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListCommandRunStationsResponseSchema>> {
    const page = pageOf(request.page);
    const stations = await this.runs.stations(call.tenantId, checkedId('run_id', request.runId), page);
    const found = pageFrom(stations, page, ({ key }) => key);
    return { stations: found.rows.map(({ station }) => runStationMessage(station)), page: found.page };
  }

  @Rpc(CommandRunService.method.stopCommandRun)
  async stopCommandRun({ runId }: StopCommandRunRequest, call: RpcCall): Promise<MessageInitShape<typeof StopCommandRunResponseSchema>> {
    return answer(await this.runs.stop(call, checkedId('run_id', runId)));
  }

  private wanted({ selection, command }: Pick<StartCommandRunRequest, 'selection' | 'command'>): RunWanted {
    // All stations are selected by a filter that asks for nothing, and not by forgetting it.
    if (!selection) throw csmsErrors.invalidField({ field: 'selection', rule: 'must be there' });
    if (!command) throw csmsErrors.invalidField({ field: 'command', rule: 'must be there' });
    const queueUntil = this.terms.queueUntil('command.queue_until', command.queueUntil);
    return {
      selection: { stationIds: checkedIds('selection.station_ids', selection.stationIds), filter: checkedStationFilter(selection) },
      command: this.terms.command(command.action, command.payloadJson),
      ...(queueUntil && { queueUntil }),
    };
  }
}

function answer({ run, counts }: { run: RunRow; counts: RunCounts }) {
  return { run: runMessage(run, counts) };
}
