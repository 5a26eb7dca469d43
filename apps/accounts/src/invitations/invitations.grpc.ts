import { Controller } from '@nestjs/common';
import {
  PeopleService,
  type AcceptInvitationRequest,
  type AcceptInvitationResponseSchema,
  type GetInvitationRequest,
  type GetInvitationResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { personNameOf } from '../names.js';
import { Acceptance } from './acceptance.js';
import { InvitationStore } from './invitations.store.js';

@Controller()
export class InvitationsGrpc {
  constructor(
    private readonly invitations: InvitationStore,
    private readonly acceptance: Acceptance,
  ) {}

  @Rpc(PeopleService.method.getInvitation)
  async getInvitation(request: GetInvitationRequest): Promise<MessageInitShape<typeof GetInvitationResponseSchema>> {
    const { email, name, tenantName, locale, expiresAt } = await this.invitations.open(request.secret);
    return { email, name, tenantName, locale, expiresAt: timestampFromDate(expiresAt) };
  }

  @Rpc(PeopleService.method.acceptInvitation)
  acceptInvitation(request: AcceptInvitationRequest, call: RpcCall): Promise<MessageInitShape<typeof AcceptInvitationResponseSchema>> {
    return this.acceptance.accept(request.secret, personNameOf(request.name), request.password, call.caller.subject);
  }
}
