// Lines of OCPP 1.6J and of its security whitepaper that implementers get wrong, and the tests that hold them:
// `<test file without .spec.ts>: <part of a title>`. `node tools/docs.mjs` writes docs/protocols/ocpp16.md from it and refuses a gap.

const rule = (text, ...held) => ({ rule: text, held });

export const CHECKLIST = [
  {
    area: 'Transport',
    rules: [
      rule(
        'The last segment of the path, percent-decoded, is the identity; an unknown one is refused with 404 before the upgrade, a malformed one with 4xx',
        'station: the last segment of the path, percent-decoded, is the identity',
        'admission: of any name is found under that name alone',
        'admission: answers what is no handshake, and what is no upgrade',
      ),
      rule(
        'Of the subprotocols that are offered, the best that we speak; never one that was not offered',
        'station: of the subprotocols that are offered it takes the one it speaks',
        'admission: never names a subprotocol that was not offered',
      ),
      rule(
        'Silent sockets are pinged and cut off without a pong; other traffic counts as a sign of life',
        'lifecycle: a socket whose station is silent is pinged, and cut off when it stays silent',
      ),
      rule(
        'A newer socket supersedes the older; what was pending on it ends; its end does not set the station offline',
        'station: a newer connection supersedes the older one',
        'presence: of an older epoch change nothing',
        'commands: ends the commands that the old socket had',
      ),
      rule(
        'Frames, rates and unsent bytes are bounded',
        'calls: end with 1003 for a binary frame, 1007 for one that is not UTF-8, and 1009 for one over the limit',
        'lifecycle: a station over its rate is slowed down, not cut off',
        'lifecycle: a station that floods is cut off with 1008',
        'lifecycle: a station that sends and does not read is cut off',
      ),
    ],
  },
  {
    area: 'Calls and answers',
    rules: [
      rule(
        'A payload is an object; more elements than there should be are read over',
        'station: a payload is an object',
        'parse-frame: reads more elements than there should be',
      ),
      rule(
        'An answer echoes the message id exactly, also one that is too long or a number',
        'station: an answer carries the id of its call exactly',
        'parse-frame: reads ids of 37 to 255 characters with a deviation',
      ),
      rule(
        'One CALL on the wire in each direction; calls of the station are answered while ours is pending',
        'station: one command is on the wire at a time',
        'commands: are answered while a call of the station is in work, and the other way round',
      ),
      rule(
        'A late or unknown answer is dropped and never applied to another call',
        'commands: time out when the station is silent; its late answer goes nowhere',
      ),
      rule(
        'Unknown message types are ignored; broken JSON closes nothing',
        'station: message types nobody has defined, broken JSON and answers nobody waits for are passed over',
      ),
      rule(
        'The right CALLERROR for every way to break every message, with a description of at most 255 characters',
        'schema-violations: %s is answered with the right error, or accepted and noted down',
        'schema-violations: %s %s is judged as the standard and our leniency say',
      ),
      rule(
        'An unknown action is NotImplemented, one of the other direction NotSupported',
        'calls-that-are-refused: %s %j is answered %s and archived',
        'schema-violations: %s is not for the central system, whatever it holds',
      ),
      rule('All spellings of CALLERROR codes are read', 'station: a CALLERROR of a station in the spelling %s is read as %s'),
      rule(
        'What we send conforms, whoever asks for it',
        'schema-violations: to %s never leave broken',
        'schema-violations: %s is not sent',
      ),
      rule(
        'Whatever comes, nothing crashes and the socket lives',
        'fuzz: throw nowhere, are answered by id or not at all, and leave the socket usable',
      ),
    ],
  },
  {
    area: 'Boot and registration',
    rules: [
      rule('Accepted: our time in UTC, the interval of heartbeats', 'station: accepted: our time in UTC, and the interval of heartbeats'),
      rule(
        'Pending: may be configured, not started or stopped; an interval above 0; Rejected: not spoken to',
        'station: pending: an interval above 0, configured but not started or stopped; rejected: not spoken to',
        'calls-that-are-refused: (%s) is told so at its boot, with an interval, and its sessions are recorded',
      ),
      rule('No boot after a mere reconnect', 'station: a station that comes back without a boot goes on as before'),
    ],
  },
  {
    area: 'Authorization',
    rules: [
      rule('Tokens are compared without regard to case', 'start-repeated: in another letter case of the token is one session'),
      rule(
        'ConcurrentTx in StartTransaction alone, and never for the same start told again',
        'id-token-decisions: of a token that charges elsewhere is ConcurrentTx, while Authorize accepts it',
        'id-token-decisions: that is repeated is answered as the first time, not ConcurrentTx',
      ),
      rule(
        'Two tokens of a group stop each other’s transactions and use each other’s reservations',
        'id-token-decisions: by another token of the group is Accepted and ends the session',
        'reservation: count for the group of the token',
      ),
      rule(
        'Expired by its date, whatever is stored',
        'id-token-decisions: %s: %j',
        'decision: tells expiry and group of a known token, whatever the decision',
      ),
      rule(
        'StartTransaction judges the token again; one that is refused is recorded with a real id all the same',
        'station: of a token that is refused are recorded all the same; the station ends them',
      ),
      rule(
        'The station may decide by its list and its cache; no Authorize has to come before a start',
        'local-list: decides while offline, and before the central system with LocalPreAuthorize',
        'local-list: is joined by a cache of what the central system said, until it is cleared',
      ),
    ],
  },
  {
    area: 'Transactions',
    rules: [
      rule(
        'Ids are ours, above 0, never given twice',
        'station: have ids above 0 that are never given twice, and every reason to stop is kept',
      ),
      rule(
        'The same start again is one session under one id',
        'start-repeated: by the gateway (same call) gives the same answer from the archive',
        'start-repeated: after its stop, by a station with a clock, is the same session, which stays ended',
      ),
      rule(
        'Every stop is answered, also of an unknown id, and never ends another session',
        'stop-out-of-place: of a transaction of another station is answered, kept, and ends nothing there',
        'stop-out-of-place: without a start stays in the work list alone, once however often it is repeated',
      ),
      rule(
        'The same stop again changes nothing',
        'stop-out-of-place: repeated with another register leaves the first and goes to the work list',
      ),
      rule(
        'Token, reason and data of a stop may be missing; no reason is Local',
        'station: have ids above 0 that are never given twice, and every reason to stop is kept',
      ),
      rule(
        'A message is tried again after interval × attempts, and dropped after the last',
        'transaction-queue: waits interval × attempts before it tries again, and everything behind it waits',
        'transaction-queue: drops a message after its last attempt, and says so',
      ),
      rule(
        'The offline queue is told in order, with the times of then',
        'offline-queue: delivered late keeps the times of the station',
        'offline-queue: interleaved with what happens now: neither session is ended by the other',
      ),
      rule(
        'A stop waits for the id of a start that was made offline',
        'station: that began and ended offline are told in order; the stop waits for the id of its start',
      ),
      rule('Wrong clocks are kept as told, and flagged', 'doubtful-figures: an end before the begin: no duration is invented'),
      rule(
        'A stop without its start is kept for a person',
        'stop-out-of-place: that arrives before its start waits in the work list, and then names the start',
      ),
      rule(
        'A missing stop ends with the next start, with a free connector, or by a person, and is called estimated',
        'missing-stop: for longer than the grace ends at its last reading, and the stop that comes after all corrects it',
        'doubtful-figures: ends at its last reading when the connector begins another, and is corrected by the stop that comes late',
      ),
      rule('A register that went back is flagged, never billed below 0', 'doubtful-figures: ends the session with 0 Wh, in doubt'),
    ],
  },
  {
    area: 'Meter values',
    rules: [
      rule('Sampled values belong to their transaction', 'meter-values: of a running transaction are its values, main figures apart'),
      rule(
        'By the clock, of every connector and of the station, with or without a transaction',
        'station: of the whole station, by the clock, of every context and unit, with and without defaults',
        'commands: reads its meters by the clock, also while nobody charges',
      ),
      rule('Data of a stop belongs to the session', 'meter-values: belongs to the session'),
      rule('Defaults are filled in', 'readings: are filled in'),
      rule('kWh are converted; both spellings of Celsius are read', 'readings: correct the misspelt unit of the standard and nothing else'),
      rule('Signed data is kept byte for byte', 'meter-values: with signed data are kept byte for byte'),
      rule(
        'Of an unknown transaction: answered and kept',
        'meter-values: of an unknown transaction are kept without one: one issue for the station and the id',
      ),
    ],
  },
  {
    area: 'Status',
    rules: [
      rule(
        'Connector 0 is the station; every status and error is known, an error also beside a status that is no fault',
        'station: knows every status of a connector and of the station, and every error, also beside a status that is no fault',
      ),
      rule('An older report changes nothing', 'calls-that-are-refused: that is older than what is known changes nothing'),
    ],
  },
  {
    area: 'Remote commands',
    rules: [
      rule(
        'A remote start is accepted before it is started; its connector is above 0, its profile a transaction’s without an id',
        'commands: Accepted is not started: the session is there once the station says so, and ends with Remote',
        'commands: a start at connector 0, or with a profile that is no transaction’s or names one, is not sent',
        'commands: with AuthorizeRemoteTxRequests the station asks first, and starts nothing for a token that is refused',
        'commands: a profile that comes with the start bounds its transaction',
      ),
      rule(
        'An unknown transaction is not stopped; the reason is Remote',
        'commands: Accepted is not started: the session is there once the station says so, and ends with Remote',
      ),
      rule(
        'Unlocking ends what runs first',
        'commands: UnlockConnector ends what runs with UnlockCommand; an unknown connector is not supported',
      ),
      rule(
        'A reset ends what runs, and a boot follows',
        'commands: Reset ends what runs, and the station boots',
        'commands: resets %s: ends what runs, goes away, boots',
      ),
      rule(
        'Availability is scheduled while a transaction runs; connector 0 is all; the pending change is tracked',
        'commands: ChangeAvailability is scheduled while a transaction runs, and comes true with its end; connector 0 is all of them',
      ),
      rule(
        'Configuration: four outcomes, values are texts, unknown keys are listed, all without a name',
        'commands: ChangeConfiguration and GetConfiguration: accepted, refused, after a reboot, unknown, read-only',
      ),
      rule(
        'A trigger is answered before what it triggers; its connector is above 0',
        'commands: answers a trigger before what it triggers',
        'commands: of a connector: above 0, and one that there is',
      ),
      rule('Data is transferred in both directions, ClearCache is answered', 'commands: ClearCache and DataTransfer, in either direction'),
      rule(
        'Diagnostics and firmware: statuses come after a boot; Idle only on a trigger; a date in the future is waited for',
        'files-and-security: UpdateFirmware: statuses to the end, the last after the boot with the new version',
        'commands: a firmware or diagnostics status is Idle only because it was asked for',
        'files: waits for its time, and for what charges',
      ),
    ],
  },
  {
    area: 'Local list',
    rules: [
      rule(
        'Full replaces, differential changes by version, an empty list clears, -1 and 0 mean what they say',
        'commands: full, differential, version conflict, too long, cleared',
        'commands: switched off: -1 and NotSupported',
      ),
      rule(
        'Limits of the station are kept to; all of an update is taken or nothing',
        'local-list: is refused as a whole when it is too long or incomplete, and does not exist when it is switched off',
        'commands: an incomplete full list is not sent',
      ),
    ],
  },
  {
    area: 'Reservation',
    rules: [
      rule('The same id replaces; its transaction uses it up', 'commands: reserved, replaced, used by its transaction'),
      rule(
        'Occupied, Unavailable, Rejected; expiry frees the connector; cancelling an unknown one is Rejected',
        'commands: cancelled, expired, refused',
      ),
      rule(
        'Connector 0 only where it is supported',
        'commands: of connector 0 where the station supports it',
        'reservation: of connector 0 keep one connector free',
        'reservation: are refused where they make no sense',
      ),
    ],
  },
  {
    area: 'Smart charging',
    rules: [
      rule(
        'Highest level that says something; a transaction’s profile before the default; never above the station’s',
        'commands: stack by level and purpose, below the limit of the station, in either unit',
        'smart-charging: stack: the highest level that says something',
      ),
      rule('A transaction’s profile needs one, and goes with it', 'commands: a transaction’s profile needs one, and goes with it'),
      rule('Kinds, recurrence, validity', 'smart-charging: recur, begin with their transaction, and are valid for a time'),
      rule(
        'What breaks the rules is refused',
        'smart-charging: are refused: %s',
        'commands: a limit that is no multiple of 0.1 is not sent',
      ),
      rule(
        'Cleared by id or by any combination; nothing matched is Unknown',
        'commands: cleared by id, by purpose, all; nothing matched is Unknown',
      ),
      rule('The power follows', 'smart-charging: hold the power down, and let go when they are cleared'),
    ],
  },
  {
    area: 'Security whitepaper',
    rules: [
      rule(
        'A profile is raised, never lowered; a new key counts from the next connection',
        'files-and-security: SecurityProfile is raised only where everything is there, never lowered',
        'station: is changed by a command: the station comes back with the new one, and the old one is refused',
        'security: is given up after three connections that fail: the station is back with the one before',
      ),
      rule('Basic: the password as text or as hexadecimal digits', 'admission: with its password as hexadecimal text is let in'),
      rule(
        'Certificates: a request signed by its key, an answer that is the one that was asked for',
        'security: asks for one when it is triggered, and takes the one it asked for',
        'files-and-security: SignCertificate carries a request that is signed by its key, for the name of the station',
        'files-and-security: CertificateSigned is rejected by a station that asked for none, and not sent when it is too long',
      ),
      rule(
        'Roots are installed, listed by their hashes, deleted',
        'files-and-security: InstallCertificate, GetInstalledCertificateIds, DeleteCertificate',
        'security: installs, lists and deletes roots',
      ),
      rule(
        'Signed firmware: the signer, the signature, the request id in every status',
        'files-and-security: SignedUpdateFirmware: verified by the signer, who must be a certificate',
        'security: is verified, installed, booted',
        'security: takes the place of an update that is not being installed yet',
      ),
      rule('A later log request cancels the one before', 'files-and-security: GetLog: a later request cancels the one before'),
      rule(
        'Events are kept while offline; any type is taken',
        'files-and-security: SecurityEventNotification is kept while the station is offline, whatever its type',
      ),
      rule('The extended trigger brings each of its seven messages', 'files-and-security: %s brings %s'),
    ],
  },
];
