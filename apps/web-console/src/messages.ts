import { textHook, uiMessages, type KeyOf } from '@ampline/ui';
import { consoleMessages } from './app/console-messages.js';
import { stationsMessages } from './pages/stations/stations-messages.js';

/** Sentences of every page: one catalogue beside each page, named here. */
const PARTS = [consoleMessages, stationsMessages] as const;

export const CATALOGUES = [uiMessages, ...PARTS];
export type ConsoleKey = KeyOf<(typeof PARTS)[number]>;

/** Speaks the sentences of the console: `const text = useText(); text('nav.stations')`. */
export const useText = textHook<ConsoleKey>();
