import type {
  DriverState,
  IntakeIssue,
  Location,
  OrganisationState,
  SessionRecord,
  Site,
  StationState,
  UserState,
} from '@ampline/contracts';
import type DataLoader from 'dataloader';
import type { Doors } from '../doors/doors.js';

/** One of each per operation: what many resolvers ask for becomes one call. An unknown id is `undefined`. */
export interface Loaders {
  readonly station: DataLoader<string, StationState | undefined>;
  readonly site: DataLoader<string, Site | undefined>;
  readonly location: DataLoader<string, Location | undefined>;
  readonly session: DataLoader<string, SessionRecord | undefined>;
  /** By station id. */
  readonly liveSessions: DataLoader<string, SessionRecord[]>;
  /** Open ones, by station id. */
  readonly openIssues: DataLoader<string, IntakeIssue[]>;
  readonly user: DataLoader<string, UserState | undefined>;
  readonly driver: DataLoader<string, DriverState | undefined>;
  readonly organisation: DataLoader<string, OrganisationState | undefined>;
}

/** Loaders that ask as whoever the doors are of. */
export function loadersOf(_doors: Doors): Loaders {
  return {} as Loaders;
}
