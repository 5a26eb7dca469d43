import {
  OnboardingMode,
  OnboardingService,
  type AcceptStationRequest,
  type AcceptStationResponseSchema,
  type BlockUnknownStationRequest,
  type BlockUnknownStationResponseSchema,
  type CreateRegistrationTokenRequest,
  type CreateRegistrationTokenResponseSchema,
  type GetOnboardingPolicyRequest,
  type GetOnboardingPolicyResponseSchema,
  type ListRegistrationTokensRequest,
  type ListRegistrationTokensResponseSchema,
  type ListUnknownStationsRequest,
  type ListUnknownStationsResponseSchema,
  type OnboardingPolicySchema,
  type RegistrationTokenSchema,
  type RevokeRegistrationTokenRequest,
  type RevokeRegistrationTokenResponseSchema,
  type SetOnboardingPolicyRequest,
  type SetOnboardingPolicyResponseSchema,
  type UnknownStationSchema,
} from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Controller } from '@nestjs/common';
import { check, checkedId, checkEvses, checkText, isIdentity } from '../stations/field-checks.js';
import { Acceptance } from './acceptance.js';
import { OnboardingStore, type PolicyRow, type RegistrationTokenRow, type UnknownStationRow } from './onboarding.store.js';

const MOST = 1_000;
const LONGEST_VALIDITY_DAYS = 366;
const DAY_MS = 86_400_000;

const MODE: Record<OnboardingMode, PolicyRow['mode'] | undefined> = {
  [OnboardingMode.UNSPECIFIED]: undefined,
  [OnboardingMode.REJECT]: 'reject',
  [OnboardingMode.PENDING]: 'pending',
  [OnboardingMode.TOKEN]: 'token',
};
const MODE_VALUE: Record<PolicyRow['mode'], OnboardingMode> = {
  reject: OnboardingMode.REJECT,
  pending: OnboardingMode.PENDING,
  token: OnboardingMode.TOKEN,
};

/** What the controller tells the time by. */
export class OnboardingClock {
  constructor(readonly clock: Clock) {}
}

/** Unknown stations, the policy towards them, registration tokens. */
@Controller()
export class OnboardingGrpc {
  constructor(
    private readonly store: OnboardingStore,
    private readonly acceptance: Acceptance,
    private readonly time: OnboardingClock,
  ) {}

