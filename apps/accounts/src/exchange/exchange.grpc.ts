import { Controller } from '@nestjs/common';
import {
  AccessService,
  type ExchangeAccessTokenRequest,
  type ExchangeAccessTokenResponseSchema,
  type ExchangeApiKeyRequest,
  type ExchangeApiKeyResponseSchema,
  type ExchangeGuestLinkRequest,
  type ExchangeGuestLinkResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { accountsErrors } from '../errors.js';
import { Exchange, type Exchanged } from './exchange.js';

/** The one service that people, keys and guests talk to. */
const EXCHANGER = 'api-gateway';

@Controller()
export class ExchangeGrpc {
  constructor(private readonly exchange: Exchange) {}

  @Rpc(AccessService.method.exchangeAccessToken)
  async exchangeAccessToken(
    request: ExchangeAccessTokenRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ExchangeAccessTokenResponseSchema>> {
    return answer(await this.exchange.accessToken(request.accessToken, exchangerOf(call)));
  }

  @Rpc(AccessService.method.exchangeApiKey)
  async exchangeApiKey(request: ExchangeApiKeyRequest, call: RpcCall): Promise<MessageInitShape<typeof ExchangeApiKeyResponseSchema>> {
    return answer(await this.exchange.apiKey(request.apiKey, exchangerOf(call)));
  }

  @Rpc(AccessService.method.exchangeGuestLink)
  async exchangeGuestLink(
    request: ExchangeGuestLinkRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ExchangeGuestLinkResponseSchema>> {
    return answer(await this.exchange.guestLink(request.secret, exchangerOf(call)));
  }
}

function exchangerOf({ caller }: RpcCall): string {
  if (caller.subject !== EXCHANGER) throw accountsErrors.exchangerForeign({ service: caller.subject });
  return EXCHANGER;
}

function answer({ token, expiresAt, caller }: Exchanged) {
  return { token: { token, expiresAt: timestampFromDate(expiresAt) }, caller };
}
