import {
  IntakeIssueStatus,
  IntakeService,
  type CountIntakeIssuesRequest,
  type CountIntakeIssuesResponseSchema,
  type GetIntakeIssueRequest,
  type GetIntakeIssueResponseSchema,
  type IntakeIssueSchema,
  type ListIntakeIssuesRequest,
  type ListIntakeIssuesResponseSchema,
  type ResolveIntakeIssueRequest,
  type ResolveIntakeIssueResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { check, checkedId, checkedIds } from '../stations/field-checks.js';
import { issueErrors } from './errors.js';
import { IssueResolution, type Decision } from './issue-resolution.js';
import { issueState, type IssueRow } from './issue-row.js';
import { IssueStore } from './issue-store.js';
import { isReason, REASONS } from './reasons.js';

const STATUS: Record<IntakeIssueStatus, IssueRow['status'] | ''> = {
  [IntakeIssueStatus.UNSPECIFIED]: '',
  [IntakeIssueStatus.OPEN]: 'open',
  [IntakeIssueStatus.RESOLVED]: 'resolved',
};

const LONGEST_NOTE = 2_000;

/** Ids of a filter, from a request that may name one or several; undefined: all. */
function oneOrMany(of: string, id: string, ids: readonly string[]): readonly string[] | undefined {
  check(`${of}_ids`, id === '' || ids.length === 0, `not together with ${of}_id`);
  const among = id === '' ? checkedIds(`${of}_ids`, [...ids]) : [checkedId(`${of}_id`, id)];
  return among.length > 0 ? among : undefined;
}

/** The work list of messages that could not be taken at face value. */
@Controller()
export class IssuesGrpc {
  constructor(
    private readonly issues: IssueStore,
    private readonly resolution: IssueResolution,
  ) {}

  @Rpc(IntakeService.method.listIntakeIssues)
  async listIntakeIssues(
    request: ListIntakeIssuesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListIntakeIssuesResponseSchema>> {
    const page = pageOf(request.page);
    const stationIds = oneOrMany('station', request.stationId, request.stationIds);
    const sessionIds = oneOrMany('session', request.sessionId, request.sessionIds);
    check('reason', request.reason === '' || isReason(request.reason), 'a reason of docs/operations/intake-issues.md');
    const filter = { status: STATUS[request.status], stationIds, sessionIds, reason: request.reason };
    const found = pageFrom(await this.issues.list(call.tenantId, filter, page), page, ({ key }) => key);
    return { issues: found.rows.map(({ row }) => issueMessage(row)), page: found.page };
  }

  @Rpc(IntakeService.method.countIntakeIssues)
  async countIntakeIssues(
    _request: CountIntakeIssuesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof CountIntakeIssuesResponseSchema>> {
    return { counts: await this.issues.countOpen(call.tenantId) };
  }

  @Rpc(IntakeService.method.getIntakeIssue)
  async getIntakeIssue(request: GetIntakeIssueRequest, call: RpcCall): Promise<MessageInitShape<typeof GetIntakeIssueResponseSchema>> {
    return { issue: issueMessage(await this.issues.get(call.tenantId, checkedId('issue_id', request.issueId))) };
  }

  @Rpc(IntakeService.method.resolveIntakeIssue)
  async resolveIntakeIssue(
    request: ResolveIntakeIssueRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ResolveIntakeIssueResponseSchema>> {
    const { note } = request;
    check('note', note.length <= LONGEST_NOTE, `at most ${LONGEST_NOTE} characters`);
    const issueId = checkedId('issue_id', request.issueId);
    const { tenantId, caller } = call;
    const row = await this.resolution.resolve({ tenantId, issueId, decision: decisionOf(request), note, caller });
    return { issue: issueMessage(row) };
  }
}

function decisionOf({ resolution }: ResolveIntakeIssueRequest): Decision {
  switch (resolution.case) {
    case 'accept':
    case 'dismiss':
      return { resolution: resolution.case };
    case 'attachStop':
      return { resolution: 'attach-stop', sessionId: checkedId('attach_stop.session_id', resolution.value.sessionId) };
    case 'closeSession':
      return { resolution: 'close-session', meterStopWh: resolution.value.meterStopWh };
    case 'createSession': {
      const { meterStartWh, evseNumber } = resolution.value;
      return { resolution: 'create-session', meterStartWh, evseNumber };
    }
    case undefined:
      throw issueErrors.resolutionMissing();
  }
}

function issueMessage(row: IssueRow): MessageInitShape<typeof IntakeIssueSchema> {
  const { explanation, frame, detail, status, reason } = row;
  const resolutions = status === 'open' ? [...REASONS[reason].resolutions] : [];
  return { state: issueState(row), explanation, frame, detailJson: JSON.stringify(detail), resolutions };
}
