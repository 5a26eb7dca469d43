import { catalogue } from '@ampline/ui';

export const sitesMessages = catalogue(
  {
    'sites.title': 'Sites',
    'sites.online': '{online, number} of {count, plural, one {# station} other {# stations}} online',
    'sites.connectors': 'Connectors',
    'sites.stations': 'Stations',
    'sites.search': 'Identity, model',
    'sites.status': 'Connector state',
    'sites.none': 'There are no sites yet',
    'sites.noneHint': 'A site is a place with stations that you run. The overview says how to create the first one.',
    'sites.noLocation': 'No address yet',
    'sites.noMatch': 'No station matches',
    'sites.noStations': 'No stations here yet',
  },
  {
    'sites.title': 'Standorte',
    'sites.online': '{online, number} von {count, plural, one {# Station} other {# Stationen}} online',
    'sites.connectors': 'Anschlüsse',
    'sites.stations': 'Ladestationen',
    'sites.search': 'Kennung, Modell',
    'sites.status': 'Status der Anschlüsse',
    'sites.none': 'Noch keine Standorte',
    'sites.noneHint': 'Ein Standort ist ein Ort mit Stationen, die Sie betreiben. Die Übersicht zeigt, wie Sie den ersten anlegen.',
    'sites.noLocation': 'Noch keine Adresse',
    'sites.noMatch': 'Keine passende Ladestation',
    'sites.noStations': 'Hier gibt es noch keine Ladestationen',
  },
);
