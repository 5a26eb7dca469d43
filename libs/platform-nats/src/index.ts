export { Bus, type BusStatus, type RequestManyOptions, type RequestOptions } from './bus.js';
export { inboxPrefix, type BusOptions } from './connect.js';
export { busErrors } from './errors.js';
export { durableSubjects, streamOwnerSubjects } from './jetstream-permissions.js';
export { BusHeader, type Headers, type Incoming, type Outgoing, type Reply } from './messages.js';
export { subjectFamily } from './metrics.js';
export type { Handler, ServeOptions, Served } from './served.js';
