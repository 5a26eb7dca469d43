import { Controller } from '@nestjs/common';
import {
  AccessService,
  type CreateGuestLinkRequest,
  type CreateGuestLinkResponseSchema,
  type ListGuestLinksRequest,
  type ListGuestLinksResponseSchema,
  type RevokeGuestLinkRequest,
  type RevokeGuestLinkResponseSchema,
} from '@ampline/contracts';
import { isUuid, parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { accountsErrors } from '../errors.js';
import { GuestLinkStore } from './guest-links.store.js';

const HOURS = { usual: 24, most: 168 };
const SESSION = 'session:';

@Controller()
export class GuestLinksGrpc {
  constructor(private readonly links: GuestLinkStore) {}

  @Rpc(AccessService.method.createGuestLink)
  createGuestLink(request: CreateGuestLinkRequest, call: RpcCall): Promise<MessageInitShape<typeof CreateGuestLinkResponseSchema>> {
    const { validHours } = request;
    if (validHours < 0 || validHours > HOURS.most)
      throw accountsErrors.fieldInvalid({ field: 'valid_hours', rule: `is 1 to ${HOURS.most}; 0: ${HOURS.usual}` });
    return this.links.create(call, resourceOf(request.resource), validHours || HOURS.usual);
  }

  @Rpc(AccessService.method.listGuestLinks)
  async listGuestLinks(request: ListGuestLinksRequest, call: RpcCall): Promise<MessageInitShape<typeof ListGuestLinksResponseSchema>> {
    const { rows, page } = await this.links.list(call.tenantId, pageOf(request.page));
    return { guestLinks: rows, page };
  }

  @Rpc(AccessService.method.revokeGuestLink)
  async revokeGuestLink(request: RevokeGuestLinkRequest, call: RpcCall): Promise<MessageInitShape<typeof RevokeGuestLinkResponseSchema>> {
    return { guestLink: await this.links.revoke(call, parseId('GuestLinkId', request.guestLinkId)) };
  }
}

function resourceOf(text: string): string {
  const id = text.startsWith(SESSION) ? text.slice(SESSION.length) : '';
  if (!isUuid(id)) throw accountsErrors.fieldInvalid({ field: 'resource', rule: 'is `session:<id>`' });
  return `${SESSION}${id.toLowerCase()}`;
}
