import {
  StationService,
  type BatchGetPlacesRequest,
  type BatchGetPlacesResponseSchema,
  type CreateLocationRequest,
  type CreateLocationResponseSchema,
  type CreateSiteRequest,
  type CreateSiteResponseSchema,
  type ListLocationsRequest,
  type ListLocationsResponseSchema,
  type ListSitesRequest,
  type ListSitesResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { cursorText, pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { checkedId, checkedIds, checkLocation, checkSite } from './field-checks.js';
import { PlaceStore } from './places.prisma.js';

/** Sites and locations. */
@Controller()
export class PlacesGrpc {
  constructor(private readonly places: PlaceStore) {}

  @Rpc(StationService.method.createSite)
  async createSite(request: CreateSiteRequest, call: RpcCall): Promise<MessageInitShape<typeof CreateSiteResponseSchema>> {
    checkSite(request);
    return { site: await this.places.createSite(call, request) };
  }

  @Rpc(StationService.method.listSites)
  async listSites(request: ListSitesRequest, call: RpcCall): Promise<MessageInitShape<typeof ListSitesResponseSchema>> {
    const page = pageOf(request.page);
    const sites = await this.places.listSites(call.tenantId, cursorText(page, 'text'), page.limit + 1);
    const found = pageFrom(sites, page, (site) => [site.name]);
    return { sites: found.rows, page: found.page };
  }

  @Rpc(StationService.method.createLocation)
  async createLocation(request: CreateLocationRequest, call: RpcCall): Promise<MessageInitShape<typeof CreateLocationResponseSchema>> {
    const siteId = checkedId('site_id', request.siteId);
    checkLocation(request);
    return { location: await this.places.createLocation(call, { ...request, siteId }) };
  }

  @Rpc(StationService.method.batchGetPlaces)
  batchGetPlaces(request: BatchGetPlacesRequest, call: RpcCall): Promise<MessageInitShape<typeof BatchGetPlacesResponseSchema>> {
    const siteIds = checkedIds('site_ids', request.siteIds);
    const locationIds = checkedIds('location_ids', request.locationIds);
    return this.places.batch(call.tenantId, { siteIds, locationIds });
  }

  @Rpc(StationService.method.listLocations)
  async listLocations(request: ListLocationsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListLocationsResponseSchema>> {
    const page = pageOf(request.page);
    const siteId = request.siteId === '' ? undefined : checkedId('site_id', request.siteId);
    const locations = await this.places.listLocations(call.tenantId, siteId, cursorText(page, 'uuid'), page.limit + 1);
    const found = pageFrom(locations, page, (location) => [location.locationId]);
    return { locations: found.rows, page: found.page };
  }
}
