import { Controller } from '@nestjs/common';
import {
  PeopleService,
  type BatchGetDriversRequest,
  type BatchGetDriversResponseSchema,
  type CreateDriverRequest,
  type CreateDriverResponseSchema,
  type ListDriversRequest,
  type ListDriversResponseSchema,
  type UpdateDriverRequest,
  type UpdateDriverResponseSchema,
} from '@ampline/contracts';
import { parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { accountsErrors } from '../errors.js';
import { emailOf, idOrNull, idsOf, LONGEST_REFERENCE, textOrNull } from '../fields.js';
import { nameOf } from '../names.js';
import { storedDriverStatus } from './drivers.mapping.js';
import { DriverStore, type WantedDriver } from './drivers.store.js';

const LONGEST_PHONE = 40;

@Controller()
export class DriversGrpc {
  constructor(private readonly drivers: DriverStore) {}

  @Rpc(PeopleService.method.createDriver)
  async createDriver(request: CreateDriverRequest, call: RpcCall): Promise<MessageInitShape<typeof CreateDriverResponseSchema>> {
    return { driver: await this.drivers.create(call, wantedOf(request)) };
  }

  @Rpc(PeopleService.method.updateDriver)
  async updateDriver(request: UpdateDriverRequest, call: RpcCall): Promise<MessageInitShape<typeof UpdateDriverResponseSchema>> {
    const status = storedDriverStatus(request.status);
    if (!status) throw accountsErrors.fieldInvalid({ field: 'status', rule: 'is ACTIVE or CLOSED' });
    const driverId = parseId('DriverId', request.driverId);
    return { driver: await this.drivers.update(call, driverId, { ...wantedOf(request), status }) };
  }

  @Rpc(PeopleService.method.listDrivers)
  async listDrivers(request: ListDriversRequest, call: RpcCall): Promise<MessageInitShape<typeof ListDriversResponseSchema>> {
    const filter = { search: request.search, organisationId: idOrNull('OrganisationId', request.organisationId) };
    const { rows, page } = await this.drivers.list(call, filter, pageOf(request.page));
    return { drivers: rows, page };
  }

  @Rpc(PeopleService.method.batchGetDrivers)
  async batchGetDrivers(request: BatchGetDriversRequest, call: RpcCall): Promise<MessageInitShape<typeof BatchGetDriversResponseSchema>> {
    return { drivers: await this.drivers.batch(call, idsOf('DriverId', request.driverIds)) };
  }
}

function wantedOf(request: CreateDriverRequest | UpdateDriverRequest): WantedDriver {
  return {
    name: nameOf(request.name),
    email: request.email.trim() === '' ? null : emailOf(request.email),
    phone: textOrNull('phone', request.phone, LONGEST_PHONE),
    externalReference: textOrNull('external_reference', request.externalReference, LONGEST_REFERENCE),
    organisationId: idOrNull('OrganisationId', request.organisationId),
  };
}
