import type { Role } from '@ampline/platform-grpc';

/** What the demo consists of: two tenants, six sites, their stations and id tokens, their people. Names and places are made up. */
export interface DemoSite {
  name: string;
  timeZone: string;
  location: { name: string; address: string; postalCode: string; city: string; countryCode: string; latitude: string; longitude: string };
  stations: DemoStation[];
}

export interface DemoStation {
  identity: string;
  password: string;
  vendor: string;
  model: string;
  evses: { code: string; type: string; maxPowerW: number }[];
  /** True: for whoever wants to connect a client of their own; no simulator uses it. */
  external?: boolean;
  /** True: nobody enters it; it comes by itself and waits to be accepted. */
  unknown?: boolean;
}

export interface DemoTemplate {
  name: string;
  model: string;
  settings: { key: string; value: string }[];
}

export interface DemoToken {
  idToken: string;
  /** Name of the group. */
  group?: string;
  blocked?: boolean;
  expired?: boolean;
  allowConcurrent?: boolean;
  /** Name of the driver who holds it. */
  driver?: string;
  /** Name of the organisation that answers for it. */
  organisation?: string;
}

export interface DemoUser {
  email: string;
  name: string;
  role: Role;
  locale: 'de' | 'en';
  /** Name of the driver they are. */
  driver?: string;
  /** Name of the organisation they act for. */
  organisation?: string;
}

export interface DemoTenant {
  slug: string;
  name: string;
  /** Fleets, by name. */
  organisations: string[];
  drivers: { name: string; email: string }[];
  users: DemoUser[];
  groups: { name: string; groupToken: string }[];
  tokens: DemoToken[];
  sites: DemoSite[];
  /** Site at which unknown stations wait to be accepted; absent: they are refused. */
  waitingAt?: string;
  /** They observe and send nothing. */
  templates: DemoTemplate[];
}

/** Basic password of the stations that are free for a client of one's own. */
export const EXTERNAL_PASSWORD = 'ampline-demo-station';
/** Basic password of the stations that the demo simulates. */
export const SIMULATED_PASSWORD = 'ampline-demo-simulated';
/** Password of every user of the demo. */
export const USER_PASSWORD = 'ampline-demo';
/** Id token that simulated stations charge with. */
export const FLEET_TOKEN = 'DEMO-FLEET';
/** Stations of the first tenant that something is shown at. */
export const SHOWCASE = {
  /** Its meter signs. */
  signing: 'THL-001',
  reserved: 'MWN-002',
  /** Its site keeps a local list. */
  localList: 'MWN-001',
  /** Its site gets a command. */
  asked: 'HBR-001',
  updated: ['HBR-001', 'HBR-002', 'HBR-003'],
};
/** Id token that an EVSE is reserved for. */
export const RESERVED_FOR = 'DEMO-OK-1';
/** An image, and a campaign that brings it to stations. */
export const FIRMWARE = {
  vendor: 'Ampline',
  version: '1.7.0',
  fileName: 'simulated-1.7.0.bin',
  sizeBytes: 200_000,
  campaign: 'Version 1.7.0 for Harbour',
};

const AC = { type: 'cType2', maxPowerW: 22_000 };
const DC = { type: 'cCCS2', maxPowerW: 150_000 };

