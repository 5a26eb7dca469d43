export { CertificateMaker, makeCertificateRequest, type CertificateWanted, type MadeCertificate } from './certificate-maker.js';
export { EmbeddedNats, startNats, type EmbeddedNatsOptions } from './embedded-nats.js';
export { EmbeddedPostgres, startPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { directoryErrors, natsErrors, portErrors, postgresErrors, waitErrors } from './errors.js';
export { eventually, type EventuallyOptions } from './eventually.js';
export { assertPortFree, freePort, freePorts } from './free-port.js';
export { commandLine, isAlive, signalProcess } from './processes.js';
export { createTestDatabase, proveServer, testNats, testPostgres, testServers, type TestDatabase, type TestServers } from './test-run.js';
export { TrackedProcess, type Exit, type TrackedOptions } from './tracked-process.js';
