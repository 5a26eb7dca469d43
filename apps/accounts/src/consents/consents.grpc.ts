import { Controller } from '@nestjs/common';
import {
  PeopleService,
  type GiveConsentRequest,
  type GiveConsentResponseSchema,
  type ListConsentsRequest,
  type ListConsentsResponseSchema,
  type WithdrawConsentRequest,
  type WithdrawConsentResponseSchema,
} from '@ampline/contracts';
import { isUuid, parseId } from '@ampline/kernel-ids';
import { Rpc, type Role, type RpcCall } from '@ampline/platform-grpc';
import { pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { accountsErrors } from '../errors.js';
import { textOrNull } from '../fields.js';
import { ConsentStore } from './consents.store.js';

const PURPOSE = /^[a-z0-9-]{1,40}$/;
const LONGEST_VERSION = 100;
/** Who sees the consents of others. */
const SEE_OTHERS: readonly Role[] = ['support', 'tenant-admin', 'platform-admin'];

@Controller()
export class ConsentsGrpc {
  constructor(private readonly consents: ConsentStore) {}

  @Rpc(PeopleService.method.giveConsent)
  async giveConsent(request: GiveConsentRequest, call: RpcCall): Promise<MessageInitShape<typeof GiveConsentResponseSchema>> {
    const documentVersion = textOrNull('document_version', request.documentVersion, LONGEST_VERSION);
    if (documentVersion === null) throw accountsErrors.fieldInvalid({ field: 'document_version', rule: 'is given' });
    return { consent: await this.consents.give(call, selfOf(call), purposeOf(request.purpose), documentVersion) };
  }

  @Rpc(PeopleService.method.withdrawConsent)
  async withdrawConsent(request: WithdrawConsentRequest, call: RpcCall): Promise<MessageInitShape<typeof WithdrawConsentResponseSchema>> {
    return { consent: await this.consents.withdraw(call, selfOf(call), purposeOf(request.purpose)) };
  }

  @Rpc(PeopleService.method.listConsents)
  async listConsents(request: ListConsentsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListConsentsResponseSchema>> {
    const { rows, page } = await this.consents.list(call.tenantId, userOf(request.userId, call), pageOf(request.page));
    return { consents: rows, page };
  }
}

/** Only a person agrees, for themselves. */
function selfOf({ caller }: RpcCall): string {
  if (!isUuid(caller.subject)) throw accountsErrors.userUnknown();
  return caller.subject;
}

/** Somebody else's are answered as nobody's. */
function userOf(userId: string, call: RpcCall): string {
  if (userId === '') return selfOf(call);
  const asked = parseId('UserId', userId);
  if (asked !== call.caller.subject && !call.caller.roles.some((role) => SEE_OTHERS.includes(role)))
    throw accountsErrors.userUnknown({ userId });
  return asked;
}

function purposeOf(text: string): string {
  if (!PURPOSE.test(text)) throw accountsErrors.fieldInvalid({ field: 'purpose', rule: 'has 1 to 40 characters of a-z, 0-9 and -' });
  return text;
}
