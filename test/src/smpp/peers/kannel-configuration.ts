/** How Kannel binds: one transceiver, or a transmitter and a receiver. */
export type KannelBind = 'transceiver' | 'transmitter and receiver';

/** All that Kannel has to be told. */
export interface KannelPlan {
  bind: KannelBind;
  host: string;
  port: number;
  systemId: string;
  password: string;
  /** The file with the certificate of a platform that is reached over TLS. */
  trusting?: string | undefined;
  /** What it writes and reads `data_coding` 0 in; GSM 7-bit unless said otherwise. */
  alphabet?: string | undefined;
  adminPort: number;
  boxPort: number;
  sendPort: number;
  /** Where smsbox tells what handsets write. */
  inboundUrl: string;
  /** Where the logs are written. */
  folder: string;
}

type Group = Record<string, string | number | boolean | undefined>;

/** Kannel's own words for the passwords of its own interfaces, which only this machine reaches. */
export const kannelPassword = 'kannel';
const smscId = 'ujumbe';
const boxId = 'box';
const everything = 0;

/**
 * Writes a configuration for bearerbox and smsbox both. An empty line ends a group; a transmitter and a receiver are
 * two groups; without the route from smsc-id to smsbox-id messages from handsets go nowhere.
 */
export function kannelConfiguration(plan: KannelPlan): string {
  return [core(plan), ...smscs(plan), ...boxes(plan)].map(groupText).join('\n');
}

export const kannelLogs = (folder: string): string[] => ['bearerbox', 'smsbox'].map((name) => `${folder}/${name}.log`);

const core = ({ adminPort, boxPort, folder, trusting }: KannelPlan): Group => ({
  group: 'core',
  'admin-port': adminPort,
  'admin-password': kannelPassword,
  'smsbox-port': boxPort,
  'box-allow-ip': '127.0.0.1',
  'log-file': kannelLogs(folder)[0],
  'log-level': everything,
  'ssl-trusted-ca-file': trusting,
});

function smscs({ bind, host, port, systemId, password, trusting, alphabet }: KannelPlan): Group[] {
  const smsc: Group = {
    group: 'smsc',
    smsc: 'smpp',
    'smsc-id': smscId,
    host,
    'smsc-username': systemId,
    'smsc-password': password,
    'system-type': 'kannel',
    'interface-version': 34,
    // The shortest it takes; otherwise a test of what comes back after a cut would wait ten seconds.
    'reconnect-delay': 1,
    'use-ssl': trusting === undefined ? undefined : true,
    'alt-charset': alphabet,
  };
  if (bind === 'transceiver') return [{ ...smsc, port, 'transceiver-mode': true }];
  return [
    { ...smsc, port },
    { ...smsc, port: 0, 'receive-port': port },
  ];
}

const boxes = ({ boxPort, sendPort, inboundUrl, folder }: KannelPlan): Group[] => [
  {
    group: 'smsbox',
    'bearerbox-host': '127.0.0.1',
    'bearerbox-port': boxPort,
    'smsbox-id': boxId,
    'sendsms-port': sendPort,
    'log-file': kannelLogs(folder)[1],
    'log-level': everything,
  },
  { group: 'smsbox-route', 'smsbox-id': boxId, 'smsc-id': smscId },
  {
    group: 'sendsms-user',
    username: kannelPassword,
    password: kannelPassword,
    concatenation: true,
    'max-messages': 10,
  },
  {
    group: 'sms-service',
    keyword: 'default',
    'get-url': `${inboundUrl}?from=%p&to=%P&coding=%c&text=%b`,
    // Kannel would answer each of them with the page it got.
    'max-messages': 0,
    // It takes the answer's content-type for an attempt to choose the alphabet of that answer, and complains.
    'accept-x-kannel-headers': true,
  },
];

const groupText = (group: Group): string =>
  Object.entries(group)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} = ${typeof value === 'string' && name !== 'group' ? `"${value}"` : value}\n`)
    .join('');
