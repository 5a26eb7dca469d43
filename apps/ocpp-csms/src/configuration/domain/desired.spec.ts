import { describe, expect, it } from '@jest/globals';
import { desiredOf } from './desired.js';
import { isFor, isSecretKey, unknownVariables, valueFor, type ConfiguredStation, type Template, type TemplateRule } from './template.js';

const station: ConfiguredStation = {
  stationId: 's1',
  identity: 'EXT-001',
  siteId: 'site',
  siteName: 'Harbour',
  vendor: 'Ampline',
  model: 'AC 22',
  serialNumber: '4711',
  firmwareVersion: '1.10.2',
};
const anywhere: TemplateRule = { vendor: '', model: '', firmwareFrom: '', firmwareBefore: '', siteIds: [], stationIds: [] };
const template = (o: Partial<Omit<Template, 'rule'>> & { rule?: Partial<TemplateRule> } = {}): Template => ({
  templateId: 't1',
  priority: 10,
  mode: 'enforce',
  resetWhenIdle: false,
  settings: [{ key: 'HeartbeatInterval', value: '60' }],
  ...o,
  rule: { ...anywhere, ...o.rule },
});

describe('a template', () => {
  it.each<[Partial<TemplateRule>, boolean]>([
    [{}, true],
    [{ vendor: 'ampline', model: 'ac 22' }, true],
    [{ vendor: 'Other' }, false],
    [{ model: 'AC 2' }, false],
    [{ firmwareFrom: '1.10', firmwareBefore: '1.11' }, true],
    [{ firmwareFrom: '1.10.2' }, true],
    [{ firmwareBefore: '1.10.2' }, false],
    [{ siteIds: ['site', 'elsewhere'] }, true],
    [{ siteIds: ['elsewhere'] }, false],
    [{ stationIds: ['s1'], siteIds: ['site'] }, true],
    [{ stationIds: ['s2'] }, false],
  ])('with the rule %j: %s', (rule, expected) => {
    expect(isFor(template({ rule }), station)).toBe(expected);
  });

  it('for a range of firmware is for no station that tells none', () => {
    expect(isFor(template({ rule: { firmwareBefore: '9' } }), { ...station, firmwareVersion: '' })).toBe(false);
  });

  it('fills in what is the station’s own', () => {
    expect(valueFor('{station}@{site}/{vendor}/{model}/{serial}', station)).toBe('EXT-001@Harbour/Ampline/AC 22/4711');
    expect(unknownVariables('{station} {nobody}')).toEqual(['nobody']);
  });

  it.each(['AuthorizationKey', 'wifiPassword', 'APN_Passphrase'])('may not hold the secret %s', (key) =>
    expect(isSecretKey(key)).toBe(true),
  );
});

describe('what is desired of a station', () => {
  const builtIn = [{ key: 'WebSocketPingInterval', value: '60' }];
  const values = (templates: Template[]) =>
    Object.fromEntries(desiredOf(builtIn, templates, station).map(({ key, value, templateId }) => [key, [value, templateId]]));

  it('is what the platform needs, and templates above it, in whatever case they write the key', () => {
    expect(values([])).toEqual({ WebSocketPingInterval: ['60', null] });
    const slower = template({ settings: [{ key: 'websocketpinginterval', value: '240' }] });
    expect(values([slower])).toEqual({ websocketpinginterval: ['240', 't1'] });
  });

  it('is what the higher priority says, and of equals the older template', () => {
    const of = (templateId: string, priority: number, value: string) =>
      template({ templateId, priority, settings: [{ key: 'HeartbeatInterval', value }] });
    expect(values([of('a', 1, '1'), of('b', 2, '2')])['HeartbeatInterval']).toEqual(['2', 'b']);
    expect(values([of('b', 1, '2'), of('a', 1, '1')])['HeartbeatInterval']).toEqual(['1', 'a']);
  });
});
