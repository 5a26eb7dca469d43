// Types of resolvers from the schema: `node tools/generate.mjs` runs it.
/** Under another name: the generated types have the same. */
const contracts = (type) => `@ampline/contracts#${type} as ${type}Message`;

export default {
  schema: 'apps/api-gateway/schema/*.graphql',
  generates: {
    'apps/api-gateway/src/generated/graphql.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        contextType: '../graphql/context.js#GatewayContext',
        defaultScalarType: 'unknown',
        scalars: { ID: 'string', DateTime: 'string', Long: 'number | bigint', JSON: 'unknown' },
        // Parents of resolvers are what gRPC answers; a type without an entry is its own fields.
        mappers: {
          Station: contracts('StationState'),
          Site: contracts('Site'),
          Location: contracts('Location'),
          Session: contracts('SessionState'),
          IntakeIssue: contracts('IntakeIssue'),
          Command: contracts('Command'),
          CommandDescription: contracts('CommandDescription'),
          CommandRun: contracts('CommandRun'),
          CommandRunStation: contracts('CommandRunStation'),
          SkippedStations: contracts('SkippedStations'),
          Reservation: contracts('ReservationState'),
          LocalList: contracts('LocalList'),
          LocalListPolicy: contracts('LocalListPolicy'),
          OnboardingPolicy: contracts('OnboardingPolicy'),
          UnknownStation: contracts('UnknownStation'),
          RegistrationToken: contracts('RegistrationToken'),
          DriftedStation: contracts('DriftedStation'),
          StationFile: contracts('StationFile'),
          FirmwareImage: contracts('FirmwareImage'),
          FirmwareCampaign: contracts('FirmwareCampaign'),
          FirmwarePlan: contracts('FirmwarePlan'),
          FirmwareStage: contracts('FirmwareStage'),
          FirmwareUpdate: contracts('FirmwareUpdate'),
          FirmwareVersionCount: contracts('FirmwareVersionCount'),
          CertificateAuthority: contracts('CertificateAuthority'),
          CertificateRequest: contracts('CertificateRequest'),
          StationCertificate: contracts('StationCertificate'),
          InstalledCertificate: contracts('InstalledCertificate'),
          RefusedStation: contracts('RefusedStation'),
          SecurityChange: contracts('SecurityChange'),
          SecurityEvent: contracts('SecurityEvent'),
          IdToken: contracts('IdTokenState'),
          Driver: contracts('DriverState'),
          Organisation: contracts('OrganisationState'),
          User: contracts('UserState'),
          MeterKey: contracts('MeterKey'),
          Viewer: contracts('CallerProfile'),
        },
      },
    },
  },
};
