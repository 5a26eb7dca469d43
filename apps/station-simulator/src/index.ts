export type { Range } from './chance.js';
export type { EvseOptions } from './simulated-evse.js';
export type { LedgerCounts, LedgerMessage, LedgerTransaction, MessageFate } from './ledger.js';
export { NORMAL_PROFILE, PROFILES, isProfileName, profileOf } from './profile.js';
export type { ProfileChanges, ProfileName, Quirks, StationClockFault, StationProfile } from './profile.js';
export { SimulatedStation, type StationOptions } from './simulated-station.js';
export { startSimulation, type Ledger, type Simulation, type SimulationOptions } from './simulation.js';
export type { SimulatorLogger } from './station-parts.js';
