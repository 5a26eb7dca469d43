export { ocppGateway } from './service.js';