  @Rpc(OnboardingService.method.getOnboardingPolicy)
  async getOnboardingPolicy(
    _request: GetOnboardingPolicyRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof GetOnboardingPolicyResponseSchema>> {
    return { policy: policyMessage(await this.store.policy(call.tenantId)) };
  }

  @Rpc(OnboardingService.method.setOnboardingPolicy)
  async setOnboardingPolicy(
    { policy }: SetOnboardingPolicyRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof SetOnboardingPolicyResponseSchema>> {
    const mode = MODE[policy?.mode ?? OnboardingMode.UNSPECIFIED];
    check('policy.mode', mode !== undefined, 'REJECT, PENDING or TOKEN');
    const { maxPending = 0, maxPerHour = 0, locationId = '' } = policy ?? {};
    check('policy.max_pending', maxPending >= 1 && maxPending <= MOST, `1 to ${MOST}`);
    check('policy.max_per_hour', maxPerHour >= 1 && maxPerHour <= MOST, `1 to ${MOST}`);
    check('policy.location_id', mode !== 'pending' || locationId !== '', 'where stations stand that wait to be accepted');
    const wanted = {
      mode: mode as PolicyRow['mode'],
      location_id: locationId === '' ? null : checkedId('policy.location_id', locationId),
      max_pending: maxPending,
      max_per_hour: maxPerHour,
    };
    return { policy: policyMessage(await this.store.setPolicy(call, wanted)) };
  }

  @Rpc(OnboardingService.method.listUnknownStations)
  async listUnknownStations(
    request: ListUnknownStationsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListUnknownStationsResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.store.listUnknown(call.tenantId, page), page, ({ key }) => key);
    return { stations: found.rows.map(({ row }) => unknownMessage(row)), page: found.page };
  }

  @Rpc(OnboardingService.method.blockUnknownStation)
  async blockUnknownStation(
    { identity, blocked }: BlockUnknownStationRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof BlockUnknownStationResponseSchema>> {
    check('identity', isIdentity(identity), '1 to 48 characters without blanks and / : ? # %, not . or ..');
    return { station: unknownMessage(await this.store.block(call, identity, blocked)) };
  }

  @Rpc(OnboardingService.method.acceptStation)
  async acceptStation(request: AcceptStationRequest, call: RpcCall): Promise<MessageInitShape<typeof AcceptStationResponseSchema>> {
    const stationId = checkedId('station_id', request.stationId);
    const locationId = checkedId('location_id', request.locationId);
    checkEvses(request.evses);
    return { station: await this.acceptance.accept(call, stationId, locationId, request.evses) };
  }

  @Rpc(OnboardingService.method.listRegistrationTokens)
  async listRegistrationTokens(
    request: ListRegistrationTokensRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListRegistrationTokensResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.store.listTokens(call.tenantId, page), page, ({ key }) => key);
    return { tokens: found.rows.map(({ row }) => tokenMessage(row)), page: found.page };
  }

  @Rpc(OnboardingService.method.createRegistrationToken)
  async createRegistrationToken(
    { name, maxUses, ...request }: CreateRegistrationTokenRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof CreateRegistrationTokenResponseSchema>> {
    checkText('name', name, 100);
    check('max_uses', maxUses >= 1 && maxUses <= MOST, `1 to ${MOST}`);
    const locationId = checkedId('location_id', request.locationId);
    const now = this.time.clock.now().getTime();
    const expiresAt = request.expiresAt ? timestampDate(request.expiresAt) : new Date(0);
    const inTime = expiresAt.getTime() > now && expiresAt.getTime() <= now + LONGEST_VALIDITY_DAYS * DAY_MS;
    check('expires_at', inTime, `in the future, at most ${LONGEST_VALIDITY_DAYS} days ahead`);
    const { row, token } = await this.store.createToken(call, { name, locationId, expiresAt, maxUses });
    return { registrationToken: tokenMessage(row), token };
  }

  @Rpc(OnboardingService.method.revokeRegistrationToken)
  async revokeRegistrationToken(
    request: RevokeRegistrationTokenRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof RevokeRegistrationTokenResponseSchema>> {
    return { registrationToken: tokenMessage(await this.store.revokeToken(call, checkedId('token_id', request.tokenId))) };
  }
}

function policyMessage(row: PolicyRow): MessageInitShape<typeof OnboardingPolicySchema> {
  return { mode: MODE_VALUE[row.mode], locationId: row.location_id ?? '', maxPending: row.max_pending, maxPerHour: row.max_per_hour };
}

function unknownMessage(row: UnknownStationRow): MessageInitShape<typeof UnknownStationSchema> {
  return {
    identity: row.identity,
    remoteAddress: row.remote_address,
    reason: row.reason,
    attempts: row.attempts,
    firstSeenAt: timestampFromDate(row.first_seen_at),
    lastSeenAt: timestampFromDate(row.last_seen_at),
    blocked: row.blocked,
  };
}

function tokenMessage(row: RegistrationTokenRow): MessageInitShape<typeof RegistrationTokenSchema> {
  return {
    tokenId: row.token_id,
    name: row.name,
    locationId: row.location_id,
    expiresAt: timestampFromDate(row.expires_at),
    maxUses: row.max_uses,
    uses: row.uses,
    createdAt: timestampFromDate(row.created_at),
    ...(row.revoked_at && { revokedAt: timestampFromDate(row.revoked_at) }),
    shared: row.shared,
  };
}
