import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Put, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { identityErrors } from '../errors.js';
import { isRealmRole } from '../realm/realm-definition.js';
import { hashPassword } from '../users/password.js';
import { UserStore, type User, type UserSearch } from '../users/users.store.js';
import { AdminGuard } from './admin.guard.js';
import {
  credentialOfBody,
  newUser,
  parsed,
  roleRepresentation,
  rolesOfBody,
  userChange,
  userOfBody,
  userRepresentation,
} from './representations.js';

const MOST = 1_000;
const text = z.string().optional();
const page = z.object({ first: z.coerce.number().int().min(0).default(0), max: z.coerce.number().int().min(0).max(MOST).default(100) });
const search = z.object({
  username: text,
  email: text,
  firstName: text,
  lastName: text,
  search: text,
  exact: z.stringbool().default(false),
});

type Params = Readonly<Record<string, string>>;

/** The part of Keycloak's admin API that accounts uses: https://www.keycloak.org/docs-api/latest/rest-api/#_users */
@Controller('admin/realms/:realm/users')
@UseGuards(AdminGuard)
export class UsersController {
  constructor(private readonly users: UserStore) {}

  @Get()
  async list(@Query() query: Params) {
    const { first, max } = parsed(page, query);
    return (await this.users.list(searchOf(query), first, max)).map(userRepresentation);
  }

  @Get('count')
  @Header('content-type', 'application/json')
  count(@Query() query: Params): Promise<number> {
    return this.users.count(searchOf(query));
  }

  @Post()
  async create(@Body() body: unknown, @Req() req: Request, @Res() res: Response): Promise<void> {
    const given = userOfBody(body);
    const password = given.credentials?.[0] && credentialOfBody(given.credentials[0]);
    const id = await this.users.create({
      ...newUser(given),
      ...(password && { passwordHash: await hashPassword(password.value), passwordTemporary: password.temporary }),
    });
    res
      .status(201)
      .location(`${req.protocol}://${req.get('host')}${req.originalUrl.replace(/\/?(\?.*)?$/, '')}/${id}`)
      .end();
  }

  @Get(':id')
  async get(@Param('id') id: string) {
    return userRepresentation(await this.user(id));
  }

  @Put(':id')
  @HttpCode(204)
  async change(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    await this.users.change(id, userChange(userOfBody(body)));
  }

  @Delete(':id')
  @HttpCode(204)
  async remove(@Param('id') id: string): Promise<void> {
    await this.users.remove(id);
  }

  @Put(':id/reset-password')
  @HttpCode(204)
  async resetPassword(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    const { value, temporary } = credentialOfBody(body);
    await this.user(id);
    await this.users.setPassword(id, await hashPassword(value), temporary);
  }

  @Post(':id/logout')
  @HttpCode(204)
  async logOut(@Param('id') id: string): Promise<void> {
    await this.users.logOut(id);
  }

  @Get(':id/role-mappings/realm')
  async roles(@Param('id') id: string, @Param('realm') realm: string) {
    return (await this.user(id)).roles.map((name) => roleRepresentation(name, realm));
  }

  @Post(':id/role-mappings/realm')
  @HttpCode(204)
  async addRoles(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    await this.users.changeRoles(id, known(rolesOfBody(body)), []);
  }

  @Delete(':id/role-mappings/realm')
  @HttpCode(204)
  async removeRoles(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    await this.users.changeRoles(id, [], known(rolesOfBody(body)));
  }

  private async user(id: string): Promise<User> {
    const user = await this.users.find(id);
    if (!user) throw identityErrors.userUnknown();
    return user;
  }
}

function known(names: string[]): string[] {
  if (!names.every(isRealmRole)) throw identityErrors.roleUnknown();
  return names;
}

function searchOf(query: Params): UserSearch {
  const { exact, ...rest } = parsed(search, query);
  return { exact, ...(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as Partial<UserSearch>) };
}
