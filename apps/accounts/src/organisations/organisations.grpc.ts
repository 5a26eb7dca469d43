import { Controller } from '@nestjs/common';
import {
  PeopleService,
  type CreateOrganisationRequest,
  type CreateOrganisationResponseSchema,
  type ListOrganisationsRequest,
  type ListOrganisationsResponseSchema,
  type OrganisationKind,
  type UpdateOrganisationRequest,
  type UpdateOrganisationResponseSchema,
} from '@ampline/contracts';
import { parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { accountsErrors } from '../errors.js';
import { idsOf, LONGEST_REFERENCE, textOrNull } from '../fields.js';
import { nameOf } from '../names.js';
import { storedOrganisationKind, storedOrganisationStatus } from './organisations.mapping.js';
import { OrganisationStore, type WantedOrganisation } from './organisations.store.js';

@Controller()
export class OrganisationsGrpc {
  constructor(private readonly organisations: OrganisationStore) {}

  @Rpc(PeopleService.method.createOrganisation)
  async createOrganisation(
    request: CreateOrganisationRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof CreateOrganisationResponseSchema>> {
    return { organisation: await this.organisations.create(call, wantedOf(request)) };
  }

  @Rpc(PeopleService.method.updateOrganisation)
  async updateOrganisation(
    request: UpdateOrganisationRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof UpdateOrganisationResponseSchema>> {
    const status = storedOrganisationStatus(request.status);
    if (!status) throw accountsErrors.fieldInvalid({ field: 'status', rule: 'is ACTIVE or CLOSED' });
    const organisationId = parseId('OrganisationId', request.organisationId);
    return { organisation: await this.organisations.update(call, organisationId, { ...wantedOf(request), status }) };
  }

  @Rpc(PeopleService.method.listOrganisations)
  async listOrganisations(
    request: ListOrganisationsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListOrganisationsResponseSchema>> {
    const filter = { search: request.search, ids: idsOf('OrganisationId', request.organisationIds) };
    const { rows, page } = await this.organisations.list(call, filter, pageOf(request.page));
    return { organisations: rows, page };
  }
}

function wantedOf(request: { name: string; kind: OrganisationKind; externalReference: string }): WantedOrganisation {
  const kind = storedOrganisationKind(request.kind);
  if (!kind) throw accountsErrors.fieldInvalid({ field: 'kind', rule: 'is FLEET, SITE_HOST or PARTNER' });
  return {
    name: nameOf(request.name),
    kind,
    externalReference: textOrNull('external_reference', request.externalReference, LONGEST_REFERENCE),
  };
}
