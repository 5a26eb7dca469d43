import { Controller } from '@nestjs/common';
import {
  BrandService,
  type CreateBrandRequest,
  type CreateBrandResponseSchema,
  type GetBrandLogoRequest,
  type GetBrandLogoResponseSchema,
  type ListBrandsRequest,
  type ListBrandsResponseSchema,
  type ResolveBrandRequest,
  type ResolveBrandResponseSchema,
  type SetBrandLogoRequest,
  type SetBrandLogoResponseSchema,
  type UpdateBrandRequest,
  type UpdateBrandResponseSchema,
} from '@ampline/contracts';
import { isTenantSlug, parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { accountsErrors } from '../errors.js';
import { lookOf } from './brand-look.js';
import { BrandStore } from './brands.store.js';
import { judgeLogo } from './logo-rules.js';

@Controller()
export class BrandsGrpc {
  constructor(private readonly brands: BrandStore) {}

  @Rpc(BrandService.method.createBrand)
  async createBrand(request: CreateBrandRequest, call: RpcCall): Promise<MessageInitShape<typeof CreateBrandResponseSchema>> {
    if (!isTenantSlug(request.slug)) throw accountsErrors.slugInvalid({ slug: request.slug });
    return { brand: await this.brands.create(call, request.slug, lookOf(request.look)) };
  }

  @Rpc(BrandService.method.updateBrand)
  async updateBrand(request: UpdateBrandRequest, call: RpcCall): Promise<MessageInitShape<typeof UpdateBrandResponseSchema>> {
    return { brand: await this.brands.update(call, parseId('BrandId', request.brandId), lookOf(request.look)) };
  }

  @Rpc(BrandService.method.listBrands)
  async listBrands(request: ListBrandsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListBrandsResponseSchema>> {
    const { rows, page } = await this.brands.list(call.tenantId, pageOf(request.page));
    return { brands: rows, page };
  }

  @Rpc(BrandService.method.resolveBrand)
  async resolveBrand(request: ResolveBrandRequest): Promise<MessageInitShape<typeof ResolveBrandResponseSchema>> {
    const { host, tenantSlug, brandSlug } = request;
    const resolved = tenantSlug === '' ? await this.brands.ofHost(host) : await this.brands.ofSlugs(tenantSlug, brandSlug);
    if (!resolved) throw accountsErrors.brandUnknown();
    return { ...resolved };
  }

  @Rpc(BrandService.method.setBrandLogo)
  async setBrandLogo(request: SetBrandLogoRequest, call: RpcCall): Promise<MessageInitShape<typeof SetBrandLogoResponseSchema>> {
    const { contentType, content } = request;
    return { brand: await this.brands.setLogo(call, parseId('BrandId', request.brandId), logoOf(contentType, content)) };
  }

  @Rpc(BrandService.method.getBrandLogo)
  async getBrandLogo(request: GetBrandLogoRequest): Promise<MessageInitShape<typeof GetBrandLogoResponseSchema>> {
    const { type: contentType, content, digest } = await this.brands.logo(parseId('BrandId', request.brandId));
    return { contentType, content, digest };
  }
}

function logoOf(contentType: string, content: Uint8Array) {
  if (content.length === 0) return undefined;
  const judged = judgeLogo(contentType, content);
  if ('fault' in judged) throw accountsErrors.logoInvalid({ fault: judged.fault });
  return { type: judged.type, content };
}
