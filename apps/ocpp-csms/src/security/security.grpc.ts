import {
  SecurityService,
  type CreateCertificateAuthorityRequest,
  type CreateCertificateAuthorityResponseSchema,
  type DistrustCertificateAuthorityRequest,
  type DistrustCertificateAuthorityResponseSchema,
  type GetStationSecurityRequest,
  type GetStationSecurityResponseSchema,
  type ListCertificateAuthoritiesRequest,
  type ListCertificateAuthoritiesResponseSchema,
  type ListCertificateRequestsRequest,
  type ListCertificateRequestsResponseSchema,
  type ListRefusedStationsRequest,
  type ListRefusedStationsResponseSchema,
  type ListSecurityChangesRequest,
  type ListSecurityChangesResponseSchema,
  type ListSecurityEventsRequest,
  type ListSecurityEventsResponseSchema,
  type ListStationCertificatesRequest,
  type ListStationCertificatesResponseSchema,
  type RevokeStationCertificateRequest,
  type RevokeStationCertificateResponseSchema,
  type SetSecurityProfileRequest,
  type SetSecurityProfileResponseSchema,
  type StartSecurityChangesRequest,
  type StartSecurityChangesResponseSchema,
  type TrustCertificateAuthorityRequest,
  type TrustCertificateAuthorityResponseSchema,
  type UploadStationCertificateRequest,
  type UploadStationCertificateResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Controller } from '@nestjs/common';
import { check, checkedFilter, checkedId, checkedIds, checkText } from '../stations/field-checks.js';
import { AuthorityStore } from './authorities/authority-store.js';
import { CertificateStore } from './certificates/certificate-store.js';
import { SecurityChanges, type ChangeWanted } from './changes/security-changes.js';
import {
  authorityMessage,
  certificateMessage,
  changeKindOf,
  changeMessage,
  changeStateOf,
  eventMessage,
  installedMessage,
  refusalMessage,
  requestMessage,
  requestStateOf,
} from './security-messages.js';
import { SecurityReads } from './security-reads.js';
import { ServerRoot } from './server-root.js';

const DAY_S = 86_400;
const LONGEST_S = 30 * DAY_S;
const LONGEST_PEM = 65_536;

/** Security profiles, keys and certificates of charging stations. */
@Controller()
export class SecurityGrpc {
  constructor(
    private readonly authorities: AuthorityStore,
    private readonly certificates: CertificateStore,
    private readonly changes: SecurityChanges,
    private readonly reads: SecurityReads,
    private readonly serverRoot: ServerRoot,
  ) {}

