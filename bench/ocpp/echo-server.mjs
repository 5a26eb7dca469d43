// The least that an OCPP server can do: reads the frame, answers `{}`. A process of its own, so that its CPU can be told apart.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  backlog: 4_096,
  handleProtocols: () => 'ocpp1.6',
});
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const [, id] = JSON.parse(data.toString());
    socket.send(`[3,${JSON.stringify(id)},{}]`);
  });
});
server.on('listening', () => process.send?.(server.address().port));
process.on('disconnect', () => process.exit(0));
