import { describe, expect, it } from '@jest/globals';
import type { TemplateContentFragment } from '../../generated/graphql.js';
import { badSetting, inputOf, valuesOf } from './template-values.js';

const input = {
  name: 'Calm',
  rule: { vendor: 'Maker', model: null, firmwareFrom: null, firmwareBefore: '2.0', siteIds: ['site'], stationIds: ['s1'] },
  priority: 10,
  mode: 'OBSERVE' as const,
  resetWhenIdle: true,
  settings: [
    { key: 'HeartbeatInterval', value: '900' },
    { key: 'MeterValuesSampledData', value: 'A,B=C' },
  ],
};

/** As the API answers it. */
const content: TemplateContentFragment = {
  ...input,
  __typename: 'ConfigurationTemplateContent',
  rule: { ...input.rule, __typename: 'ConfigurationTemplateRule' },
  settings: input.settings.map((setting) => ({ ...setting, __typename: 'ConfigurationTemplateSetting' })),
};

describe('a template in a form', () => {
  it('comes out as it went in', () => {
    const values = valuesOf(content, ['EXT-001']);
    expect(values.settings).toBe('HeartbeatInterval=900\nMeterValuesSampledData=A,B=C');
    expect(values.stations).toBe('EXT-001');
    expect(inputOf(values, ['s1'])).toEqual(input);
  });

  it('that is new is for all stations', () => {
    const input = inputOf({ ...valuesOf(undefined, []), settings: ' WebSocketPingInterval = 60 \n\n' }, []);
    expect(input.rule).toEqual({ vendor: null, model: null, firmwareFrom: null, firmwareBefore: null, siteIds: [], stationIds: [] });
    expect(input.settings).toEqual([{ key: 'WebSocketPingInterval', value: '60' }]);
  });

  it.each([
    ['HeartbeatInterval=60\nEmpty=', undefined],
    ['HeartbeatInterval 60', 'HeartbeatInterval 60'],
    ['=60', '=60'],
    ['Heart beat=60', 'Heart beat=60'],
  ])('%j: %s is no setting', (text, bad) => {
    expect(badSetting(text)).toBe(bad);
  });
});