  @Rpc(SecurityService.method.listCertificateAuthorities)
  async listCertificateAuthorities(
    _request: ListCertificateAuthoritiesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListCertificateAuthoritiesResponseSchema>> {
    const authorities = await this.authorities.list(call.tenantId);
    return { authorities: authorities.map(authorityMessage), serverRootCertificate: this.serverRoot.certificate ?? '' };
  }

  @Rpc(SecurityService.method.createCertificateAuthority)
  async createCertificateAuthority(
    _request: CreateCertificateAuthorityRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof CreateCertificateAuthorityResponseSchema>> {
    return { authorities: (await this.authorities.create(call)).map(authorityMessage) };
  }

  @Rpc(SecurityService.method.trustCertificateAuthority)
  async trustCertificateAuthority(
    request: TrustCertificateAuthorityRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof TrustCertificateAuthorityResponseSchema>> {
    checkPem('certificate', request.certificate);
    return { authority: authorityMessage(await this.authorities.trust(call, request.certificate)) };
  }

  @Rpc(SecurityService.method.distrustCertificateAuthority)
  async distrustCertificateAuthority(
    request: DistrustCertificateAuthorityRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof DistrustCertificateAuthorityResponseSchema>> {
    return { authority: authorityMessage(await this.authorities.distrust(call, checkedId('authority_id', request.authorityId))) };
  }

  @Rpc(SecurityService.method.listCertificateRequests)
  async listCertificateRequests(
    request: ListCertificateRequestsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListCertificateRequestsResponseSchema>> {
    const page = pageOf(request.page);
    const filter = { stationId: anyStation(request.stationId), state: requestStateOf(request.state) };
    const found = pageFrom(await this.certificates.requests(call.tenantId, filter, page), page, ({ key }) => key);
    return { requests: found.rows.map(({ row }) => requestMessage(row)), page: found.page };
  }

  @Rpc(SecurityService.method.uploadStationCertificate)
  async uploadStationCertificate(
    request: UploadStationCertificateRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof UploadStationCertificateResponseSchema>> {
    checkPem('chain', request.chain);
    return {
      certificate: certificateMessage(await this.certificates.upload(call, checkedId('request_id', request.requestId), request.chain)),
    };
  }

  @Rpc(SecurityService.method.listStationCertificates)
  async listStationCertificates(
    request: ListStationCertificatesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListStationCertificatesResponseSchema>> {
    const page = pageOf(request.page);
    const filter = { stationId: anyStation(request.stationId), endsBefore: request.endsBefore && timestampDate(request.endsBefore) };
    const found = pageFrom(await this.certificates.certificates(call.tenantId, filter, page), page, ({ key }) => key);
    return { certificates: found.rows.map(({ row }) => certificateMessage(row)), page: found.page };
  }

  @Rpc(SecurityService.method.revokeStationCertificate)
  async revokeStationCertificate(
    request: RevokeStationCertificateRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof RevokeStationCertificateResponseSchema>> {
    checkText('reason', request.reason, 200);
    const certificateId = checkedId('certificate_id', request.certificateId);
    return { certificate: certificateMessage(await this.certificates.revoke(call, certificateId, request.reason)) };
  }

  @Rpc(SecurityService.method.getStationSecurity)
  async getStationSecurity(
    request: GetStationSecurityRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof GetStationSecurityResponseSchema>> {
    const stationId = checkedId('station_id', request.stationId);
    const { station, installed, refusal } = await this.reads.station(call.tenantId, stationId);
    const [open] = await this.changes.list(call.tenantId, { stationId, state: 'open' }, { limit: 1, cursor: '' });
    return {
      securityProfile: station.security_profile,
      ...(station.connection_profile !== null && { connectionProfile: station.connection_profile }),
      connectionCertificate: station.connection_certificate ?? '',
      hasPassword: station.has_password,
      installedCertificates: installed.map(installedMessage),
      ...(refusal && { refusal: refusalMessage(refusal) }),
      ...(open && { change: changeMessage(open.row) }),
    };
  }

  @Rpc(SecurityService.method.setSecurityProfile)
  async setSecurityProfile(
    request: SetSecurityProfileRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof SetSecurityProfileResponseSchema>> {
    check('security_profile', request.securityProfile >= 0 && request.securityProfile <= 3, '0 to 3');
    return { station: await this.changes.setProfile(call, checkedId('station_id', request.stationId), request.securityProfile) };
  }

  @Rpc(SecurityService.method.startSecurityChanges)
  async startSecurityChanges(
    request: StartSecurityChangesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof StartSecurityChangesResponseSchema>> {
    check('station_ids', request.stationIds.length > 0, 'at least one');
    const started = await this.changes.start(call, checkedIds('station_ids', request.stationIds), this.wantedOf(request));
    return { changes: started.changes.map(changeMessage), passedOver: started.passedOver };
  }

  @Rpc(SecurityService.method.listSecurityChanges)
  async listSecurityChanges(
    request: ListSecurityChangesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListSecurityChangesResponseSchema>> {
    const page = pageOf(request.page);
    const filter = { stationId: anyStation(request.stationId), state: changeStateOf(request.state) };
    const found = pageFrom(await this.changes.list(call.tenantId, filter, page), page, ({ key }) => key);
    return { changes: found.rows.map(({ row }) => changeMessage(row)), page: found.page };
  }

  @Rpc(SecurityService.method.listSecurityEvents)
  async listSecurityEvents(
    request: ListSecurityEventsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListSecurityEventsResponseSchema>> {
    const page = pageOf(request.page);
    const { criticalOnly } = request;
    const filter = { stationId: anyStation(request.stationId), criticalOnly, type: checkedFilter('type', request.type) };
    const found = pageFrom(await this.reads.events(call.tenantId, filter, page), page, ({ key }) => key);
    return { events: found.rows.map(({ row }) => eventMessage(row)), page: found.page };
  }

  @Rpc(SecurityService.method.listRefusedStations)
  async listRefusedStations(
    request: ListRefusedStationsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListRefusedStationsResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.reads.refused(call.tenantId, page), page, ({ key }) => key);
    return { stations: found.rows.map(({ row }) => refusalMessage(row)), page: found.page };
  }

  private wantedOf(request: StartSecurityChangesRequest): ChangeWanted {
    const kind = changeKindOf(request.kind);
    const { toProfile, withKey, installRoot, withinS } = request;
    check('kind', kind !== undefined, 'ROTATE_KEY or RAISE_PROFILE');
    check('within_s', withinS === 0 || (withinS >= 1 && withinS <= LONGEST_S), `0, or 1 to ${LONGEST_S}`);
    const withinMs = (withinS || DAY_S) * 1_000;
    if (kind !== 'raise-profile') return { kind: 'rotate-key', toProfile: null, withKey: true, rootCertificate: null, withinMs };
    check('to_profile', toProfile >= 1 && toProfile <= 3, '1 to 3');
    const rootCertificate = installRoot ? (this.serverRoot.certificate ?? null) : null;
    check('install_root', !installRoot || rootCertificate !== null, 'false: no root certificate of the server is configured');
    return { kind, toProfile, withKey, rootCertificate, withinMs };
  }
}

function anyStation(stationId: string): string | undefined {
  return stationId === '' ? undefined : checkedId('station_id', stationId);
}

function checkPem(field: string, text: string): void {
  check(field, text.includes('-----BEGIN CERTIFICATE-----') && text.length <= LONGEST_PEM, `PEM of at most ${LONGEST_PEM} characters`);
}
