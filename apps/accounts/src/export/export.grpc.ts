import { Controller } from '@nestjs/common';
import {
  AccountsService,
  type ExportIdTokensRequest,
  type ExportIdTokensResponseSchema,
  type ExportTenantsRequest,
  type ExportTenantsResponseSchema,
} from '@ampline/contracts';
import { parseId } from '@ampline/kernel-ids';
import { Rpc } from '@ampline/platform-grpc';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { IdTokenStore } from '../id-tokens/id-tokens.store.js';
import { TenantStore } from '../tenants/tenants.store.js';
import { ExportSettings } from './export-settings.js';

/**
 * Current state of everything, for a projection that is new or rebuilt. Read page by page, not from one snapshot: what changes
 * meanwhile reaches the projection as a fact, and versions settle the overlap.
 */
@Controller()
export class ExportGrpc {
  constructor(
    private readonly tenants: TenantStore,
    private readonly idTokens: IdTokenStore,
    private readonly settings: ExportSettings,
  ) {}

  @Rpc(AccountsService.method.exportTenants)
  async *exportTenants(request: ExportTenantsRequest): AsyncGenerator<MessageInitShape<typeof ExportTenantsResponseSchema>> {
    const page = (after: string | undefined) => this.tenants.exportPage(after, this.settings.batch);
    for await (const tenant of pages(page, (state) => state.tenantId, startOf(request.after))) yield { tenant };
  }

  @Rpc(AccountsService.method.exportIdTokens)
  async *exportIdTokens(request: ExportIdTokensRequest): AsyncGenerator<MessageInitShape<typeof ExportIdTokensResponseSchema>> {
    const page = (after: string | undefined) => this.idTokens.exportPage(after, this.settings.batch);
    for await (const idToken of pages(page, (state) => state.idTokenId, startOf(request.after))) yield { idToken };
  }
}

function startOf(after: string): string | undefined {
  return after === '' ? undefined : parseId('after', after);
}

/** All rows, page by page, until a page is empty. */
async function* pages<S>(
  page: (after: string | undefined) => Promise<S[]>,
  idOf: (state: S) => string,
  start: string | undefined,
): AsyncGenerator<S> {
  for (let after = start; ;) {
    const states = await page(after);
    yield* states;
    const last = states.at(-1);
    if (last === undefined) return;
    after = idOf(last);
  }
}
