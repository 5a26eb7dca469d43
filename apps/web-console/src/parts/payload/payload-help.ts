import type { ConsoleKey } from '../../messages.js';
import { payloadMessages } from './payload-messages.js';

function known(key: string): ConsoleKey | undefined {
  return key in payloadMessages.en ? (key as ConsoleKey) : undefined;
}

/** What a field of OCPP means, where its name does not say it. */
export const helpOf = (name: string) => known(`payload.help.${name}`);

/** What a command does. */
export const actionHelp = (action: string) => known(`payload.action.${action}`);

/** What people call a feature profile. */
export const profileWord = (profile: string) => known(`payload.profile.${profile}`);
