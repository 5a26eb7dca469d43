import { ACCEPTED, type CommandHandler } from './command-handler.js';

export const setChargingProfile: CommandHandler<'SetChargingProfile'> = ({ parts }, request) => ({
  response: { status: parts.chargingProfiles.set(request) },
});

export const clearChargingProfile: CommandHandler<'ClearChargingProfile'> = ({ parts }, request) => ({
  response: parts.chargingProfiles.clear(request) ? ACCEPTED : { status: 'Unknown' },
});

export const getCompositeSchedule: CommandHandler<'GetCompositeSchedule'> = ({ parts }, request) => ({
  response: parts.chargingProfiles.composite(request, parts.clock.now().getTime()),
});
