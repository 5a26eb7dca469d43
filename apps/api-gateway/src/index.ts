export { apiGatewayService } from './service.js';
