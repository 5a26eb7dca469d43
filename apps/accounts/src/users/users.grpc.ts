import { Controller } from '@nestjs/common';
import {
  PeopleService,
  UserStatus,
  type BatchGetUsersRequest,
  type BatchGetUsersResponseSchema,
  type DeleteUserRequest,
  type DeleteUserResponseSchema,
  type GetUserRequest,
  type GetUserResponseSchema,
  type InviteUserRequest,
  type InviteUserResponseSchema,
  type ListUsersRequest,
  type ListUsersResponseSchema,
  type RenewInvitationRequest,
  type RenewInvitationResponseSchema,
  type SetUserStatusRequest,
  type SetUserStatusResponseSchema,
  type UpdateUserRequest,
  type UpdateUserResponseSchema,
} from '@ampline/contracts';
import { parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { accountsErrors } from '../errors.js';
import { emailOf, idOrNull, idsOf, localeOf } from '../fields.js';
import { ProviderSync } from '../identity-provider/provider-sync.js';
import { invitationMessage } from '../invitations/invitation.js';
import { personNameOf } from '../names.js';
import { rolesOf } from './user-roles.js';
import { storedUserStatus } from './users.mapping.js';
import { UserReads } from './users.reads.js';
import { UserStore, type WantedUser } from './users.store.js';

@Controller()
export class UsersGrpc {
  constructor(
    private readonly users: UserStore,
    private readonly reads: UserReads,
    private readonly provider: ProviderSync,
  ) {}

  @Rpc(PeopleService.method.inviteUser)
  async inviteUser(request: InviteUserRequest, call: RpcCall): Promise<MessageInitShape<typeof InviteUserResponseSchema>> {
    const { user, invitation } = await this.users.invite(call, emailOf(request.email), { ...wantedOf(request), driverId: null });
    return { user, invitation: invitationMessage(invitation) };
  }

  @Rpc(PeopleService.method.renewInvitation)
  async renewInvitation(request: RenewInvitationRequest, call: RpcCall): Promise<MessageInitShape<typeof RenewInvitationResponseSchema>> {
    const { user, invitation } = await this.users.renewInvitation(call, parseId('UserId', request.userId));
    return { user, invitation: invitationMessage(invitation) };
  }

  @Rpc(PeopleService.method.updateUser)
  async updateUser(request: UpdateUserRequest, call: RpcCall): Promise<MessageInitShape<typeof UpdateUserResponseSchema>> {
    const wanted = { ...wantedOf(request), driverId: idOrNull('DriverId', request.driverId) };
    const user = await this.users.update(call, parseId('UserId', request.userId), wanted);
    await this.provider.settleNow(user.userId);
    return { user };
  }

  @Rpc(PeopleService.method.setUserStatus)
  async setUserStatus(request: SetUserStatusRequest, call: RpcCall): Promise<MessageInitShape<typeof SetUserStatusResponseSchema>> {
    if (request.status !== UserStatus.ACTIVE && request.status !== UserStatus.DISABLED)
      throw accountsErrors.fieldInvalid({ field: 'status', rule: 'is ACTIVE or DISABLED' });
    const user = await this.users.setEnabled(call, parseId('UserId', request.userId), request.status === UserStatus.ACTIVE);
    await this.provider.settleNow(user.userId);
    return { user };
  }

  @Rpc(PeopleService.method.deleteUser)
  async deleteUser(request: DeleteUserRequest, call: RpcCall): Promise<MessageInitShape<typeof DeleteUserResponseSchema>> {
    const user = await this.users.delete(call, parseId('UserId', request.userId));
    await this.provider.settleNow(user.userId);
    return { user };
  }

  @Rpc(PeopleService.method.getUser)
  async getUser(request: GetUserRequest, call: RpcCall): Promise<MessageInitShape<typeof GetUserResponseSchema>> {
    return { user: await this.reads.get(call, parseId('UserId', request.userId)) };
  }

  @Rpc(PeopleService.method.batchGetUsers)
  async batchGetUsers(request: BatchGetUsersRequest, call: RpcCall): Promise<MessageInitShape<typeof BatchGetUsersResponseSchema>> {
    return { users: await this.reads.batch(call.tenantId, idsOf('UserId', request.userIds)) };
  }

  @Rpc(PeopleService.method.listUsers)
  async listUsers(request: ListUsersRequest, call: RpcCall): Promise<MessageInitShape<typeof ListUsersResponseSchema>> {
    const filter = {
      search: request.search,
      status: storedUserStatus(request.status),
      role: request.role === '' ? undefined : rolesOf([request.role])[0],
      organisationId: idOrNull('OrganisationId', request.organisationId),
    };
    const { rows, page } = await this.reads.list(call.tenantId, filter, pageOf(request.page));
    return { users: rows, page };
  }
}

function wantedOf(request: InviteUserRequest | UpdateUserRequest): Omit<WantedUser, 'driverId'> {
  return {
    name: personNameOf(request.name),
    roles: rolesOf(request.roles),
    organisationId: idOrNull('OrganisationId', request.organisationId),
    brandId: idOrNull('BrandId', request.brandId),
    locale: request.locale === '' ? null : localeOf(request.locale),
  };
}
