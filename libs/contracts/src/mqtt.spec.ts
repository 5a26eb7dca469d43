import { describe, expect, it } from '@jest/globals';
import { MqttTopic, servicesSubject, splitServicesSubject } from './mqtt.js';

describe('the topic of an MQTT station', () => {
  it.each(['ocpp/<tenant>/<station>', '<station>', 'ocpp/16/<station>'])('may be %s', (template) => {
    expect(MqttTopic.isTemplate(template)).toBe(true);
  });

  it.each(['ocpp/1.6/<station>', 'ocpp/<tenant>', '<station>/<station>', 'ocpp/#/<station>', 'ocpp/+/<station>', '', '/<station>'])(
    'may not be %j',
    (template) => {
      expect(MqttTopic.isTemplate(template)).toBe(false);
    },
  );

  it('is read back as it was made, whatever the station is called', () => {
    const topic = new MqttTopic('ocpp/<tenant>/<station>');
    for (const station of ['EXT-001', '*', 'a.b', '>', 'Säule 1']) {
      const subject = topic.subject('demo', station, 'in');
      expect(subject.split('.')).toHaveLength(4);
      const { place, level } = splitServicesSubject(servicesSubject(subject));
      expect([level, topic.read(place)]).toEqual(['in', { place, tenant: 'demo', station }]);
    }
  });

  it('of another form is none', () => {
    expect(new MqttTopic('cp/<station>').read('ocpp.demo.EXT-001')).toBeUndefined();
    expect(new MqttTopic('cp/<station>').read('cp.EXT-001')).toEqual({ place: 'cp.EXT-001', station: 'EXT-001' });
  });

  it('has wildcards for an account, numbered ones for a mapping', () => {
    const topic = new MqttTopic('ocpp/<tenant>/<station>');
    expect([topic.pattern('in'), topic.mapping('out')]).toEqual(['ocpp.*.*.in', 'ocpp.$1.$2.out']);
  });
});
