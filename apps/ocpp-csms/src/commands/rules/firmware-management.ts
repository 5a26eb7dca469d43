import { fileUrl, inOrder, repetition, type Rules } from './rule.js';

/** §5.9, 5.19. A date in the past means at once. */
export const firmwareManagementRules: Rules = {
  GetDiagnostics: ({ location, startTime, stopTime, ...again }) => [
    ...fileUrl(location, '/location'),
    ...inOrder(startTime, stopTime, '/stopTime', 'must be after startTime'),
    ...repetition(again),
  ],
  UpdateFirmware: ({ location, ...again }) => [...fileUrl(location, '/location'), ...repetition(again)],
};
