import { Module, type DynamicModule } from '@nestjs/common';
import { KeyCipher, type ServiceRuntime } from '@ampline/platform-runner';
import { RolesController } from './admin/roles.controller.js';
import { UsersController } from './admin/users.controller.js';
import { Background } from './background.js';
import type { IdentityConfig } from './config.js';
import { identityErrors } from './errors.js';
import { SigningKeys } from './keys/signing-keys.js';
import { Credentials } from './login/credentials.js';
import { FormProof } from './login/form-proof.js';
import { LoginController } from './login/login.controller.js';
import { LoginFailures } from './login/login-failures.js';
import { LoginSettings } from './login/login-settings.js';
import { identityMetrics } from './metrics.js';
import { clients } from './provider/clients.js';
import { OpenId } from './provider/openid.js';
import { ProviderRecords } from './provider/provider-records.js';
import { UserinfoController } from './provider/userinfo.controller.js';
import { consoleAddresses } from './realm/realm-definition.js';
import { UserStore } from './users/users.store.js';

@Module({})
export class IdentityModule {
  /** Throws `identity.realm-missing`. */
  static with(runtime: ServiceRuntime<IdentityConfig>): DynamicModule {
    const { database, clock, telemetry, config, realm, publicUrl } = runtime;
    if (!realm) throw identityErrors.realmMissing();
    const metrics = identityMetrics(telemetry);
    const users = new UserStore(database, clock);
    const failures = new LoginFailures(database, clock, runtime.secretFor('login-failures'), {
      user: config.userFailures,
      address: config.addressFailures,
    });
    const credentials = new Credentials(users, failures, metrics, telemetry.logger);
    const keys = new SigningKeys(database, new KeyCipher(runtime.secretFor('signing-keys')), clock, config.keyDays);
    const addresses = consoleAddresses(publicUrl);
    const consoleUrl = `${publicUrl}/console/`;
    const openid = new OpenId(
      {
        issuer: realm.issuer,
        config,
        clients: clients({ addresses, services: config.services, demoClient: config.demoClient, clientSecretOf: runtime.clientSecretOf }),
        origins: addresses.origins,
        database,
        clock,
        users,
        credentials,
        cookieSecret: runtime.secretFor('cookies'),
        consoleUrl,
      },
      keys,
      new ProviderRecords(database, clock),
      metrics,
      telemetry.logger,
    );
    runtime.readiness.add('keys', () => void openid.provider);
    return {
      module: IdentityModule,
      controllers: [UserinfoController, LoginController, UsersController, RolesController],
      providers: [
        { provide: OpenId, useValue: openid },
        { provide: UserStore, useValue: users },
        { provide: Credentials, useValue: credentials },
        { provide: FormProof, useValue: new FormProof(runtime.secretFor('forms')) },
        { provide: LoginSettings, useValue: new LoginSettings(config.proxyHops, consoleUrl) },
        { provide: Background, useValue: new Background(openid, clock, telemetry.logger) },
      ],
    };
  }
}
