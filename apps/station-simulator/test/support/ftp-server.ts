import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** As much of FTP (RFC 959, extended passive mode of RFC 2428) as one file in either direction needs. */
export class FtpServer {
  readonly files = new Map<string, Buffer>();
  readonly logins: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.serve(socket));
  }

  static async start(): Promise<FtpServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FtpServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    let data: Promise<Socket> | undefined;
    let user = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    const take = async (line: string) => {
      const [command = '', ...rest] = line.split(' ');
      const argument = rest.join(' ');
      switch (command.toUpperCase()) {
        case 'USER':
          user = argument;
          return say('331 password');
        case 'PASS':
          this.logins.push(`${user}:${argument}`);
          return say('230 in');
        case 'EPSV': {
          const passive = createServer();
          passive.listen(0, '127.0.0.1');
          await once(passive, 'listening');
          data = once(passive, 'connection').then(([connection]) => {
            passive.close();
            return connection as Socket;
          });
          return say(`229 Entering Extended Passive Mode (|||${(passive.address() as AddressInfo).port}|)`);
        }
        case 'STOR':
        case 'RETR':
          return this.transfer(command.toUpperCase(), argument, data, say);
        default:
          return say('200 so be it');
      }
    };
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\r\n').filter((one) => one !== '')) void take(line);
    });
    socket.on('error', () => undefined);
    say('220 ready');
  }

  private async transfer(command: string, path: string, data: Promise<Socket> | undefined, say: (line: string) => void): Promise<void> {
    const connection = await data;
    const file = this.files.get(path);
    if (connection === undefined || (command === 'RETR' && file === undefined)) return say('550 no such file');
    say('150 here it comes');
    if (file !== undefined && command === 'RETR') connection.end(file);
    else {
      const chunks: Buffer[] = [];
      for await (const chunk of connection) chunks.push(chunk as Buffer);
      this.files.set(path, Buffer.concat(chunks));
    }
    say('226 done');
  }
}
