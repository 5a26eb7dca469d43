export { jobErrors } from './errors.js';
export { Jobs, type EnqueueOptions, type JobHandler, type JobOptions, type JobRun, type JobsOptions } from './jobs.js';
export { jobsSchema, migrateJobs } from './migrate-jobs.js';
