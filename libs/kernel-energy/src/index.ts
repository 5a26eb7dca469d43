export { scaledInteger } from './decimal-text.js';
export { sumW, sumWh, toA, toPercent, toV, toW, toWh, type Measured } from './measured.js';
