export type { OcmfRecord } from './record.js';
