export { sessionExportService } from './service.js';
