export { scaledInteger } from './decimal-text.js';
export { toA, toPercent, toV, toW, toWh } from './measured.js';
