export { type Clock, type ClockFollower, ManualClock, systemClock } from './clock.js';
export { timeErrors } from './errors.js';
export { judgeStationTime, parseStationTime, type StationTime, type StationTimeVerdict } from './station-time.js';
export { ManualTimers, systemTimers, type TimerHandle, type Timers } from './timers.js';
export { isTimeZone } from './time-zone.js';
