import { describe, expect, it } from '@jest/globals';
import { outsideAccounts } from './outside-accounts.js';

const TOPICS = ['ocpp/<tenant>/<station>', 'cp/<station>'];
const user = (unique: boolean) => ({ user: 'demo/gw', password: 'p', stations: [{ tenant: 'demo', identity: 'ST-1', unique }] });

describe('accounts of those who are no services', () => {
  it('give an MQTT user the topics of its stations and nothing else', () => {
    const text = outsideAccounts(TOPICS, [user(true)], []);
    expect(text).toContain('publish: { allow: ["ocpp.demo.ST-1.in", "cp.ST-1.in", "ocpp.demo.ST-1.status", "cp.ST-1.status"] }');
    expect(text).toContain('subscribe: { allow: ["ocpp.demo.ST-1.out", "cp.ST-1.out", "$MQTT.sub.>"] }');
    expect(text).toContain('allowed_connection_types: ["MQTT"]');
  });

  it('give a topic that names no tenant to nobody whose identity two tenants have', () => {
    expect(outsideAccounts(TOPICS, [user(false)], [])).not.toContain('"cp.ST-1');
  });

  it('give whoever speaks for no station nothing to publish to', () => {
    const text = outsideAccounts(TOPICS, [{ ...user(true), stations: [] }], []);
    expect(text).toContain('publish: { allow: ["$NONE"] }');
  });

  it('give a back end its calls and its orders', () => {
    const text = outsideAccounts(TOPICS, [], [{ user: 'demo.own', password: 'p', tenant: 'demo', name: 'own' }]);
    expect(text).toContain('publish: { allow: ["ocpp.order.own.demo.*"] }');
    expect(text).toContain('subscribe: { allow: ["ocpp.foreign.own.demo.>", "_INBOX.demo_own.>"] }');
  });
});
