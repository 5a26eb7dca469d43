import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { identityErrors } from '../errors.js';
import { isRealmRole, REALM_ROLES } from '../realm/realm-definition.js';
import { AdminGuard } from './admin.guard.js';
import { roleRepresentation } from './representations.js';

/** Realm roles; they are fixed. */
@Controller('admin/realms/:realm/roles')
@UseGuards(AdminGuard)
export class RolesController {
  @Get()
  list(@Param('realm') realm: string) {
    return REALM_ROLES.map((name) => roleRepresentation(name, realm));
  }

  @Get(':name')
  get(@Param('name') name: string, @Param('realm') realm: string) {
    if (!isRealmRole(name)) throw identityErrors.roleUnknown();
    return roleRepresentation(name, realm);
  }
}
