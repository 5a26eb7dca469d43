import { BlockList, isIP } from 'node:net';
import { gatewayErrors } from '../errors.js';

/** Proxies that end TLS for stations. */
export class TrustedProxies {
  private readonly known = new BlockList();

  /** @param addresses IP addresses and CIDR networks. Throws `ocpp-gateway.bad-proxy-address`. */
  constructor(addresses: readonly string[]) {
    for (const address of addresses) this.add(address);
  }

  includes(address: string | undefined): boolean {
    if (address === undefined) return false;
    const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
    const family = isIP(mapped);
    return family !== 0 && this.known.check(mapped, family === 4 ? 'ipv4' : 'ipv6');
  }

  private add(text: string): void {
    const [address = '', prefix] = text.split('/', 2);
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    try {
      if (prefix === undefined) this.known.addAddress(address, family);
      else this.known.addSubnet(address, Number(prefix), family);
    } catch (cause) {
      throw gatewayErrors.badProxyAddress({ address: text }, cause);
    }
  }
}