/** A station of the demo; its EVSE codes follow from `number`. */
function station(party: string, prefix: string, number: number, kind: typeof AC, evses: number, external = false): DemoStation {
  const identity = `${prefix}-${String(number).padStart(3, '0')}`;
  return {
    identity,
    password: external ? EXTERNAL_PASSWORD : SIMULATED_PASSWORD,
    vendor: 'Ampline',
    model: kind === DC ? 'Simulated DC 150' : 'Simulated AC 22',
    evses: Array.from({ length: evses }, (_, i) => ({
      code: `DE*${party}*E${prefix}${String(number).padStart(3, '0')}*${i + 1}`,
      ...kind,
    })),
    ...(external ? { external } : {}),
  };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const FLEET = 'Demo Fleet';
const DRIVER = 'Dana Driver';

const tokens: DemoToken[] = [
  { idToken: 'DEMO-OK-1', group: 'Family', driver: DRIVER },
  { idToken: 'DEMO-OK-2', group: 'Family' },
  { idToken: 'DEMO-BLOCKED', blocked: true },
  { idToken: 'DEMO-EXPIRED', expired: true },
  { idToken: FLEET_TOKEN, allowConcurrent: true, organisation: FLEET },
];

const users: DemoUser[] = [
  { email: 'admin@demo.ampline.example', name: 'Ada Admin', role: 'tenant-admin', locale: 'en' },
  { email: 'operator@demo.ampline.example', name: 'Oskar Operator', role: 'operator', locale: 'en' },
  { email: 'support@demo.ampline.example', name: 'Sina Support', role: 'support', locale: 'de' },
  { email: 'driver@demo.ampline.example', name: DRIVER, role: 'driver', locale: 'en', driver: DRIVER },
  { email: 'fleet@demo.ampline.example', name: 'Finn Fleet', role: 'fleet-manager', locale: 'en', organisation: FLEET },
];

/** All that the demo seeds. */
export const DEMO: readonly DemoTenant[] = [
  {
    slug: 'demo',
    name: 'Demo Charging',
    organisations: [FLEET],
    drivers: [{ name: DRIVER, email: 'driver@demo.ampline.example' }],
    users,
    groups: [{ name: 'Family', groupToken: 'DEMO-FAMILY' }],
    tokens,
    sites: [
      {
        name: 'Harbour Car Park',
        timeZone: 'Europe/Berlin',
        location: {
          name: 'Harbour Car Park',
          address: 'Am Alten Hafen 1',
          postalCode: '20457',
          city: 'Hamburg',
          countryCode: 'DEU',
          latitude: '53.5436',
          longitude: '9.9886',
        },
        stations: numbers(1, 4).map((n) => station('AMP', 'HBR', n, AC, 2)),
      },
      {
        name: 'Motorway North',
        timeZone: 'Europe/Berlin',
        location: {
          name: 'Motorway North',
          address: 'Raststätte Nord 7',
          postalCode: '29664',
          city: 'Walsrode',
          countryCode: 'DEU',
          latitude: '52.8617',
          longitude: '9.5926',
        },
        stations: numbers(1, 3).map((n) => station('AMP', 'MWN', n, DC, 2)),
      },
      {
        name: 'Town Hall',
        timeZone: 'Europe/Berlin',
        location: {
          name: 'Town Hall',
          address: 'Rathausplatz 2',
          postalCode: '10178',
          city: 'Berlin',
          countryCode: 'DEU',
          latitude: '52.5186',
          longitude: '13.4083',
        },
        stations: numbers(1, 2).map((n) => station('AMP', 'THL', n, AC, 1)),
      },
      {
        name: 'Test Bench',
        timeZone: 'Europe/Berlin',
        location: {
          name: 'Test Bench',
          address: 'Werkstraße 10',
          postalCode: '44137',
          city: 'Dortmund',
          countryCode: 'DEU',
          latitude: '51.5136',
          longitude: '7.4653',
        },
        stations: [
          ...numbers(1, 10).map((n) => station('AMP', 'EXT', n, AC, 2, true)),
          { ...station('AMP', 'NEW', 1, AC, 1), unknown: true },
        ],
      },
    ],
    waitingAt: 'Test Bench',
    templates: [{ name: 'Quiet AC stations', model: 'Simulated AC 22', settings: [{ key: 'HeartbeatInterval', value: '900' }] }],
  },
  {
    slug: 'other',
    name: 'Other Mobility',
    organisations: [],
    drivers: [],
    users: [{ email: 'operator@other.ampline.example', name: 'Otto Operator', role: 'operator', locale: 'de' }],
    groups: [],
    tokens: [{ idToken: 'OTHER-OK-1' }, { idToken: FLEET_TOKEN, allowConcurrent: true }],
    sites: [
      {
        name: 'Shopping Centre',
        timeZone: 'Europe/Vienna',
        location: {
          name: 'Shopping Centre',
          address: 'Marktgasse 5',
          postalCode: '1090',
          city: 'Wien',
          countryCode: 'AUT',
          latitude: '48.2232',
          longitude: '16.3608',
        },
        stations: numbers(1, 2).map((n) => station('OTH', 'SHC', n, AC, 2)),
      },
      {
        name: 'Depot South',
        timeZone: 'Europe/Berlin',
        location: {
          name: 'Depot South',
          address: 'Industriestraße 44',
          postalCode: '81241',
          city: 'München',
          countryCode: 'DEU',
          latitude: '48.1432',
          longitude: '11.4532',
        },
        stations: numbers(1, 2).map((n) => station('OTH', 'DPS', n, DC, 1)),
      },
    ],
    templates: [],
  },
];
