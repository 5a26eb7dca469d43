export { ocppCsms } from './service.js';
