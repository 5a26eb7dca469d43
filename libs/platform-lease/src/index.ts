export { leaseErrors } from './errors.js';
export { Lease, type LeasedWork, type LeaseOptions } from './lease.js';
export { assertFence, LEASE_SQL, LeaseTable } from './lease-table.js';
