export { ocppCsmsService } from './service.js';
