export { ocppGatewayService } from './service.js';
